//! The ways in which a step ends: `match pay { Ok(pay) => { .. } Err(failure) => { .. } }`, and `if let Err(failure) = pay { .. }`.

use proc_macro2::{Delimiter, Span};
use syn::{Expr, Ident, Pat, Token, parse::ParseStream};

use super::{body, group, statement, wanted};
use crate::{
    ctxt::Ctxt,
    workflow::ast::{Arm, Case, Caught, Outcome, Way},
};

/// `Ok(pay)` or `Err(failure)`, with what it is called; `None` for any other pattern, or where it has no name.
pub(super) fn case(pattern: &Pat) -> Option<Case> {
    let Pat::TupleStruct(of) = pattern else { return None };
    let word = of.path.get_ident()?;
    let name = match of.elems.first().filter(|_| of.elems.len() == 1)? {
        Pat::Ident(name) if name.by_ref.is_none() && name.mutability.is_none() && name.subpat.is_none() => {
            Some(name.ident.clone())
        }
        Pat::Wild(_) => None,
        _ => return None,
    };
    if word == "Ok" {
        Some(Case::Ok(word.span(), name))
    } else if word == "Err" {
        Some(Case::Err(word.span(), name))
    } else {
        None
    }
}

/// Whether a case is of how a step ends.
pub(super) const fn is_of_step(case: &Case) -> bool {
    matches!(case, Case::Ok(..) | Case::Err(..))
}

/// The cases of a `match` of which one is `Ok` or `Err`.
pub(super) fn of_arms(
    cx: &Ctxt,
    keyword: Span,
    on: Option<&Expr>,
    arms: Vec<Arm>,
    is_broken: bool,
    end: Span,
) -> Outcome {
    let told = cx.count();
    let (mut ok, mut error) = (None, None);
    for Arm { case, body } in arms {
        let (place, slot, name) = match case {
            Case::Ok(place, name) => (place, &mut ok, name),
            Case::Err(place, name) => (place, &mut error, name),
            Case::Variant(of, _) => {
                cx.error(of, "a step ends in two ways: `Ok(..)` and `Err(..)`");
                continue;
            }
            Case::Others => {
                let at = body.end.unwrap_or(end);
                cx.error_at(at, "a step ends in two ways, and both are named: `Ok(_)` and `Err(_)`");
                continue;
            }
        };
        if slot.is_some() {
            cx.error_at(place, "this way is there already");
        } else {
            *slot = Some(Way { name, body });
        }
    }
    if cx.count() == told && !is_broken {
        if ok.is_none() {
            cx.error_at(end, "what comes when the step has completed is missing: write `Ok(step) => { .. }`");
        }
        if error.is_none() {
            cx.error_at(end, "what comes when the step has failed is missing: write `Err(failure) => { .. }`");
        }
    }
    let is_whole = cx.count() == told && !is_broken;
    Outcome {
        keyword,
        step: on.and_then(|on| step(cx, on)).filter(|_| is_whole),
        ok: ok.unwrap_or_default(),
        error: error.unwrap_or_default(),
    }
}

/// `if let Err(failure) = pay { .. }`; `None` when the pattern is another one.
pub(super) fn caught(cx: &Ctxt, input: ParseStream<'_>) -> Option<syn::Result<Caught>> {
    let ahead = input.fork();
    ahead.parse::<Token![if]>().ok()?;
    ahead.parse::<Token![let]>().ok()?;
    let pattern = ahead.call(Pat::parse_single).ok()?;
    let case = case(&pattern).filter(|_| ahead.peek(Token![=]))?;
    Some(read(cx, input, case))
}

fn read(cx: &Ctxt, input: ParseStream<'_>, case: Case) -> syn::Result<Caught> {
    const BOTH: &str = "for both ways, write `match step { Ok(step) => { .. } Err(failure) => { .. } }`";
    let keyword: Token![if] = input.parse()?;
    input.parse::<Token![let]>()?;
    input.call(Pat::parse_single)?;
    input.parse::<Token![=]>()?;
    let on = match statement::expression(input, Expr::parse_without_eager_brace) {
        Ok(on) => Some(on),
        Err(error) => {
            cx.push(error);
            statement::skip_to_braces(input);
            None
        }
    };
    let Some((inside, close)) = group(input, Delimiter::Brace) else {
        return Err(wanted(input, "the steps of the branch are wanted here, in braces"));
    };
    let body = body(cx, inside, close);
    if input.peek(Token![else]) {
        let error = wanted(input, BOTH);
        input.parse::<Token![else]>()?;
        group(input, Delimiter::Brace);
        return Err(error);
    }
    let is_completion = matches!(case, Case::Ok(..));
    let name = match case {
        Case::Err(_, name) => name,
        Case::Ok(place, name) => {
            cx.error_at(place, BOTH);
            name
        }
        Case::Variant(..) | Case::Others => None,
    };
    // A step that is told to be seen to in the wrong way is none.
    let step = on.as_ref().and_then(|on| step(cx, on)).filter(|_| !is_completion);
    Ok(Caught { keyword: keyword.span, step, error: Way { name, body } })
}

/// The name of the step; anything else is told.
pub(in crate::workflow) fn step(cx: &Ctxt, on: &Expr) -> Option<Ident> {
    let name = match on {
        Expr::Path(path) => path.path.get_ident().cloned(),
        _ => None,
    };
    if name.is_none() {
        cx.error(on, "`Ok` and `Err` are of a step: its name is wanted here");
    }
    name
}
