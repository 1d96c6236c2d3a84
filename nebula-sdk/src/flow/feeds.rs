//! What may be wired into what.

use nebula_ports::model::ParameterValue;
use serde::Serialize;

use super::{
    Expr, Maybe, Step,
    expr::{Source, literal},
};

/// What may stand where a `T` is wanted: a value of the type, an expression of it, one of a number type that loses
/// nothing, and all of these where an `Option` is wanted.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand where `{T}` is wanted",
    label = "not a `{T}`",
    note = "a value, a step or an expression of the type can, and a number type of which every value fits",
    note = "what may be absent gets a value first: `.or_default(..)`"
)]
pub trait Feeds<T> {
    /// The value, as the definition has it.
    fn feed(self) -> Fed;
}

/// A value for a definition: data, or an expression.
#[derive(Debug)]
pub struct Fed(Result<ParameterValue, String>);

// === impl Fed ===

impl Fed {
    pub(super) fn data<T: Serialize>(value: &T) -> Self {
        Self(match serde_json::to_value(value) {
            Ok(value) => Ok(ParameterValue::Literal(value)),
            Err(error) => Err(format!("the value cannot be written as JSON: {error}")),
        })
    }

    fn expression<T>(expr: &Expr<T>) -> Self {
        let source = expr.source();
        Self(source.problem.clone().map_or_else(|| Ok(ParameterValue::Expression(source.whole())), Err))
    }

    pub(super) fn template(template: String, problem: Option<String>) -> Self {
        Self(problem.map_or(Ok(ParameterValue::Template(template)), Err))
    }

    pub(super) fn into_value(self) -> Result<ParameterValue, String> {
        self.0
    }

    /// As an operand of an expression.
    pub(super) fn into_operand(self) -> Source {
        let problem = |problem: String| Source { text: "null".to_owned(), is_bare: false, problem: Some(problem) };
        match self.0 {
            Ok(ParameterValue::Template(_)) => {
                problem("a text with values in it can be a parameter, and not a part of an expression".to_owned())
            }
            Ok(value) => Source { text: operand(&value), is_bare: false, problem: None },
            Err(error) => problem(error),
        }
    }
}

fn operand(value: &ParameterValue) -> String {
    match value {
        ParameterValue::Literal(value) => literal(value),
        ParameterValue::Expression(text) => text.clone(),
        // Nothing here makes the others.
        other => literal(&other.to_json()),
    }
}

#[diagnostic::do_not_recommend]
impl<T: Serialize> Feeds<T> for T {
    fn feed(self) -> Fed {
        Fed::data(&self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Serialize> Feeds<Option<T>> for T {
    fn feed(self) -> Fed {
        Fed::data(&self)
    }
}

/// What has an expression inside, and stands for it.
macro_rules! stands_for {
    ($($source:ty, $wanted:ty, |$this:ident| $expr:expr;)*) => {
        $(
            #[diagnostic::do_not_recommend]
            impl<T> Feeds<$wanted> for $source {
                fn feed(self) -> Fed {
                    let $this = &self;
                    Fed::expression($expr)
                }
            }
        )*
    };
}

stands_for! {
    Expr<T>, T, |this| this;
    &Expr<T>, T, |this| this;
    Expr<T>, Option<T>, |this| this;
    &Expr<T>, Option<T>, |this| this;
    Step<T>, T, |this| this.result();
    &Step<T>, T, |this| this.result();
    Step<T>, Option<T>, |this| this.result();
    &Step<T>, Option<T>, |this| this.result();
    Maybe<T>, Option<T>, |this| this.result();
    &Maybe<T>, Option<T>, |this| this.result();
}

macro_rules! texts {
    ($($source:ty => $wanted:ty),*) => {
        $(
            #[diagnostic::do_not_recommend]
            impl Feeds<$wanted> for $source {
                fn feed(self) -> Fed {
                    Fed::data(&self)
                }
            }
        )*
    };
}

texts!(&str => String, &str => Option<String>, &String => String, &String => Option<String>);
// A whole number as people write it.
texts!(i32 => f64, i32 => Option<f64>, i32 => f32, i32 => Option<f32>);

/// From a number type to those that have all of its values.
macro_rules! widens {
    ($($from:ty => $($to:ty)*;)*) => {
        $($(
            widens!(@ Expr<$from> => $to);
            widens!(@ &Expr<$from> => $to);
            widens!(@ Expr<$from> => Option<$to>);
            widens!(@ &Expr<$from> => Option<$to>);
            widens!(@ Expr<Option<$from>> => Option<$to>);
            widens!(@ &Expr<Option<$from>> => Option<$to>);
        )*)*
    };
    (@ $from:ty => $to:ty) => {
        #[diagnostic::do_not_recommend]
        impl Feeds<$to> for $from {
            fn feed(self) -> Fed {
                let this = &self;
                Fed::expression(this)
            }
        }
    };
}

widens! {
    u8 => u16 u32 u64 i16 i32 i64 f32 f64;
    u16 => u32 u64 i32 i64 f32 f64;
    u32 => u64 i64 f64;
    i8 => i16 i32 i64 f32 f64;
    i16 => i32 i64 f32 f64;
    i32 => i64 f64;
    f32 => f64;
}
