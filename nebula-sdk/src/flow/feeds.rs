//! What may be wired into what.

use std::{collections::BTreeMap, time::Duration};

use nebula_expression::{Expression, Template};
use nebula_ports::model::ParameterValue;
use serde::Serialize;

use super::{
    Expr, Maybe, Step,
    expr::{Source, literal, quoted},
};
use crate::{DurationText, ItemExpr, ItemTemplate};

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

/// A value for a definition: data, an expression, or data with expressions inside.
#[derive(Debug)]
pub struct Fed {
    value: Result<ParameterValue, String>,
    /// What stands for it inside of an expression, when that is not the value itself.
    operand: Option<String>,
}

// === impl Fed ===

impl Fed {
    pub(super) fn data<T: Serialize>(value: &T) -> Self {
        Self::of(match serde_json::to_value(value) {
            Ok(value) => Ok(ParameterValue::Literal(value)),
            Err(error) => Err(format!("the value cannot be written as JSON: {error}")),
        })
    }

    fn expression<T>(expr: &Expr<T>) -> Self {
        let source = expr.source();
        Self::of(source.problem.clone().map_or_else(|| Ok(ParameterValue::Expression(source.whole())), Err))
    }

    /// A text with values in it, which inside of an expression is a call.
    pub(super) fn template(template: String, operand: String, problem: Option<String>) -> Self {
        Self { operand: Some(operand), ..Self::of(problem.map_or(Ok(ParameterValue::Template(template)), Err)) }
    }

    /// A list of these.
    pub(super) fn list(items: impl IntoIterator<Item = Self>) -> Self {
        let (values, operands): (Vec<_>, Vec<_>) = items.into_iter().map(Self::both).unzip();
        let operand = format!("[{}]", operands.join(", "));
        let value = values.into_iter().collect::<Result<Vec<_>, _>>().map(|items| {
            let literals: Option<Vec<_>> = items.iter().map(as_literal).collect();
            literals.map_or(ParameterValue::Array(items), |items| ParameterValue::Literal(items.into()))
        });
        Self { value, operand: Some(operand) }
    }

    /// An object of these.
    pub(super) fn object(members: impl IntoIterator<Item = (String, Self)>) -> Self {
        let mut values = BTreeMap::new();
        let mut operands = Vec::new();
        let mut problem = None;
        for (name, member) in members {
            let (value, operand) = member.both();
            operands.push(format!("{}: {operand}", quoted(&name)));
            match value {
                Ok(value) => {
                    values.insert(name, value);
                }
                Err(error) => problem = problem.or(Some(error)),
            }
        }
        let literals: Option<serde_json::Map<_, _>> =
            values.iter().map(|(name, value)| Some((name.clone(), as_literal(value)?))).collect();
        let value = literals.map_or(ParameterValue::Object(values), |members| ParameterValue::Literal(members.into()));
        Self { value: problem.map_or(Ok(value), Err), operand: Some(format!("({{{}}})", operands.join(", "))) }
    }

    pub(super) const fn of(value: Result<ParameterValue, String>) -> Self {
        Self { value, operand: None }
    }

    /// As the definition has it, and as an operand.
    fn both(self) -> (Result<ParameterValue, String>, String) {
        let operand = match (self.operand, &self.value) {
            (Some(operand), _) => operand,
            (None, Ok(ParameterValue::Expression(text))) => text.clone(),
            (None, Ok(value)) => literal(&value.to_json()),
            (None, Err(_)) => "null".to_owned(),
        };
        (self.value, operand)
    }

    pub(super) fn into_value(self) -> Result<ParameterValue, String> {
        self.value
    }

    /// As an operand of an expression.
    pub(super) fn into_operand(self) -> Source {
        let (value, text) = self.both();
        Source::made(text, value.err())
    }
}

fn as_literal(value: &ParameterValue) -> Option<serde_json::Value> {
    match value {
        ParameterValue::Literal(value) => Some(value.clone()),
        _ => None,
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
    ($([$($p:ident)?] $source:ty, $wanted:ty, |$this:ident| $expr:expr;)*) => {
        $(
            #[diagnostic::do_not_recommend]
            impl<T $(, $p)?> Feeds<$wanted> for $source {
                fn feed(self) -> Fed {
                    let $this = &self;
                    Fed::expression($expr)
                }
            }
        )*
    };
}

stands_for! {
    [] Expr<T>, T, |this| this;
    [] &Expr<T>, T, |this| this;
    [] Expr<T>, Option<T>, |this| this;
    [] &Expr<T>, Option<T>, |this| this;
    [P] Step<T, P>, T, |this| this.result();
    [P] &Step<T, P>, T, |this| this.result();
    [P] Step<T, P>, Option<T>, |this| this.result();
    [P] &Step<T, P>, Option<T>, |this| this.result();
    [P] Maybe<T, P>, Option<T>, |this| this.result();
    [P] &Maybe<T, P>, Option<T>, |this| this.result();
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

/// Texts of the language and durations, as they are in the definition.
macro_rules! written {
    ($($source:ty => $wanted:ty, |$this:ident| $text:expr;)*) => {
        $(
            #[diagnostic::do_not_recommend]
            impl Feeds<$wanted> for $source {
                fn feed(self) -> Fed {
                    let $this = self;
                    Fed::data(&$text)
                }
            }
        )*
    };
}

written! {
    &Expression => ItemExpr, |this| this.source();
    &Expression => Option<ItemExpr>, |this| this.source();
    &Template => ItemTemplate, |this| this.source();
    &Template => Option<ItemTemplate>, |this| this.source();
    Duration => DurationText, |this| DurationText::from(this);
    Duration => Option<DurationText>, |this| DurationText::from(this);
}

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
