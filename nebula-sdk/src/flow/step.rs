//! A node of the workflow that is being built.

use std::{cell::RefCell, fmt, ops::Deref, rc::Rc, time::Duration};

use nebula_ports::{
    model::{ParameterValue, RetryPolicy},
    time::DurationText,
};

use super::{
    Expr,
    builder::{NodeDraft, State},
    refs,
};

/// A step whose action gives an `O`. Its fields are those of `O`: `fetch.temp`.
pub struct Step<O> {
    result: Expr<O>,
    index: usize,
    state: Rc<RefCell<State>>,
}

/// A step seen from outside of the branch that it is in: it may not have run, so all that it gives is optional.
pub struct Maybe<O>(Step<Option<O>>);

/// What may leave a branch: steps, which become optional, alone or in a tuple.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot leave a branch",
    label = "may not exist outside of the branch",
    note = "return the step itself, or a tuple of steps: outside of the branch each is a `Maybe`"
)]
pub trait Leave {
    /// What it is outside.
    type Outside;

    #[doc(hidden)]
    fn leave(self) -> Self::Outside;
}

// === impl Step ===

impl<O> Step<O> {
    pub(super) fn new(id: &str, index: usize, state: Rc<RefCell<State>>) -> Self {
        let result = Expr::of_text(format!("$nodes{}.result", refs::step(id, false)));
        Self { result, index, state }
    }

    /// What the step gives, as a whole.
    #[must_use]
    pub const fn result(&self) -> &Expr<O> {
        &self.result
    }

    /// Whether it has completed: false when it was skipped. Known also of a step in a branch.
    #[must_use]
    pub fn success(&self) -> Expr<bool> {
        self.about("success")
    }

    /// Whether it was skipped, as its branch was not taken.
    #[must_use]
    pub fn skipped(&self) -> Expr<bool> {
        self.about("skipped")
    }

    /// `"completed"`, `"skipped"`, ..
    #[must_use]
    pub fn status(&self) -> Expr<String> {
        self.about("status")
    }

    /// How many attempts it took; 0 when it was skipped.
    #[must_use]
    pub fn attempts(&self) -> Expr<u32> {
        self.about("attempts")
    }

    fn about<T>(&self, what: &str) -> Expr<T> {
        let of = &self.result.source().text;
        Expr::of_text(format!("{}.{what}", of.strip_suffix(".result").unwrap_or(of)))
    }

    /// After another step, of which it uses nothing.
    pub fn after<X>(self, other: &Step<X>) -> Self {
        let same = Rc::ptr_eq(&self.state, &other.state);
        self.set(|node| if same { node.after.push(other.index) } else { node.foreign = true })
    }

    /// A name for people.
    pub fn name(self, name: &str) -> Self {
        self.set(|node| node.name = Some(name.to_owned()))
    }

    /// When a failed attempt is tried again; as the action says when absent.
    pub fn retry(self, policy: RetryPolicy) -> Self {
        self.set(|node| node.retry = Some(policy))
    }

    /// Limit of one attempt; as the action says when absent.
    pub fn timeout(self, limit: Duration) -> Self {
        self.set(|node| node.timeout = Some(DurationText::new(limit)))
    }

    /// Limit of all attempts and the waits between them.
    pub fn deadline(self, limit: Duration) -> Self {
        self.set(|node| node.deadline = Some(DurationText::new(limit)))
    }

    /// Which credential goes into a slot of the action.
    pub fn credential(self, slot: &str, name: &str) -> Self {
        self.set(|node| node.credentials.push((slot.to_owned(), name.to_owned())))
    }

    pub(super) fn parameter(self, name: &str, value: ParameterValue) -> Self {
        self.set(|node| {
            node.parameters.insert(name.to_owned(), value);
        })
    }

    /// The same step, of which more is known.
    pub(super) fn giving<X>(self) -> Step<X> {
        Step { result: Expr::of_text(self.result.source().text.clone()), index: self.index, state: self.state }
    }

    fn set(self, change: impl FnOnce(&mut NodeDraft)) -> Self {
        if let Some(node) = self.state.borrow_mut().nodes.get_mut(self.index) {
            change(node);
        }
        self
    }
}

impl<O> Deref for Step<O> {
    type Target = Expr<O>;

    fn deref(&self) -> &Expr<O> {
        &self.result
    }
}

impl<O> fmt::Debug for Step<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Step({})", self.result)
    }
}

// === impl Maybe ===

impl<O> Deref for Maybe<O> {
    type Target = Step<Option<O>>;

    fn deref(&self) -> &Step<Option<O>> {
        &self.0
    }
}

impl<O> fmt::Debug for Maybe<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Maybe({})", self.0.result)
    }
}

// === impl Leave ===

impl Leave for () {
    type Outside = ();

    fn leave(self) {}
}

impl<O> Leave for Step<O> {
    type Outside = Maybe<O>;

    fn leave(self) -> Maybe<O> {
        Maybe(Step { result: Expr::of_absent(self.result.source().text.clone()), index: self.index, state: self.state })
    }
}

impl<O> Leave for Maybe<O> {
    type Outside = Self;

    fn leave(self) -> Self {
        self
    }
}

macro_rules! tuples {
    ($(($($name:ident $at:tt),*))*) => {
        $(
            impl<$($name: Leave),*> Leave for ($($name,)*) {
                type Outside = ($($name::Outside,)*);

                fn leave(self) -> Self::Outside {
                    ($(self.$at.leave(),)*)
                }
            }
        )*
    };
}

tuples! {
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
}
