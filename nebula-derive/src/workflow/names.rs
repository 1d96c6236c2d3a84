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
    /// Data of an item, which is read in its own loop.
    Item,
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
    /// What items are called, with their loops.
    items: HashMap<String, String>,
    /// Names that can be used here, the latest last.
    scope: RefCell<Vec<Known>>,
    /// How many names the macro has made itself.
    made: Cell<usize>,
    /// The loops in which is what is written now, the innermost last.
    loops: RefCell<Vec<String>>,
    /// Of the input.
    input: Option<String>,
    /// Whether what is written now belongs to a trigger.
    before_a_run: Cell<bool>,
}

/// A name that can be used.
struct Known {
    word: String,
    kind: Kind,
    /// How many loops are around the item that it is of.
    depth: usize,
}

// === impl Names ===

impl Names {
    /// Tells about ids that are used twice.
    pub(super) fn of(cx: &Ctxt, input: Option<(&Ident, Kind)>, body: &Body) -> Self {
        let mut ids = HashMap::new();
        let mut steps = HashMap::new();
        let mut items = HashMap::new();
        let mut open = vec![(body, None)];
        while let Some((body, of)) = open.pop() {
            for step in body.steps() {
                if let Named::Loop(one) = step {
                    items.extend(one.item.iter().chain(&one.index).map(|item| (word(item), word(&one.name))));
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
        let named = input.map(|(input, _)| word(input));
        let scope = input.map(|(input, kind)| Known { word: word(input), kind, depth: 0 }).into_iter().collect();
        Self {
            steps,
            declared: RefCell::default(),
            scope: RefCell::new(scope),
            items,
            made: Cell::new(0),
            loops: RefCell::default(),
            input: named,
            before_a_run: Cell::new(false),
        }
    }

    pub(super) fn declare(&self, name: &Ident, kind: Kind) {
        if kind == Kind::Step {
            self.declared.borrow_mut().insert(word(name));
        }
        let depth = self.loops.borrow().len();
        self.scope.borrow_mut().push(Known { word: word(name), kind, depth });
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

    /// What happens inside belongs to an item of the loop.
    pub(super) fn inside_of_loop<T>(&self, name: &Ident, inside: impl FnOnce() -> T) -> T {
        self.loops.borrow_mut().push(word(name));
        let done = inside();
        self.loops.borrow_mut().pop();
        done
    }

    /// What happens inside belongs to a trigger, which knows nothing but its event: there is no run yet.
    pub(super) fn before_a_run<T>(&self, event: Option<&Ident>, inside: impl FnOnce() -> T) -> T {
        let known = event.map(|name| Known { word: word(name), kind: Kind::Data, depth: 0 }).into_iter().collect();
        let outside = self.scope.replace(known);
        self.before_a_run.set(true);
        let done = inside();
        self.before_a_run.set(false);
        self.scope.replace(outside);
        done
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
        if let Some(known) = self.scope.borrow().iter().rev().find(|known| known.word == word) {
            return match known.kind {
                Kind::Item => self.of_item(known),
                kind => Found::Known(kind),
            };
        }
        if self.before_a_run.get() && (self.steps.contains_key(&word) || self.input.as_ref() == Some(&word)) {
            let help = "it has its event, and what is written out";
            return Found::Elsewhere(format!("`{word}` is of a run, and a trigger starts one: {help}"));
        }
        let Some(of) = self.steps.get(&word) else {
            return self.items.get(&word).map_or(Found::Foreign, |of| {
                Found::Elsewhere(format!("`{word}` is of an item of the loop `{of}`, and this is outside of it"))
            });
        };
        let is_declared = self.declared.borrow().contains(&word);
        if let Some(of) = of.as_ref().filter(|_| is_declared) {
            let of = self.outermost(of);
            let help = format!("outside there is `{of}`, the list of what the items give");
            return Found::Elsewhere(format!("the step `{word}` is one of each item: {help}"));
        }
        Found::Elsewhere(if is_declared {
            format!("the step `{word}` is in a branch that is not taken together with this one")
        } else {
            format!("the step `{word}` does not exist yet: what is used stands further up")
        })
    }

    /// Of items, only that of the innermost loop can be read.
    fn of_item(&self, known: &Known) -> Found {
        let loops = self.loops.borrow();
        let (Some(of), Some(inner)) = (loops.get(known.depth.saturating_sub(1)), loops.last()) else {
            return Found::Known(Kind::Data);
        };
        if known.depth == loops.len() {
            return Found::Known(Kind::Data);
        }
        Found::Elsewhere(format!(
            "`{}` is of an item of the loop `{of}`, and inside of `{inner}` only its own item can be read: let a step of `{of}` give \
             what is wanted of it",
            known.word
        ))
    }

    /// Of loops in loops, the one that is known here.
    fn outermost<'a>(&'a self, mut of: &'a String) -> &'a String {
        let loops = self.loops.borrow();
        while let Some(Some(around)) =
            self.steps.get(of).filter(|around| !around.as_ref().is_some_and(|it| loops.contains(it)))
        {
            of = around;
        }
        of
    }

    /// What data made of these tokens is: that of an item, if one is in them.
    pub(super) fn kind_of(&self, tokens: TokenStream, kind: Kind) -> Kind {
        let is_item = |name: &Ident| {
            let word = word(name);
            let scope = self.scope.borrow();
            scope.iter().rev().find(|known| known.word == word).is_some_and(|known| known.kind == Kind::Item)
        };
        if kind == Kind::Data && is_any(tokens, &is_item) { Kind::Item } else { kind }
    }

    /// Whether any of these tokens may be data of a run.
    pub(super) fn are_in(&self, tokens: TokenStream) -> bool {
        is_any(tokens, &|name| matches!(self.find(name), Found::Known(Kind::Step | Kind::Data | Kind::Broken)))
    }

    /// The same, also when it cannot be used here.
    pub(super) fn are_meant_in(&self, tokens: TokenStream) -> bool {
        let is_meant = |found| !matches!(found, Found::Foreign | Found::Known(Kind::Plain));
        is_any(tokens, &|name| is_meant(self.find(name)))
    }
}

/// Whether one of the names in these tokens is such; members are none.
fn is_any(tokens: TokenStream, is_such: &impl Fn(&Ident) -> bool) -> bool {
    let mut after_dot = false;
    tokens.into_iter().any(|token| {
        let is_member = std::mem::take(&mut after_dot);
        match token {
            TokenTree::Ident(ident) => !is_member && is_such(&ident),
            TokenTree::Group(group) => is_any(group.stream(), is_such),
            TokenTree::Punct(punct) => {
                after_dot = punct.as_char() == '.';
                false
            }
            TokenTree::Literal(_) => false,
        }
    })
}

fn word(name: &Ident) -> String {
    name.unraw().to_string()
}
