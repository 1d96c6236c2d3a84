//! The form of a test: asynchronous, concrete, one argument, nothing or a `Result` given back.

use proc_macro2::Ident;
use syn::{FnArg, GenericArgument, PathArguments, ReturnType, Safety, Type, ext::IdentExt};

use super::Written;
use crate::ctxt::Ctxt;

/// The right form, shown before what is wrong.
pub(super) fn usage(function: &Ident) -> syn::Error {
    let name = function.unraw();
    syn::Error::new(
        function.span(),
        format!(
            "a test is a function of this form:\n\n    async fn {name}(t: TestFlow)\n\nor, of one action, `t: \
             ActionTestHarness<TheAction>`; it may give back a `Result<()>`"
        ),
    )
}

/// The type of the harness, when it can be told.
pub(super) fn check(shape: &Ctxt, cx: &Ctxt, written: &Written) -> Option<Type> {
    let sig = &written.sig;
    if sig.asyncness.is_none() {
        shape.error(sig.fn_token, "a test is asynchronous: write `async fn`");
    }
    if let Some(token) = &sig.constness {
        shape.error(token, "a test is not `const`");
    }
    if let Safety::Unsafe(token) = &sig.safety {
        shape.error(token, "a test is not `unsafe`: the test program calls it");
    }
    if let Some(abi) = &sig.abi {
        shape.error(abi, "a test is a function of Rust");
    }
    if !sig.generics.params.is_empty() {
        shape.error(&sig.generics, "a test has no type parameters: nobody would choose them");
    } else if let Some(bounds) = &sig.generics.where_clause {
        shape.error(bounds, "a test has no type parameters, so nothing is to be bounded");
    }
    for attr in &written.attrs {
        if attr.path().segments.last().is_some_and(|last| last.ident == "test") {
            cx.error(attr, "this makes it a test a second time: remove one of the two");
        }
    }
    output(shape, &sig.output);
    argument(shape, written)
}

fn argument(shape: &Ctxt, written: &Written) -> Option<Type> {
    let sig = &written.sig;
    for more in sig.inputs.iter().skip(1) {
        shape.error(more, "a test has one argument: a second harness is a clone of the first");
    }
    match sig.inputs.first() {
        None => {
            shape.error(&sig.ident, "a test takes its harness, which has the seed: write `t: TestFlow`");
            None
        }
        Some(FnArg::Receiver(receiver)) => {
            shape.error(receiver, "a test is a free function: it takes its harness, as in `t: TestFlow`");
            None
        }
        Some(FnArg::Typed(argument)) => match &*argument.ty {
            Type::Reference(reference) => {
                shape.error(reference, "the harness is the test's own: leave the `&` out");
                None
            }
            Type::ImplTrait(implied) => {
                shape.error(implied, "say which harness it is: `TestFlow` or `ActionTestHarness<TheAction>`");
                None
            }
            ty => Some(ty.clone()),
        },
    }
}

/// Nothing, `()` or a `Result`.
fn output(shape: &Ctxt, output: &ReturnType) {
    let ReturnType::Type(_, ty) = output else { return };
    let is_result = match &**ty {
        Type::Tuple(tuple) => tuple.elems.is_empty(),
        Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            let first = match &last.arguments {
                PathArguments::AngleBracketed(arguments) => arguments.args.first(),
                _ => None,
            };
            last.ident == "Result"
                && matches!(first, Some(GenericArgument::Type(Type::Tuple(ok))) if ok.elems.is_empty())
        }),
        _ => false,
    };
    if !is_result {
        shape.error(ty, "a test gives back nothing, or a `Result<()>`: nobody would look at anything else");
    }
}
