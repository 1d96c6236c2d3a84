//! Which names stand for data of a run, and where.

use std::{
    cell::{Cell, RefCell},
    collections::{HashMap, HashSet},
};

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::{Ident, ext::IdentExt};

use super::ast::{Body, Named};
use crate::ctxt::Ctxt;

/// What a name stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A step, also one that may not have run.
    Step,
    /// Other data of a run.
    Data,
    /// What is told to be wrong.
    Broken,
    /// A value of Rust.
    Plain,
}

/// What is known of a name at a place.
pub(super) enum Found {
    Known(Kind),
    /// A step that cannot be used here, and why.
    Elsewhere(String),
    /// Not a name of the workflow.
    Foreign,
}

/// The names of a workflow.
pub(super) struct Names {
    /// Every step, wherever it is; of those of items the loop that they are in.
    steps: HashMap<String, Option<String>>,
    /// Steps that were declared so far, wherever they are.
    declared: RefCell<HashSet<String>>,
    /// Names that can be used here, the latest last.
    scope: RefCell<Vec<(String, Kind)>>,
    /// How many names the macro has made itself.
    made: Cell<usize>,
    /// Whether what is written now belongs to an item.
    in_loop: Cell<bool>,
}

// === impl Names ===

impl Names {
    /// Tells about ids that are used twice.
    pub(super) fn of(cx: &Ctxt, input: Option<(&Ident, Kind)>, body: &Body) -> Self {
        let mut ids = HashMap::new();
        let mut steps = HashMap::new();
        let mut open = vec![(body, None)];
        while let Some((body, of)) = open.pop() {
            for step in body.steps() {
                if let Named::Loop(one) = step {
                    open.push((&one.body, Some(word(&one.name))));
                }
                let (id, name) = (step.id(), step.name());
                let is_new = steps.insert(word(name), of.clone()).is_none();
                if let Some(of) = ids.insert(id.clone(), step) {
                    let help = "each has its own, in all branches together";
                    match step.options().id.get() {
                        Some(place) => cx.error(place, format!("there is a step of the id `{id}` already: {help}")),
                        None => cx.error(name, format!("there is a step `{}` already: {help}", word(of.name()))),
                    }
                } else if !is_new {
                    cx.error(name, format!("there is a step `{name}` already: each has its own name"));
                }
            }
        }
        let scope = input.map(|(input, kind)| (word(input), kind)).into_iter().collect();
        Self {
            steps,
            declared: RefCell::default(),
            scope: RefCell::new(scope),
            made: Cell::new(0),
            in_loop: Cell::new(false),
        }
    }

    pub(super) fn declare(&self, name: &Ident, kind: Kind) {
        if kind == Kind::Step {
            self.declared.borrow_mut().insert(word(name));
        }
        self.scope.borrow_mut().push((word(name), kind));
    }

    /// A step has been declared where it is known and nowhere else.
    pub(super) fn note(&self, name: &Ident) {
        self.declared.borrow_mut().insert(word(name));
    }

    /// A name that nothing else has.
    pub(super) fn fresh(&self, word: &str) -> Ident {
        self.made.set(self.made.get() + 1);
        Ident::new(&format!("{word}{}", self.made.get()), Span::mixed_site())
    }

    pub(super) fn is_step(&self, name: &Ident) -> bool {
        self.steps.contains_key(&word(name))
    }

    /// What happens inside belongs to an item; `None` when all of this does already.
    pub(super) fn inside_of_loop<T>(&self, inside: impl FnOnce() -> T) -> Option<T> {
        if self.in_loop.replace(true) {
            return None;
        }
        let done = inside();
        self.in_loop.set(false);
        Some(done)
    }

    /// What happens inside does not change the names that can be used outside.
    pub(super) fn inside<T>(&self, inside: impl FnOnce() -> T) -> T {
        let outside = self.scope.borrow().len();
        let done = inside();
        self.scope.borrow_mut().truncate(outside);
        done
    }

    pub(super) fn find(&self, name: &Ident) -> Found {
        let word = word(name);
        if let Some((_, kind)) = self.scope.borrow().iter().rev().find(|(known, _)| *known == word) {
            return Found::Known(*kind);
        }
        let Some(of) = self.steps.get(&word) else { return Found::Foreign };
        let is_declared = self.declared.borrow().contains(&word);
        if let Some(of) = of.as_ref().filter(|_| is_declared) {
            let help = format!("outside there is `{of}`, the list of what the items give");
            return Found::Elsewhere(format!("the step `{word}` is one of each item: {help}"));
        }
        Found::Elsewhere(if is_declared {
            format!("the step `{word}` is in a branch that is not taken together with this one")
        } else {
            format!("the step `{word}` does not exist yet: what is used stands further up")
        })
    }

    /// Whether any of these tokens may be data of a run.
    pub(super) fn are_in(&self, tokens: TokenStream) -> bool {
        let mut after_dot = false;
        tokens.into_iter().any(|token| {
            let is_member = std::mem::take(&mut after_dot);
            match token {
                TokenTree::Ident(ident) => {
                    !is_member && matches!(self.find(&ident), Found::Known(Kind::Step | Kind::Data | Kind::Broken))
                }
                TokenTree::Group(group) => self.are_in(group.stream()),
                TokenTree::Punct(punct) => {
                    after_dot = punct.as_char() == '.';
                    false
                }
                TokenTree::Literal(_) => false,
            }
        })
    }
}

fn word(name: &Ident) -> String {
    name.unraw().to_string()
}
