//! The two structs, what their derives make of them, and the impl with the function's body.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{DeriveInput, Pat, Token, Type};

use super::{Function, arguments::Named};
use crate::expand;

/// What one would write by hand.
pub(super) struct ByHand {
    /// The action's struct, with the attribute.
    pub(super) action: DeriveInput,
    /// The struct of its parameters, when it has any.
    pub(super) input: Option<DeriveInput>,
    /// `impl SimpleAction` or `impl ProcessAction`.
    pub(super) body: TokenStream,
}

/// Everything.
pub(super) fn whole(function: &Function) -> TokenStream {
    let ByHand { action, input, body } = by_hand(function);
    let structs = derived(&action, input.as_ref());
    quote! { #structs #body }
}

/// The structs, an impl for what uses them, and the function as Rust understands it: its own mistakes are still told,
/// and nothing else is.
pub(super) fn stand_in(function: &Function) -> TokenStream {
    let Function { vis, sig, body, others, ident, sdk, .. } = function;
    let mut sig = sig.clone();
    sig.asyncness.get_or_insert_with(|| Token![async](Span::call_site()));
    if sig.receiver().is_some() {
        // In an impl there is no place for a struct.
        return quote!(#(#others)* #[allow(unused)] #vis #sig #body);
    }
    let sig = replace_self(sig.to_token_stream(), ident);
    let generic = !function.sig.generics.params.is_empty();
    let function_item = quote!(#(#others)* #[allow(unused, clippy::all, clippy::pedantic)] #vis #sig #body);
    let ByHand { mut action, mut input, .. } = by_hand(function);
    if generic {
        // The types may name what only the function knows.
        input = None;
        action.data = syn::Data::Struct(syn::DataStruct {
            struct_token: <Token![struct]>::default(),
            fields: syn::Fields::Unit,
            semi_token: Some(<Token![;]>::default()),
        });
    }
    let structs = derived(&action, input.as_ref());
    let input = input.map_or_else(|| quote!(()), |input| input.ident.to_token_stream());
    let (kind, result) = if function.ports.is_empty() {
        (quote!(SimpleAction), quote!(()))
    } else {
        (quote!(ProcessAction), quote!(#sdk::ActionResult<(), <Self as #sdk::Action>::Port>))
    };
    quote! {
        #structs

        impl #sdk::#kind for #ident {
            type Input = #input;
            type Output = ();

            async fn execute(&self, _: #input, _: &#sdk::ActionContext<Self>) -> #sdk::Result<#result> {
                #sdk::__private::unreachable!()
            }
        }

        #function_item
    }
}

pub(super) fn by_hand(function: &Function) -> ByHand {
    let Function { attr, vis, docs, ident, arguments, .. } = function;
    let action = if arguments.slots.is_empty() {
        quote!(#vis struct #ident;)
    } else {
        let slots = arguments.slots.iter().map(|Named { attrs, ident, ty, .. }| quote!(#(#attrs)* #ident: #ty));
        quote!(#vis struct #ident { #(#slots),* })
    };
    ByHand {
        action: syn::parse2(quote!(#(#docs)* #[action(#attr)] #action)).expect("a struct"),
        input: input(function),
        body: body(function),
    }
}

/// The struct of the parameters.
fn input(function: &Function) -> Option<DeriveInput> {
    let Function { vis, ident, input, arguments, .. } = function;
    if arguments.parameters.is_empty() || arguments.whole.is_some() {
        return None;
    }
    let doc = match &function.id {
        Some(id) => format!(" Input of the action `{}`.", id.value()),
        None => format!(" Input of the action `{ident}`."),
    };
    let krate = function.krate.as_ref().map(|path| quote!(#[param(crate = #path)]));
    let fields = arguments.parameters.iter().map(|Named { attrs, ident, ty, .. }| quote!(#(#attrs)* #vis #ident: #ty));
    let item = quote!(#[doc = #doc] #krate #vis struct #input { #(#fields),* });
    Some(syn::parse2(item).expect("a struct"))
}

fn body(function: &Function) -> TokenStream {
    let Function { sdk, ident, arguments, others, sig, body, .. } = function;
    let Some(output) = &function.output else {
        return TokenStream::new();
    };
    let (ty, returns) = (&output.ty, &output.written);
    let kind = Ident::new(if output.may_wait { "ProcessAction" } else { "SimpleAction" }, Span::call_site());
    // Names of ours, which the body does not see.
    let this = Ident::new("self", Span::mixed_site());
    let taken = Ident::new("input", Span::mixed_site());
    let (pat, input_ty) = match &arguments.whole {
        Some((pat, ty)) => (pat.to_token_stream(), ty.to_token_stream()),
        None if arguments.parameters.is_empty() => (quote!(()), quote!(())),
        None => (taken.to_token_stream(), function.input.to_token_stream()),
    };
    let slots = arguments.slots.iter().map(
        |Named { mutability, ident, .. }| quote!(let #mutability #ident = ::core::clone::Clone::clone(&#this.#ident);),
    );
    let parameters = arguments
        .parameters
        .iter()
        .map(|Named { mutability, ident, .. }| quote!(let #mutability #ident = #taken.#ident;));
    let context = context(function, arguments.context.as_ref());
    let (asyncness, fn_token) = (&sig.asyncness, &sig.fn_token);
    let execute = Ident::new("execute", sig.ident.span());
    let body = if arguments.slots.is_empty() && arguments.parameters.is_empty() {
        body.to_token_stream()
    } else {
        quote!({ #(#slots)* #(#parameters)* #body })
    };
    quote! {
        impl #sdk::#kind for #ident {
            type Input = #input_ty;
            type Output = #ty;

            #(#others)*
            #asyncness #fn_token #execute(&#this, #pat: #input_ty, #context) #returns #body
        }
    }
}

fn context(function: &Function, context: Option<&(Pat, Type)>) -> TokenStream {
    match context {
        Some((pat, ty)) => quote!(#pat: #ty),
        None => {
            let sdk = &function.sdk;
            quote!(_: &#sdk::ActionContext<Self>)
        }
    }
}

/// The structs without the attributes of the derives, and what the derives make of them. Their expansion stands here and
/// is not asked for by `#[derive(..)]`: where the attribute macro `action` is imported, the derive's own `#[action]`
/// could mean both.
fn derived(action: &DeriveInput, input: Option<&DeriveInput>) -> TokenStream {
    let made = expand::action(action.to_token_stream());
    let bare = bare(action);
    let input = input.map(|input| {
        let made = expand::parameters(input.to_token_stream());
        let bare = self::bare(input);
        quote!(#bare #made)
    });
    quote!(#bare #made #input)
}

fn bare(item: &DeriveInput) -> DeriveInput {
    let mut item = item.clone();
    item.attrs.retain(|attr| attr.path().is_ident("doc"));
    if let syn::Data::Struct(data) = &mut item.data {
        for field in &mut data.fields {
            field.attrs.retain(|attr| attr.path().is_ident("doc"));
        }
    }
    item
}

/// The function stands outside of any impl again.
fn replace_self(tokens: TokenStream, ident: &Ident) -> TokenStream {
    tokens
        .into_iter()
        .map(|tree| match tree {
            TokenTree::Ident(word) if word == "Self" => {
                let span = word.span();
                let tokens = quote_spanned!(span=> #ident);
                tokens.into_iter().next().expect("one word")
            }
            TokenTree::Group(group) => {
                let mut inner = proc_macro2::Group::new(group.delimiter(), replace_self(group.stream(), ident));
                inner.set_span(group.span());
                inner.into()
            }
            other => other,
        })
        .collect()
}
