//! Where a field stands: in which branch of which loop.

use proc_macro2::Span;
use quote::ToTokens;
use syn::{Expr, Ident, ext::IdentExt, spanned::Spanned};

use crate::{
    attr::node::NodeAttr,
    ctxt::Ctxt,
    workflow::{
        ast::{Arm, Body, Case, Caught, Choice, If, Match, Outcome, Statement, Way},
        parse::{outcome, statement},
    },
};

/// The branch of a field.
pub(super) enum Branch {
    /// `when = fetch.temp > 30`
    Holds(Expr),
    /// `otherwise`
    Otherwise(Ident),
    /// `when = let Ok(paid) = pay`
    Completes(Span, Ident, Option<Ident>),
    /// `when = let Err(failure) = pay`
    Fails(Span, Ident, Option<Ident>),
    /// `when = let ReviewPort::Approved = review.port()`
    Case(Span, Case, Expr),
}

/// The branches that are said of a field, each in the one before.
pub(super) fn branches(cx: &Ctxt, options: &mut NodeAttr) -> Vec<Branch> {
    let otherwise = std::mem::take(&mut options.otherwise);
    let when = std::mem::take(&mut options.when);
    if let Some(key) = otherwise.key() {
        if when.is_empty() {
            return vec![Branch::Otherwise(key.clone())];
        }
        cx.error(key, "it runs when the condition before it does not hold: it has none of its own");
        return Vec::new();
    }
    when.into_iter().filter_map(|condition| branch(cx, condition)).collect()
}

/// `None` when it is wrong, which is told.
fn branch(cx: &Ctxt, condition: Expr) -> Option<Branch> {
    let Expr::Let(pattern) = condition else { return Some(Branch::Holds(condition)) };
    let at = Span::call_site().located_at(pattern.let_token.span);
    Some(match statement::case(cx, &pattern.pat)? {
        Case::Ok(_, name) => Branch::Completes(at, outcome::step(cx, &pattern.expr)?, name),
        Case::Err(_, name) => Branch::Fails(at, outcome::step(cx, &pattern.expr)?, name),
        case => Branch::Case(at, case, *pattern.expr),
    })
}

/// The steps of a loop, which is the last thing that was put there.
pub(super) fn inside<'b>(body: &'b mut Body, of: &str) -> Option<&'b mut Body> {
    match body.statements.last_mut()? {
        Statement::Loop(one) => {
            let is_found = one.name.unraw() == of;
            if is_found { Some(&mut one.body) } else { inside(&mut one.body, of) }
        }
        Statement::Choice(choice) => {
            let last = choice.bodies_mut().into_iter().rfind(|body| !body.statements.is_empty())?;
            inside(last, of)
        }
        Statement::Step(_) | Statement::Let(_) | Statement::Const(_) => None,
    }
}

/// Puts a field into its branches: the last ones, when these are them.
pub(super) fn put(cx: &Ctxt, mut body: &mut Body, statement: Statement, branches: Vec<Branch>) {
    for branch in branches {
        body = way(cx, body, branch);
    }
    body.statements.push(statement);
}

/// The steps of a branch: of the last one, or of a new one.
fn way<'b>(cx: &Ctxt, body: &'b mut Body, branch: Branch) -> &'b mut Body {
    match &branch {
        Branch::Otherwise(key) if !matches!(last(body), Some(Choice::If(_))) => {
            cx.error(key, "there is no condition before this: it stands right behind the steps with a `when`");
            return body;
        }
        Branch::Completes(_, step, _) if matches!(last(body), Some(Choice::Caught(one)) if is_of(one.step.as_ref(), step)) =>
        {
            cx.error(step, "the steps for when it has completed stand before those for its failure");
            return body;
        }
        _ => {}
    }
    if !last(body).is_some_and(|choice| goes_on(choice, &branch)) {
        body.statements.push(Statement::Choice(begun(&branch)));
    }
    match body.statements.last_mut() {
        Some(Statement::Choice(choice)) => inside_of(cx, choice, branch),
        _ => unreachable!("it is there, or was put there by the lines above"),
    }
}

/// The branches that were put there last, if nothing stands behind them.
fn last(body: &Body) -> Option<&Choice> {
    match body.statements.last() {
        Some(Statement::Choice(choice)) => Some(choice),
        _ => None,
    }
}

/// Whether a branch is one of these, or one more.
fn goes_on(choice: &Choice, branch: &Branch) -> bool {
    match (choice, branch) {
        (Choice::If(one), Branch::Holds(condition)) => {
            one.otherwise.is_none() && one.condition.as_ref().is_some_and(|other| text(other) == text(condition))
        }
        (Choice::If(_), Branch::Otherwise(_)) => true,
        (Choice::Outcome(both), Branch::Completes(_, step, _)) => {
            is_of(both.step.as_ref(), step) && both.error.body.statements.is_empty()
        }
        (Choice::Outcome(both), Branch::Fails(_, step, _)) => is_of(both.step.as_ref(), step),
        (Choice::Caught(one), Branch::Fails(_, step, _)) => is_of(one.step.as_ref(), step),
        (Choice::Match(all), Branch::Case(_, _, on)) => all.on.as_ref().is_some_and(|other| text(other) == text(on)),
        _ => false,
    }
}

/// New branches, of which nothing but the beginning is there.
fn begun(branch: &Branch) -> Choice {
    match branch {
        Branch::Holds(condition) => Choice::If(Box::new(If {
            keyword: condition.span(),
            condition: Some(condition.clone()),
            unknown: Vec::new(),
            then: Body::default(),
            otherwise: None,
        })),
        Branch::Completes(keyword, step, _) => Choice::Outcome(Box::new(Outcome {
            keyword: *keyword,
            step: Some(step.clone()),
            ok: Way::default(),
            error: Way::default(),
        })),
        Branch::Fails(keyword, step, _) => {
            Choice::Caught(Box::new(Caught { keyword: *keyword, step: Some(step.clone()), error: Way::default() }))
        }
        Branch::Case(keyword, _, on) => {
            Choice::Match(Match { keyword: *keyword, on: Some(on.clone()), arms: Vec::new(), is_broken: false })
        }
        Branch::Otherwise(_) => unreachable!("it stands behind an `if`"),
    }
}

/// The steps of the branch among these.
fn inside_of<'b>(cx: &Ctxt, choice: &'b mut Choice, branch: Branch) -> &'b mut Body {
    match (choice, branch) {
        (Choice::If(one), Branch::Otherwise(_)) => one.otherwise.get_or_insert_default(),
        (Choice::If(one), _) => &mut one.then,
        (Choice::Outcome(both), Branch::Completes(_, _, name)) => named(cx, &mut both.ok, name),
        (Choice::Outcome(both), Branch::Fails(_, _, name)) => named(cx, &mut both.error, name),
        (Choice::Outcome(both), _) => &mut both.ok.body,
        (Choice::Caught(one), Branch::Fails(_, _, name)) => named(cx, &mut one.error, name),
        (Choice::Caught(one), _) => &mut one.error.body,
        (Choice::Match(all), Branch::Case(at, case, _)) => arm(cx, all, at, case),
        (Choice::Match(all), _) => arm(cx, all, Span::call_site(), Case::Others),
    }
}

fn named<'b>(cx: &Ctxt, way: &'b mut Way, name: Option<Ident>) -> &'b mut Body {
    if way.body.statements.is_empty() {
        way.name = name;
    } else if let (Some(known), Some(name)) = (&way.name, name)
        && *known != name
    {
        cx.error(name, format!("it is called `{known}` in the same branch"));
    }
    &mut way.body
}

fn arm<'b>(cx: &Ctxt, all: &'b mut Match, at: Span, case: Case) -> &'b mut Body {
    let is_same = |one: &Arm| name(&one.case) == name(&case);
    if !all.arms.last().is_some_and(is_same) {
        if all.arms.iter().any(is_same) {
            cx.error_at(at, "the steps of a case stand together: put this one behind the others");
        } else if all.arms.iter().any(|one| matches!(one.case, Case::Others)) {
            cx.error_at(at, "the branch for all others, `_`, comes last");
        } else {
            all.arms.push(Arm { case, body: Body::default() });
        }
    }
    match all.arms.last_mut() {
        Some(last) => &mut last.body,
        None => unreachable!("without an arm, one is put there"),
    }
}

/// What no case is for leads nowhere.
pub(super) fn close(body: &mut Body) {
    for statement in &mut body.statements {
        match statement {
            Statement::Loop(one) => close(&mut one.body),
            Statement::Choice(choice) => {
                if let Choice::Match(all) = choice
                    && !all.arms.iter().any(|one| matches!(one.case, Case::Others))
                {
                    all.arms.push(Arm { case: Case::Others, body: Body::default() });
                }
                choice.bodies_mut().into_iter().for_each(close);
            }
            Statement::Step(_) | Statement::Let(_) | Statement::Const(_) => {}
        }
    }
}

fn is_of(of: Option<&Ident>, step: &Ident) -> bool {
    of == Some(step)
}

fn text(expr: &Expr) -> String {
    expr.to_token_stream().to_string()
}

fn name(case: &Case) -> String {
    match case {
        Case::Variant(of, variant) => format!("{}::{variant}", of.to_token_stream()),
        Case::Others | Case::Ok(..) | Case::Err(..) => "_".to_owned(),
    }
}
