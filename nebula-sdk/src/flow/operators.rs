//! Operators of the language on typed expressions.

use std::ops::{Add, Div, Mul, Neg, Sub};

use super::{Expr, Feeds, expr::Source};

/// What has an order in the language: numbers and texts.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no order",
    label = "cannot be compared with `gt`, `lt`, `ge` or `le`",
    note = "numbers and texts have an order; an optional one gets a value first: `.or_default(..)`"
)]
pub trait Ordered {}

/// What can be computed with.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no number",
    label = "cannot be computed with",
    note = "an optional number gets a value first: `.or_default(..)`"
)]
pub trait Number {
    /// What a sum is: a whole number stays whole, but not within the bounds of its type.
    type Sum;
}

macro_rules! numbers {
    ($($name:ty => $sum:ty),*) => {
        $(
            impl Ordered for $name {}
            impl Number for $name {
                type Sum = $sum;
            }
        )*
    };
}

numbers!(u8 => i64, u16 => i64, u32 => i64, u64 => i64, i8 => i64, i16 => i64, i32 => i64, i64 => i64, f32 => f64, f64 => f64);

impl Ordered for String {}

fn binary<T, U>(left: &Expr<T>, operator: &str, right: impl Feeds<T>) -> Expr<U> {
    join(left, &left.source().whole(), operator, right.feed().into_operand())
}

fn join<T, U>(left: &Expr<T>, text: &str, operator: &str, right: Source) -> Expr<U> {
    let problem = left.source().problem.clone().or(right.problem);
    Expr::compound(&format!("{text} {operator} {}", right.text), problem)
}

impl<T> Expr<T> {
    /// `>`
    #[must_use]
    pub fn gt(&self, other: impl Feeds<T>) -> Expr<bool>
    where
        T: Ordered,
    {
        binary(self, ">", other)
    }

    /// `<`
    #[must_use]
    pub fn lt(&self, other: impl Feeds<T>) -> Expr<bool>
    where
        T: Ordered,
    {
        binary(self, "<", other)
    }

    /// `>=`
    #[must_use]
    pub fn ge(&self, other: impl Feeds<T>) -> Expr<bool>
    where
        T: Ordered,
    {
        binary(self, ">=", other)
    }

    /// `<=`
    #[must_use]
    pub fn le(&self, other: impl Feeds<T>) -> Expr<bool>
    where
        T: Ordered,
    {
        binary(self, "<=", other)
    }

    /// `==`
    #[must_use]
    pub fn equals(&self, other: impl Feeds<T>) -> Expr<bool> {
        binary(self, "==", other)
    }

    /// `!=`
    #[must_use]
    pub fn not_equals(&self, other: impl Feeds<T>) -> Expr<bool> {
        binary(self, "!=", other)
    }
}

impl<T> Expr<T> {
    /// With a value of Rust on the left.
    pub(super) fn after<U>(&self, left: impl Feeds<T>, operator: &str) -> Expr<U> {
        let left = left.feed().into_operand();
        let problem = left.problem.or_else(|| self.source().problem.clone());
        Expr::compound(&format!("{} {operator} {}", left.text, self.source().whole()), problem)
    }
}

impl Expr<bool> {
    /// `&&`
    #[must_use]
    pub fn and(&self, other: impl Feeds<bool>) -> Self {
        binary(self, "&&", other)
    }

    /// `||`
    #[must_use]
    pub fn or(&self, other: impl Feeds<bool>) -> Self {
        binary(self, "||", other)
    }

    /// `!`
    #[must_use]
    pub fn not(&self) -> Self {
        Self::compound(&format!("!{}", self.source().text), self.source().problem.clone())
    }
}

impl<T> Expr<Option<T>> {
    /// The value, or another one where there is none: `??`.
    #[must_use]
    pub fn or_default(&self, other: impl Feeds<T>) -> Expr<T> {
        join(self, &self.source().text, "??", other.feed().into_operand())
    }

    /// Whether there is a value.
    #[must_use]
    pub fn is_some(&self) -> Expr<bool> {
        Expr::compound(&format!("{} != null", self.source().whole()), self.source().problem.clone())
    }
}

/// `-`, before a number.
impl<T: Number> Neg for &Expr<T> {
    type Output = Expr<T::Sum>;

    fn neg(self) -> Self::Output {
        Expr::compound(&format!("-{}", self.source().whole()), self.source().problem.clone())
    }
}

impl<T: Number> Neg for Expr<T> {
    type Output = Expr<T::Sum>;

    fn neg(self) -> Self::Output {
        -&self
    }
}

macro_rules! arithmetic {
    ($($name:ident $method:ident $symbol:literal => $output:ty),*) => {
        $(
            impl<T: Number, V: Feeds<T>> $name<V> for &Expr<T> {
                type Output = Expr<$output>;

                fn $method(self, other: V) -> Self::Output {
                    binary(self, $symbol, other)
                }
            }

            impl<T: Number, V: Feeds<T>> $name<V> for Expr<T> {
                type Output = Expr<$output>;

                fn $method(self, other: V) -> Self::Output {
                    binary(&self, $symbol, other)
                }
            }
        )*
    };
}

arithmetic!(Add add "+" => T::Sum, Sub sub "-" => T::Sum, Mul mul "*" => T::Sum, Div div "/" => f64);
