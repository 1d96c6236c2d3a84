//! Texts with values in them: templates of the language.

use nebula_expression::Expression;

use super::{Expr, Fed, Feeds, Maybe, Step, expr::quoted, item};

/// A text that is put together when the workflow runs.
///
/// ```
/// # use nebula_sdk::flow::{Expr, Text, expr_as};
/// # let (city, temp): (Expr<String>, Expr<f64>) = (expr_as("$input.city"), expr_as("$input.temp"));
/// let text = Text::new().value(&city).text(" is ").value(&temp);
/// assert_eq!(text.template(), "{{ $input.city }} is {{ $input.temp }}");
/// ```
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Text {
    template: String,
    /// What is put together in an expression: the same as a list of arguments.
    arguments: Vec<String>,
    parts: usize,
    problem: Option<String>,
}

/// What can be put into a text.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be put into a text",
    label = "not a text, a number or a bool",
    note = "what may be absent gets a value first: `.or_default(..)`; of an object, a member can be put"
)]
pub trait Shown {}

macro_rules! shown {
    ($($name:ty),*) => { $(impl Shown for $name {})* };
}

shown!(String, bool, u8, u16, u32, u64, i8, i16, i32, i64, f32, f64);

/// What can be put into a text as it is written: data of a type that is [`Shown`], and values of such types.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be put into a text",
    label = "not a text, a number or a bool",
    note = "what may be absent gets a value first: `.or_default(..)`; of an object, a member can be put"
)]
pub trait TextPart {
    /// The text with this behind it.
    fn put(&self, text: Text) -> Text;
}

// === impl Text ===

impl Text {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds words as they are.
    pub fn text(mut self, text: &str) -> Self {
        self.parts += usize::from(!text.is_empty());
        self.arguments.extend((!text.is_empty()).then(|| quoted(text)));
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            // A brace before another one, or before what comes next, would begin an expression.
            if c == '{' && rest.peek().is_none_or(|next| *next == '{') {
                self.template.push_str(r#"{{ "{" }}"#);
            } else {
                self.template.push(c);
            }
        }
        self
    }

    /// Adds a value: data that a run will have, or a value of Rust, whose words are added.
    pub fn value<V: TextPart + ?Sized>(self, value: &V) -> Self {
        value.put(self)
    }

    fn expression<T>(mut self, value: &Expr<T>) -> Self {
        self.parts += 1;
        let source = value.source();
        self.problem = self.problem.or_else(|| source.problem.clone());
        // What cannot be read is told with the definition.
        let text = Expression::parse(&source.text).map_or_else(|_| source.text.clone(), |read| read.to_canonical());
        self.arguments.push(source.text.clone());
        self.template.push_str("{{ ");
        self.template.push_str(&text);
        self.template.push_str(" }}");
        self
    }

    /// The template, in the words of the language.
    #[must_use]
    pub fn template(&self) -> String {
        item::shown(&self.source())
    }

    fn source(&self) -> String {
        // One expression alone would keep its type, and a number is no text.
        if self.parts == 1 && self.template.starts_with("{{") {
            format!("{{{{ \"\" }}}}{}", self.template)
        } else {
            self.template.clone()
        }
    }
}

macro_rules! feeds {
    ($($source:ty => $wanted:ty),*) => {
        $(
            #[diagnostic::do_not_recommend]
            impl Feeds<$wanted> for $source {
                fn feed(self) -> Fed {
                    let operand = format!("concat({})", self.arguments.join(", "));
                    Fed::template(self.source(), operand, self.problem.clone())
                }
            }
        )*
    };
}

feeds!(Text => String, Text => Option<String>, &Text => String, &Text => Option<String>);

// === impl TextPart ===

impl<T: Shown> TextPart for Expr<T> {
    fn put(&self, text: Text) -> Text {
        text.expression(self)
    }
}

impl<T: Shown, P> TextPart for Step<T, P> {
    fn put(&self, text: Text) -> Text {
        text.expression(self.result())
    }
}

impl<T, P> TextPart for Maybe<T, P>
where
    Option<T>: Shown,
{
    fn put(&self, text: Text) -> Text {
        text.expression(self.result())
    }
}

impl<V: TextPart + ?Sized> TextPart for &V {
    fn put(&self, text: Text) -> Text {
        V::put(self, text)
    }
}

macro_rules! words {
    ($($name:ty),*) => {
        $(impl TextPart for $name {
            fn put(&self, text: Text) -> Text {
                text.text(&self.to_string())
            }
        })*
    };
}

words!(str, String, bool, u8, u16, u32, u64, i8, i16, i32, i64, f32, f64);
