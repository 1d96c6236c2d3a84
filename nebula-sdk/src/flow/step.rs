//! A node of the workflow that is being built.

use std::{cell::RefCell, fmt, marker::PhantomData, ops::Deref, rc::Rc, time::Duration};

use nebula_ports::{
    model::{ParameterValue, RetryPolicy},
    time::DurationText,
};

use super::{
    Exit, Expr, Way,
    builder::{NodeDraft, State},
    expr::Source,
    refs,
};
use crate::NoPorts;

/// A step whose action gives an `O` and has the ports `P`. Its fields are those of `O`: `fetch.temp`.
pub struct Step<O, P = NoPorts> {
    result: Expr<O>,
    id: String,
    index: usize,
    state: Rc<RefCell<State>>,
    port: PhantomData<fn() -> P>,
}

/// A step that need not have completed: it is in a branch, or its failure does not end the run. All that it gives is
/// optional.
pub struct Maybe<O, P = NoPorts>(Step<Option<O>, P>);

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

impl<O, P> Step<O, P> {
    pub(super) fn new(id: &str, index: usize, state: Rc<RefCell<State>>) -> Self {
        let result = Expr::of_text(format!("$nodes{}.result", refs::step(id, false)));
        Self { result, id: id.to_owned(), index, state, port: PhantomData }
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

    pub(super) fn about<T>(&self, what: &str) -> Expr<T> {
        let of = &self.result.source().text;
        Expr::of_text(format!("{}.{what}", of.strip_suffix(".result").unwrap_or(of)))
    }

    /// After another step, of which it uses nothing.
    pub fn after<X, Q>(self, other: &Step<X, Q>) -> Self {
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

    /// Which resource goes into a slot of the action. Without one the slot gets the only one of its type, or one that needs
    /// no configuration.
    pub fn resource(self, slot: &str, name: &str) -> Self {
        self.set(|node| node.resources.push((slot.to_owned(), name.to_owned())))
    }

    pub(super) fn parameter(self, name: &str, value: ParameterValue) -> Self {
        self.set(|node| {
            node.parameters.insert(name.to_owned(), value);
        })
    }

    /// The same step, of which more is known.
    pub(super) fn giving<X>(self) -> Step<X, P> {
        let result = Expr::of_text(self.result.source().text.clone());
        Step { result, id: self.id, index: self.index, state: self.state, port: PhantomData }
    }

    /// The same step, which need not have completed.
    pub(super) fn absent(self) -> Maybe<O, P> {
        self.seen_absent()
    }

    /// The same, while the step goes into a branch.
    pub(super) fn seen_absent(&self) -> Maybe<O, P> {
        let result = Expr::of_absent(self.result.source().text.clone());
        let state = Rc::clone(&self.state);
        Maybe(Step { result, id: self.id.clone(), index: self.index, state, port: PhantomData })
    }

    /// A text about the step: that it ends in one way.
    pub(super) fn ends(&self, text: &str, way: Way) -> Source {
        let text = format!("{text}{}", self.about::<bool>("success").source().text);
        Source { exit: Some(Exit { step: self.id.clone(), way }), ..Source::made(text, None) }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn set(self, change: impl FnOnce(&mut NodeDraft)) -> Self {
        if let Some(node) = self.state.borrow_mut().nodes.get_mut(self.index) {
            change(node);
        }
        self
    }
}

impl<O, P> Deref for Step<O, P> {
    type Target = Expr<O>;

    fn deref(&self) -> &Expr<O> {
        &self.result
    }
}

impl<O, P> fmt::Debug for Step<O, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Step({})", self.result)
    }
}

// === impl Maybe ===

impl<O, P> Deref for Maybe<O, P> {
    type Target = Step<Option<O>, P>;

    fn deref(&self) -> &Step<Option<O>, P> {
        &self.0
    }
}

impl<O, P> fmt::Debug for Maybe<O, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Maybe({})", self.0.result)
    }
}

// === impl Leave ===

impl Leave for () {
    type Outside = ();

    fn leave(self) {}
}

impl<O, P> Leave for Step<O, P> {
    type Outside = Maybe<O, P>;

    fn leave(self) -> Maybe<O, P> {
        self.absent()
    }
}

impl<O, P> Leave for Maybe<O, P> {
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
