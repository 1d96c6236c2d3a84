//! Branches: `when` for one, `when_else` for two, `switch` for the variants of an enum, `when_ok_else` and `on_error` for how
//! a step ends.
//!
//! The steps of every branch can be used behind it, where each may not have run. A branch without another returns them; of
//! several, each leaves them in a variable, because what they return is the value of the whole.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;

use super::{flow, flow_at, nested, statements, trigger, uses_flow};
use crate::{
    expand::cases,
    workflow::{
        ast::{Body, Case, Caught, Choice, If, Match, Outcome, Value, Way},
        names::{Found, Kind},
        value::Writer,
    },
};

/// The word that it begins with.
pub(super) fn keyword(choice: &Choice) -> TokenStream {
    let (word, at) = match choice {
        Choice::If(branches) => ("if", branches.keyword),
        Choice::Match(branches) => ("match", branches.keyword),
        Choice::Outcome(branches) => ("match", branches.keyword),
        Choice::Caught(branch) => ("if", branch.keyword),
    };
    Ident::new(word, at).into_token_stream()
}

/// Branches without a value.
pub(super) fn statement(write: &Writer<'_>, choice: &Choice) -> TokenStream {
    match choice {
        Choice::If(branches) if branches.otherwise.is_none() => {
            let If { keyword, condition, unknown, then, .. } = &**branches;
            let f = flow_at(*keyword);
            let condition = condition.as_ref().map_or_else(|| write.broken(), |condition| write.condition(condition));
            let branch = Branch::of(write, then, &broken(unknown), false);
            let Branch { f: inner, statements, names, .. } = &branch;
            let leaving = nested(names);
            let when = Ident::new("when", *keyword);
            let built = quote!(#f.#when(#condition, |#inner| { #statements #leaving }));
            branch.declare(write);
            if names.is_empty() {
                return quote!(#built;);
            }
            let pattern = nested(names);
            quote! {
                #[allow(unused_variables)]
                let #pattern = #built;
            }
        }
        Choice::Caught(one) => caught(write, one),
        other => joined(write, other, None),
    }
}

/// Branches whose value is bound to a pattern, and what the names in it stand for.
pub(super) fn value(write: &Writer<'_>, choice: &Choice, pattern: &TokenStream) -> (TokenStream, Kind) {
    let told = write.cx.count();
    if let Choice::If(branches) = choice
        && branches.otherwise.is_none()
    {
        write.cx.error_at(branches.keyword, "an `if` that gives a value has an `else`");
    }
    let written = match choice {
        Choice::Caught(one) => {
            let help = "an `if` that gives a value has both branches: write `match step { Ok(step) => { .. } Err(failure) => { .. } }`";
            write.cx.error_at(one.keyword, help);
            caught(write, one)
        }
        other => joined(write, other, Some(pattern)),
    };
    let is_broken = match choice {
        Choice::Outcome(branches) => branches.step.is_none(),
        _ => false,
    };
    (written, if is_broken || write.cx.count() > told { Kind::Broken } else { Kind::Data })
}

/// Branches of which one is always taken.
fn joined(write: &Writer<'_>, choice: &Choice, pattern: Option<&TokenStream>) -> TokenStream {
    let p = write.p;
    let gives = choice.gives() && pattern.is_some();
    let told = write.cx.count();
    let (built, branches) = match choice {
        Choice::If(branches) => condition(write, branches, gives),
        Choice::Match(branches) => switch(write, branches, gives),
        Choice::Outcome(branches) => outcome(write, branches, gives),
        Choice::Caught(one) => return caught(write, one),
    };
    let left: Vec<_> =
        branches.iter().filter_map(|branch| branch.left.as_ref().map(|left| (left, &branch.names))).collect();
    let before = left.iter().map(|(left, _)| quote!(let mut #left = #p::None;));
    let behind = left.iter().map(|(left, names)| {
        let pattern = nested(names);
        quote! {
            #[allow(unused_variables)]
            let #pattern = #p::flow::left_behind(#left);
        }
    });
    let bound = match pattern {
        // What the branches give need not fit together any more.
        Some(_) if write.cx.count() > told => quote!(#built;),
        Some(pattern) => quote!(let #pattern = #built;),
        None => quote!(#built;),
    };
    let (kept, back) = kept(write, choice).unzip();
    let written = quote!(#kept #(#before)* #bound #back #(#behind)*);
    for branch in branches {
        branch.declare(write);
    }
    written
}

fn condition(write: &Writer<'_>, branches: &If, gives: bool) -> (TokenStream, Vec<Branch>) {
    let If { keyword, condition, unknown, then, otherwise } = branches;
    // Without the other branch, there is nothing to give.
    let told = if gives && otherwise.is_none() { usize::MAX } else { write.cx.count() };
    let p = write.p;
    let f = flow_at(*keyword);
    let condition = condition.as_ref().map_or_else(|| write.broken(), |condition| write.condition(condition));
    let then = Branch::of(write, then, &broken(unknown), gives);
    let otherwise = otherwise.as_ref().map(|otherwise| Branch::of(write, otherwise, &[], gives));
    let when = Ident::new("when_else", *keyword);
    let whole = write.cx.count() == told;
    let first = then.closure(p, whole);
    // The other one is missed, which is told.
    let second = otherwise.as_ref().map_or_else(|| quote!(|_| {}), |otherwise| otherwise.closure(p, whole));
    (quote!(#f.#when(#condition, #first, #second)), [Some(then), otherwise].into_iter().flatten().collect())
}

fn switch(write: &Writer<'_>, branches: &Match, gives: bool) -> (TokenStream, Vec<Branch>) {
    let p = write.p;
    let f = flow_at(branches.keyword);
    let told = write.cx.count();
    let on = branches.on.as_ref().and_then(|on| write.looked_at(on));
    let of = branches.arms.iter().find_map(|arm| match &arm.case {
        Case::Variant(of, _) => Some(of),
        _ => None,
    });
    let of = of.map_or_else(|| quote!(_), ToTokens::to_token_stream);
    let arms: Vec<_> = branches.arms.iter().map(|arm| (arm, Branch::of(write, &arm.body, &[], gives))).collect();
    let mut calls = TokenStream::new();
    let mut is_open = false;
    for (arm, branch) in &arms {
        let closure = branch.closure(p, write.cx.count() == told);
        calls.extend(match &arm.case {
            Case::Variant(other, variant) => {
                if other.to_token_stream().to_string() != of.to_string() {
                    write.cx.error(other, format!("the other cases are those of `{of}`"));
                }
                // Of the macro, so that no other method is proposed in its place.
                let place = Span::mixed_site().located_at(variant.span());
                let method = format_ident!("on_{}", cases::snake(&variant.unraw().to_string()), span = place);
                quote!(.#method(#closure))
            }
            // The others are of how a step ends, and stand elsewhere.
            Case::Others | Case::Ok(..) | Case::Err(..) => {
                is_open = true;
                quote!(.otherwise(#closure))
            }
        });
    }
    let switch = Ident::new("switch", branches.keyword);
    let place = Span::mixed_site().located_at(branches.keyword);
    let end = (!is_open).then(|| quote_spanned!(place=> .end()));
    let built = match on {
        Some(on) if !branches.is_broken => quote!(#f.#switch::<#of>(#on) #calls #end),
        _ => quote!(#p::flow::unfinished()),
    };
    (built, arms.into_iter().map(|(_, branch)| branch).collect())
}

/// Both ways in which a step ends. Behind them it may have failed, as other steps of branches may not have run.
fn outcome(write: &Writer<'_>, branches: &Outcome, gives: bool) -> (TokenStream, Vec<Branch>) {
    let p = write.p;
    let told = write.cx.count();
    let step = branches.step.as_ref().filter(|step| is_step(write, step));
    // Of what is told to be wrong, values are not missed as well.
    let gives = gives && step.is_some();
    let way = |way: &Way, kind: Kind| {
        let bound: Vec<_> = way.name.iter().map(|name| (name.clone(), kind)).collect();
        let name = way.name.as_ref().map_or_else(|| quote!(_), ToTokens::to_token_stream);
        Branch { argument: Some(name), ..Branch::of(write, &way.body, &bound, gives) }
    };
    let (ok, error) = (way(&branches.ok, Kind::Step), way(&branches.error, Kind::Data));
    let Some(step) = step else { return (quote!(#p::flow::unfinished()), vec![ok, error]) };
    let f = flow_at(branches.keyword);
    let when = Ident::new("when_ok_else", branches.keyword);
    let whole = write.cx.count() == told;
    let (first, second) = (ok.closure(p, whole), error.closure(p, whole));
    (quote!(#f.#when(#step, #first, #second)), vec![ok, error])
}

/// The step itself goes into its branch; what is known by its name behind both of them is what may have failed.
fn kept(write: &Writer<'_>, choice: &Choice) -> Option<(TokenStream, TokenStream)> {
    let Choice::Outcome(branches) = choice else { return None };
    let step = branches.step.as_ref().filter(|step| matches!(write.names.find(step), Found::Known(Kind::Step)))?;
    let after = write.names.fresh("after");
    let before = quote!(let #after = #step.__absent(););
    let behind = quote! {
        #[allow(unused_variables)]
        let #step = #after;
    };
    Some((before, behind))
}

/// `let (pay, ..) = f.on_error(pay, |f, failure| { .. });`
fn caught(write: &Writer<'_>, one: &Caught) -> TokenStream {
    let bound: Vec<_> = one.error.name.iter().map(|name| (name.clone(), Kind::Data)).collect();
    let branch = Branch::of(write, &one.error.body, &bound, false);
    let step = one.step.as_ref().filter(|step| is_step(write, step));
    let Some(step) = step else {
        // Its steps are not there, which follows from what is told.
        branch.names.iter().for_each(|name| write.names.declare(name, Kind::Broken));
        return TokenStream::new();
    };
    let Branch { f: inner, statements, names, .. } = &branch;
    let f = flow_at(one.keyword);
    let on_error = Ident::new("on_error", one.keyword);
    let argument = one.error.name.as_ref().map_or_else(|| quote!(_), ToTokens::to_token_stream);
    let leaving = nested(names);
    let pattern = if names.is_empty() { quote!(()) } else { leaving.clone() };
    let written = quote! {
        #[allow(unused_variables)]
        let (#step, #pattern) = #f.#on_error(#step, |#inner, #argument| { #statements #leaving });
    };
    branch.declare(write);
    written
}

fn is_step(write: &Writer<'_>, name: &Ident) -> bool {
    let problem = match write.names.find(name) {
        Found::Known(Kind::Step) => return true,
        Found::Known(Kind::Broken) => return false,
        Found::Elsewhere(problem) => problem,
        Found::Known(Kind::Data | Kind::Item | Kind::Plain) => {
            format!("`{name}` is no step: `Ok` and `Err` are of how a step ends")
        }
        Found::Foreign => format!("there is no step `{name}`"),
    };
    write.cx.error(name, problem);
    false
}

fn broken(names: &[Ident]) -> Vec<(Ident, Kind)> {
    names.iter().map(|name| (name.clone(), Kind::Broken)).collect()
}

/// A branch that is written.
pub(super) struct Branch {
    /// The builder inside, `_` where nothing is added.
    pub(super) f: TokenStream,
    /// What else the closure is given.
    argument: Option<TokenStream>,
    pub(super) statements: TokenStream,
    /// What it comes to.
    pub(super) value: Option<TokenStream>,
    names: Vec<Ident>,
    /// Where its steps are left.
    left: Option<Ident>,
}

// === impl Branch ===

impl Branch {
    /// Without the value when none is wanted.
    pub(super) fn of(write: &Writer<'_>, body: &Body, bound: &[(Ident, Kind)], gives: bool) -> Self {
        let f = if uses_flow(body) { flow().into_token_stream() } else { quote!(_) };
        trigger::refuse(write, body);
        let (statements, value) = write.names.inside(|| {
            for (name, kind) in bound {
                write.names.declare(name, *kind);
            }
            let statements = statements(write, body);
            let (before, value) = match &body.value {
                _ if !gives => (TokenStream::new(), None),
                Some(Value::Expr(value)) => (TokenStream::new(), Some(write.owned(value).0)),
                Some(Value::Choice(choice)) => {
                    let result = write.names.fresh("value");
                    let (before, kind) = value(write, choice, &quote!(#result));
                    let broken = || write.broken();
                    (before, Some(if kind == Kind::Broken { broken() } else { quote!(#result) }))
                }
                None => {
                    let at = body.end.unwrap_or_else(Span::call_site);
                    write.cx.error_at(at, "this branch gives nothing, and another gives a value");
                    (TokenStream::new(), Some(write.broken()))
                }
            };
            (quote!(#statements #before), value)
        });
        let names: Vec<_> = body.steps().into_iter().map(|step| step.name().clone()).collect();
        let left = (!names.is_empty()).then(|| write.names.fresh("left"));
        Self { f, argument: None, statements, value, names, left }
    }

    /// The branch among others: it leaves its steps in a variable. When something is wrong, it gives nothing.
    fn closure(&self, p: &TokenStream, is_whole: bool) -> TokenStream {
        let Self { f, statements, value, names, left, .. } = self;
        let f = match &self.argument {
            Some(argument) => quote!(#f, #argument),
            None => f.clone(),
        };
        let steps = nested(names);
        let leave = left.as_ref().map(|left| quote!(#left = #p::Some(#p::flow::Leave::leave(#steps));));
        match (value, leave) {
            (Some(value), leave) if !is_whole => quote!(|#f| { #statements let _ = #value; #leave }),
            (Some(value), Some(leave)) => {
                let result = Ident::new("result", Span::mixed_site());
                quote!(|#f| { #statements let #result = #value; #leave #result })
            }
            (value, leave) => quote!(|#f| { #statements #leave #value }),
        }
    }

    /// Its steps have been declared, and are known nowhere else.
    pub(super) fn note(&self, write: &Writer<'_>) {
        self.names.iter().for_each(|name| write.names.note(name));
    }

    fn declare(&self, write: &Writer<'_>) {
        for name in &self.names {
            write.names.declare(name, Kind::Step);
        }
    }
}
