//! The form of the function: asynchronous, concrete, `-> Result<..>`.

use proc_macro2::Ident;
use syn::{FnArg, GenericArgument, PathArguments, PathSegment, ReturnType, Safety, Signature, Type, ext::IdentExt};

use super::Output;
use crate::ctxt::Ctxt;

/// The right form, shown before what is wrong.
pub(super) fn usage(function: &Ident) -> syn::Error {
    let name = function.unraw();
    syn::Error::new(
        function.span(),
        format!(
            "an action is a function of this form:\n\n    async fn {name}(parameter: Type, slot: Cred<Kind>, ctx: &Ctx) -> \
             Result<Output>\n\nwith as many parameters and slots as it needs; `Result<ActionResult<Output>>` if its node \
             may have to wait"
        ),
    )
}

/// Everything but the arguments' types and the return type.
pub(super) fn check(shape: &Ctxt, sig: &Signature) {
    if sig.asyncness.is_none() {
        shape.error(sig.fn_token, "an action is asynchronous: write `async fn`");
    }
    if let Some(token) = &sig.constness {
        shape.error(token, "an action is not `const`");
    }
    if let Safety::Unsafe(token) = &sig.safety {
        shape.error(token, "an action is not `unsafe`: the engine calls it");
    }
    if let Some(abi) = &sig.abi {
        shape.error(abi, "an action is a function of Rust");
    }
    if let Some(variadic) = &sig.variadic {
        shape.error(variadic, "an action has a fixed number of arguments");
    }
    if !sig.generics.params.is_empty() {
        shape.error(&sig.generics, "an action has no type parameters: it has one id and one schema");
    } else if let Some(bounds) = &sig.generics.where_clause {
        shape.error(bounds, "an action has no type parameters, so nothing is to be bounded");
    }
    if let Some(FnArg::Receiver(receiver)) = sig.inputs.first() {
        shape.error(receiver, "an action is a free function: what it needs comes in its arguments");
    }
}

/// `Result<T>` or `Result<ActionResult<T>>`.
pub(super) fn output(shape: &Ctxt, sig: &Signature) -> Option<Output> {
    let ReturnType::Type(_, written) = &sig.output else {
        shape.error(&sig.ident, "an action can fail: write `-> Result<()>`");
        return None;
    };
    let Some(result) = last(written).filter(|last| last.ident == "Result") else {
        shape.error(written, "an action can fail: it returns a `Result<..>`");
        return None;
    };
    let Some(ty) = first_type(result) else {
        shape.error(written, "say what comes out: `Result<Output>`");
        return None;
    };
    let (ty, may_wait) = match last(ty).filter(|last| last.ident == "ActionResult") {
        None => (ty, false),
        Some(inner) => match first_type(inner) {
            Some(ty) => (ty, true),
            None => {
                shape.error(ty, "say what comes out: `ActionResult<Output>`");
                return None;
            }
        },
    };
    Some(Output { written: sig.output.clone(), ty: ty.clone(), may_wait })
}

/// The last part of a type's path.
pub(super) fn last(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) if path.qself.is_none() => path.path.segments.last(),
        Type::Group(group) => last(&group.elem),
        Type::Paren(paren) => last(&paren.elem),
        _ => None,
    }
}

/// The first type between its angle brackets.
pub(super) fn first_type(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}
