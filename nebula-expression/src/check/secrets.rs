//! Secrets inside of larger values: what holds one cannot leave an expression, nor go where it would be forgotten.

use super::Checker;
use crate::ast::Expr;
use crate::code;
use crate::error::ExprError;
use crate::function::Function;
use crate::ty::{Lookup, Rest, Type};

/// Functions whose types still know which member is secret, or whose result tells nothing of any.
const KEEPERS: [&str; 31] = [
    "all",
    "at",
    "chunk",
    "compact",
    "count",
    "default",
    "exists",
    "existsOne",
    "filter",
    "filterEntries",
    "find",
    "findIndex",
    "first",
    "flatMap",
    "flatten",
    "fold",
    "has",
    "isEmpty",
    "isNull",
    "last",
    "map",
    "merge",
    "omit",
    "pick",
    "reverse",
    "size",
    "skip",
    "slice",
    "sortBy",
    "take",
    "type",
];
/// Parts of a type that are looked at; a larger one is taken to hold a secret if any of its parts did.
const MOST_PARTS: usize = 20_000;

impl Checker<'_> {
    /// The value of the whole expression, which goes where nobody knows of secrets.
    pub(crate) fn leaving(&mut self, expr: &Expr, ty: &Type) {
        if let Some(name) = secret_in(ty) {
            self.would_tell(expr, &name, "leaves the expression");
        }
    }

    pub(super) fn given_to(&mut self, function: &'static Function, at: usize, args: &[Expr], ty: &Type) {
        let arg = &args[at];
        if let ("get", 0, Some(path)) = (function.name, at, args.get(1).and_then(|path| path.literal()?.as_str())) {
            if let Some(name) = secret_along(ty, path) {
                self.would_tell(arg, &name, "would be read");
            }
            return;
        }
        if KEEPERS.binary_search(&function.name).is_err()
            && let Some(name) = secret_in(ty)
        {
            self.would_tell(arg, &name, &format!("goes into `{}`", function.name));
        }
    }

    /// A member that only the run chooses.
    pub(super) fn chosen_from(&mut self, index: &Expr, ty: &Type) {
        if let Some(name) = secret_in(ty) {
            self.would_tell(index, &name, "may be read here");
        }
    }

    fn would_tell(&mut self, expr: &Expr, name: &str, how: &str) {
        let text = self.text(expr.span());
        let error = ExprError::new(code::SECRET, expr.span(), format!("the secret `{name}` in `{text}` {how}"))
            .label("holds a secret")
            .help("name the members that are needed, as in `{id: x.id}`, or leave the secret out with `omit`");
        self.report_secret(error);
    }
}

/// The secret member that a path with dots leads to or through.
fn secret_along(ty: &Type, path: &str) -> Option<String> {
    let mut here = ty.clone();
    for name in path.split('.') {
        here = here.without_null();
        here = match here.element() {
            Some(element) => element,
            None => match here.member(name) {
                Lookup::Found { secret: true, .. } => return Some(crate::lex::shorten(name)),
                Lookup::Found { ty, .. } => ty,
                _ => return None,
            },
        };
    }
    None
}

/// The name of a secret member, however deep it is.
fn secret_in(ty: &Type) -> Option<String> {
    let mut open = vec![ty];
    let mut left = MOST_PARTS;
    while let Some(ty) = open.pop() {
        left = left.checked_sub(1)?;
        match ty {
            Type::List(element) => open.push(element),
            Type::Union(types) => open.extend(types.iter()),
            Type::Object(object) => {
                for (name, member) in &object.members {
                    if member.secret {
                        return Some(crate::lex::shorten(name));
                    }
                    open.push(&member.ty);
                }
                if let Rest::Of(rest) = &object.rest {
                    open.push(rest);
                }
            }
            _ => {}
        }
    }
    None
}
