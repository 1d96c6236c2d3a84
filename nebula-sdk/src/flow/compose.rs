//! Values put together of other ones: objects member by member, lists and maps.

use std::{
    collections::{BTreeMap, HashMap},
    marker::PhantomData,
};

use super::{Accepts, Call, Draft, Expr, Fed, Feeds};

/// An object whose members are given one by one, by methods of their names. What must be there and is missing does not
/// compile.
///
/// ```
/// use nebula_sdk::{flow::{Expr, Workflow}, prelude::*};
///
/// /// Weather of a day.
/// #[derive(Parameters)]
/// pub struct Weather {
///     /// Degrees Celsius.
///     pub temp: f64,
///     /// Where.
///     pub city: String,
/// }
///
/// let workflow: Workflow<Weather, Weather> = Workflow::new("warmer", |_, weather: Expr<Weather>| {
///     Weather::of(|w| w.temp(&weather.temp + 1).city("Oslo"))
/// });
/// assert_eq!(
///     workflow.definition()?.output.map(|output| output.to_json()),
///     Some(json!({ "temp": { "$expr": "$input.temp + 1" }, "city": "Oslo" }))
/// );
/// # Ok::<_, nebula_sdk::flow::FlowError>(())
/// ```
pub trait Composes: Accepts {
    /// An object with the members that the closure gives it.
    fn of<C: Call<Object>>(members: impl FnOnce(Self::Call<Object>) -> C) -> Composed<Self> {
        Composed { fed: members(Self::call(Draft::new(None))).draft().into_object(), of: PhantomData }
    }
}

impl Composes for () {}

/// Stands for the object itself, in place of what an action gives for it.
#[derive(Debug)]
pub enum Object {}

/// An object put together of its members.
#[derive(Debug)]
#[must_use]
pub struct Composed<T> {
    fed: Fed,
    of: PhantomData<fn() -> T>,
}

#[diagnostic::do_not_recommend]
impl<T> Feeds<T> for Composed<T> {
    fn feed(self) -> Fed {
        self.fed
    }
}

#[diagnostic::do_not_recommend]
impl<T> Feeds<Option<T>> for Composed<T> {
    fn feed(self) -> Fed {
        self.fed
    }
}

impl<T> Expr<T> {
    /// A value, an object, a list or a text as an expression: to compute with it, or to give it from a branch.
    ///
    /// ```
    /// use nebula_sdk::flow::Expr;
    ///
    /// let three: Expr<i64> = Expr::of(3_i64);
    /// assert_eq!(three.to_string(), "3");
    /// ```
    #[must_use]
    pub fn of(value: impl Feeds<T>) -> Self {
        Self::of_source(value.feed().into_operand())
    }

    /// The value where its type does not matter.
    #[must_use]
    pub fn any_value(&self) -> Expr<serde_json::Value> {
        Expr::of_source(self.source().clone())
    }
}

macro_rules! lists {
    ($($source:ty, [$($parameters:tt)*];)*) => {
        $(
            #[diagnostic::do_not_recommend]
            impl<$($parameters)*> Feeds<Vec<T>> for $source {
                fn feed(self) -> Fed {
                    Fed::list(self.into_iter().map(Feeds::<T>::feed))
                }
            }

            #[diagnostic::do_not_recommend]
            impl<$($parameters)*> Feeds<Option<Vec<T>>> for $source {
                fn feed(self) -> Fed {
                    Fed::list(self.into_iter().map(Feeds::<T>::feed))
                }
            }
        )*
    };
}

lists! {
    [V; N], [T, V: Feeds<T>, const N: usize];
    Vec<Expr<T>>, [T];
}

macro_rules! maps {
    ($($map:ident)*) => {
        $(
            #[diagnostic::do_not_recommend]
            impl<T, V: Feeds<T>, K: Into<String>, const N: usize> Feeds<$map<String, T>> for [(K, V); N] {
                fn feed(self) -> Fed {
                    Fed::object(self.into_iter().map(|(name, value)| (name.into(), value.feed())))
                }
            }

            #[diagnostic::do_not_recommend]
            impl<T, V: Feeds<T>, K: Into<String>, const N: usize> Feeds<Option<$map<String, T>>> for [(K, V); N] {
                fn feed(self) -> Fed {
                    Fed::object(self.into_iter().map(|(name, value)| (name.into(), value.feed())))
                }
            }

            #[diagnostic::do_not_recommend]
            impl<T> Feeds<$map<String, T>> for $map<String, Expr<T>> {
                fn feed(self) -> Fed {
                    Fed::object(self.into_iter().map(|(name, value)| (name, Feeds::<T>::feed(value))))
                }
            }
        )*
    };
}

maps!(BTreeMap HashMap);
