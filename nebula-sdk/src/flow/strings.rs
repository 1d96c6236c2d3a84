//! Functions of the language on typed texts and numbers.

use super::{Expr, Feeds, Number, Shown, expr::Source};

impl Expr<String> {
    /// In small letters.
    #[must_use]
    pub fn lower(&self) -> Self {
        self.call("lower", [])
    }

    /// In capitals.
    #[must_use]
    pub fn upper(&self) -> Self {
        self.call("upper", [])
    }

    /// Without the blanks around it.
    #[must_use]
    pub fn trim(&self) -> Self {
        self.call("trim", [])
    }

    /// Whether it has this part.
    ///
    /// ```
    /// # use nebula_sdk::flow::{Expr, expr_as};
    /// let name: Expr<String> = expr_as("$input.name");
    /// assert_eq!(name.lower().contains("x").to_string(), r#"((($input.name).lower()).contains("x"))"#);
    /// ```
    #[must_use]
    pub fn contains(&self, part: impl Feeds<String>) -> Expr<bool> {
        self.call("contains", [part.feed().into_operand()])
    }

    /// Whether it begins with this: `startsWith`.
    #[must_use]
    pub fn starts_with(&self, part: impl Feeds<String>) -> Expr<bool> {
        self.call("startsWith", [part.feed().into_operand()])
    }

    /// Whether it ends with this: `endsWith`.
    #[must_use]
    pub fn ends_with(&self, part: impl Feeds<String>) -> Expr<bool> {
        self.call("endsWith", [part.feed().into_operand()])
    }

    /// With something else in place of each of these parts: `replaceAll`.
    #[must_use]
    pub fn replace(&self, part: impl Feeds<String>, with: impl Feeds<String>) -> Self {
        self.call("replaceAll", [part.feed().into_operand(), with.feed().into_operand()])
    }

    /// The parts between separators.
    #[must_use]
    pub fn split(&self, separator: impl Feeds<String>) -> Expr<Vec<String>> {
        self.call("split", [separator.feed().into_operand()])
    }

    /// How many characters it has: `size`.
    #[must_use]
    pub fn len(&self) -> Expr<i64> {
        self.call("size", [])
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> Expr<bool> {
        self.call("isEmpty", [])
    }
}

impl<T: Shown> Expr<T> {
    /// As a text: `string`.
    #[must_use]
    pub fn to_text(&self) -> Expr<String> {
        self.call("string", [])
    }
}

impl<T: Number> Expr<T> {
    /// Without its sign.
    #[must_use]
    pub fn abs(&self) -> Expr<f64> {
        self.call("abs", [])
    }

    /// To a whole number, halves away from zero.
    #[must_use]
    pub fn round(&self) -> Expr<f64> {
        self.call("round", [])
    }

    /// The whole number below it, or itself.
    #[must_use]
    pub fn floor(&self) -> Expr<i64> {
        self.call("floor", [])
    }

    /// The whole number above it, or itself.
    #[must_use]
    pub fn ceil(&self) -> Expr<i64> {
        self.call("ceil", [])
    }

    /// What is left after division: `%`.
    #[must_use]
    pub fn rem(&self, by: impl Feeds<T>) -> Expr<T::Sum> {
        let by = by.feed().into_operand();
        let problem = self.source().problem.clone().or(by.problem);
        Expr::compound(&format!("{} % {}", self.source().whole(), by.text), problem)
    }
}

impl<T> Expr<T> {
    /// A call of a function of the language, of which this is the first argument.
    pub(super) fn call<U, const N: usize>(&self, function: &str, arguments: [Source; N]) -> Expr<U> {
        let arguments = arguments.into_iter();
        let mut problem = self.source().problem.clone();
        let texts: Vec<String> = arguments
            .map(|argument| {
                problem = problem.take().or(argument.problem);
                argument.text
            })
            .collect();
        Expr::compound(&format!("{}.{function}({})", self.source().whole(), texts.join(", ")), problem)
    }
}
