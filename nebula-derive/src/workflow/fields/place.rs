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
    /// It is wrong, which is told.
    Broken,
}

/// The branch that is said of a field.
pub(super) fn branch(cx: &Ctxt, options: &mut NodeAttr) -> Option<Branch> {
    let otherwise = std::mem::take(&mut options.otherwise);
    let when = std::mem::take(&mut options.when);
    if let (Some(key), Some(_)) = (otherwise.key(), when.key()) {
        cx.error(key, "it runs when the condition before it does not hold: it has none of its own");
        return Some(Branch::Broken);
    }
    if let Some(key) = otherwise.key() {
        return Some(Branch::Otherwise(key.clone()));
    }
    Some(match when.take()? {
        Expr::Let(pattern) => {
            let at = Span::call_site().located_at(pattern.let_token.span);
            match statement::case(cx, &pattern.pat) {
                None => Branch::Broken,
                Some(Case::Ok(_, name)) => {
                    outcome::step(cx, &pattern.expr).map_or(Branch::Broken, |step| Branch::Completes(at, step, name))
                }
                Some(Case::Err(_, name)) => {
                    outcome::step(cx, &pattern.expr).map_or(Branch::Broken, |step| Branch::Fails(at, step, name))
                }
                Some(case) => Branch::Case(at, case, *pattern.expr),
            }
        }
        condition => Branch::Holds(condition),
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

/// Puts a field into its branch: the last one, when that is it.
pub(super) fn put(cx: &Ctxt, body: &mut Body, statement: Statement, branch: Option<Branch>) {
    let new = match branch {
        None | Some(Branch::Broken) => Some(statement),
        Some(Branch::Holds(condition)) => holds(body, condition, statement),
        Some(Branch::Otherwise(key)) => otherwise(cx, body, &key, statement),
        Some(Branch::Completes(keyword, step, name)) => completes(cx, body, (keyword, step, name), statement),
        Some(Branch::Fails(keyword, step, name)) => fails(cx, body, (keyword, step, name), statement),
        Some(Branch::Case(keyword, case, on)) => {
            let arm = Arm { case, body: of(statement) };
            match last(body) {
                Some(Choice::Match(all)) if all.on.as_ref().is_some_and(|other| text(other) == text(&on)) => {
                    put_case(cx, all, keyword, arm);
                    None
                }
                _ => {
                    let all = Match { keyword, on: Some(on), arms: vec![arm], is_broken: false };
                    Some(Statement::Choice(Choice::Match(all)))
                }
            }
        }
    };
    body.statements.extend(new);
}

/// The branches that were put there last, if nothing stands behind them.
fn last(body: &mut Body) -> Option<&mut Choice> {
    match body.statements.last_mut() {
        Some(Statement::Choice(choice)) => Some(choice),
        _ => None,
    }
}

fn otherwise(cx: &Ctxt, body: &mut Body, key: &Ident, statement: Statement) -> Option<Statement> {
    if let Some(Choice::If(one)) = last(body) {
        one.otherwise.get_or_insert_default().statements.push(statement);
        return None;
    }
    cx.error(key, "there is no condition before this: it stands right behind the steps with a `when`");
    Some(statement)
}

/// Into the last branch of the same condition, or into a new one.
fn holds(body: &mut Body, condition: Expr, statement: Statement) -> Option<Statement> {
    if let Some(Choice::If(one)) = last(body)
        && one.otherwise.is_none()
        && one.condition.as_ref().is_some_and(|other| text(other) == text(&condition))
    {
        one.then.statements.push(statement);
        return None;
    }
    Some(Statement::Choice(Choice::If(Box::new(If {
        keyword: condition.span(),
        condition: Some(condition),
        unknown: Vec::new(),
        then: of(statement),
        otherwise: None,
    }))))
}

/// What an end of a step is called, where it is said.
type End = (Span, Ident, Option<Ident>);

fn completes(cx: &Ctxt, body: &mut Body, end: End, statement: Statement) -> Option<Statement> {
    let (keyword, step, name) = end;
    match last(body) {
        Some(Choice::Outcome(both)) if is_of(both.step.as_ref(), &step) && both.error.body.statements.is_empty() => {
            named_alike(cx, &both.ok, name.as_ref());
            both.ok.body.statements.push(statement);
            return None;
        }
        Some(Choice::Caught(one)) if is_of(one.step.as_ref(), &step) => {
            cx.error(&step, "the steps for when it has completed stand before those for its failure");
            return None;
        }
        _ => {}
    }
    let ok = Way { name, body: of(statement) };
    let both = Outcome { keyword, step: Some(step), ok, error: Way::default() };
    Some(Statement::Choice(Choice::Outcome(Box::new(both))))
}

fn fails(cx: &Ctxt, body: &mut Body, end: End, statement: Statement) -> Option<Statement> {
    let (keyword, step, name) = end;
    let way = match last(body) {
        Some(Choice::Outcome(both)) if is_of(both.step.as_ref(), &step) => Some(&mut both.error),
        Some(Choice::Caught(one)) if is_of(one.step.as_ref(), &step) => Some(&mut one.error),
        _ => None,
    };
    if let Some(way) = way {
        if way.body.statements.is_empty() {
            way.name = name;
        } else {
            named_alike(cx, way, name.as_ref());
        }
        way.body.statements.push(statement);
        return None;
    }
    let error = Way { name, body: of(statement) };
    Some(Statement::Choice(Choice::Caught(Box::new(Caught { keyword, step: Some(step), error }))))
}

fn put_case(cx: &Ctxt, all: &mut Match, at: Span, new: Arm) {
    let is_same = |one: &Arm| name(&one.case) == name(&new.case);
    let is_last = all.arms.last().is_some_and(is_same);
    let problem = if is_last {
        None
    } else if all.arms.iter().any(is_same) {
        Some("the steps of a case stand together: put this one behind the others")
    } else if all.arms.iter().any(|one| matches!(one.case, Case::Others)) {
        Some("the branch for all others, `_`, comes last")
    } else {
        all.arms.push(new);
        return;
    };
    if let Some(problem) = problem {
        cx.error_at(at, problem);
    }
    if let Some(last) = all.arms.last_mut() {
        last.body.statements.extend(new.body.statements);
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

fn named_alike(cx: &Ctxt, way: &Way, name: Option<&Ident>) {
    if let (Some(known), Some(name)) = (&way.name, name)
        && known != name
    {
        cx.error(name, format!("it is called `{known}` in the same branch"));
    }
}

fn is_of(of: Option<&Ident>, step: &Ident) -> bool {
    of == Some(step)
}

fn of(statement: Statement) -> Body {
    Body { statements: vec![statement], ..Body::default() }
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
