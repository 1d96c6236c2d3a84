//! Stand-ins for what typed workflows need of parameters: members and methods of the names that are there, whatever is
//! wrong with them.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{Data, DeriveInput, Fields, GenericArgument, PathArguments, Type, ext::IdentExt};

use crate::expand::cases;

/// `p` is where generated code finds what it may call.
pub(super) fn parameters(input: &DeriveInput, p: &TokenStream) -> TokenStream {
    if !input.generics.params.is_empty() {
        // What is expanded names the type without them.
        return TokenStream::new();
    }
    match &input.data {
        Data::Struct(data) => structure(&input.ident, &data.fields, p),
        Data::Enum(data) if data.variants.iter().all(|variant| matches!(variant.fields, Fields::Unit)) => {
            let names: Vec<_> = data.variants.iter().map(|variant| &variant.ident).collect();
            cases::stand_in(&input.ident, &names, p)
        }
        Data::Enum(_) | Data::Union(_) => accepts(&input.ident, &[], p),
    }
}

fn structure(owner: &Ident, fields: &Fields, p: &TokenStream) -> TokenStream {
    let named: Vec<_> = fields.iter().filter_map(|field| Some((field.ident.as_ref()?, &field.ty))).collect();
    let certain = named.iter().map(|(ident, ty)| quote!(pub #ident: #p::flow::Expr<#ty>,));
    let optional = named.iter().map(|(ident, ty)| {
        let inner = inner(ty);
        quote!(pub #ident: #p::flow::Expr<#p::Option<#inner>>,)
    });
    let names: Vec<_> = named.iter().map(|(ident, _)| *ident).collect();
    let accepts = accepts(owner, &names, p);
    quote! {
        const _: () = {
            #[allow(dead_code, missing_docs, private_interfaces)]
            pub struct __Refs { #(#certain)* }
            #[allow(dead_code, missing_docs, private_interfaces)]
            pub struct __Optional { #(#optional)* }

            #[automatically_derived]
            impl #p::flow::HasRefs for #owner {
                type Refs = __Refs;
                type Optional = __Optional;

                fn refs(_: &#p::flow::Place<'_>) -> __Refs {
                    #p::unreachable!()
                }

                fn optional(_: &#p::flow::Place<'_>) -> __Optional {
                    #p::unreachable!()
                }
            }
        };
        #accepts
    }
}

/// A call in which nothing is missing, and every name takes everything.
fn accepts(owner: &Ident, names: &[&Ident], p: &TokenStream) -> TokenStream {
    let call = format_ident!("{}Call", owner.unraw());
    // The name of a whole input's method, unless a member has it.
    let with = format_ident!("with");
    let whole = (!names.contains(&&with)).then_some(&with);
    let names = names.iter().copied().chain(whole);
    quote! {
        const _: () = {
            #[allow(missing_docs, missing_debug_implementations, private_interfaces)]
            #[must_use]
            pub struct #call<__O>(#p::PhantomData<fn() -> __O>);

            #[allow(dead_code, missing_docs)]
            impl<__O> #call<__O> {
                #(pub fn #names<__V>(self, _: __V) -> Self {
                    self
                })*
            }

            #[automatically_derived]
            impl<__O> #p::flow::Call<__O> for #call<__O> {
                fn draft(self) -> #p::flow::Draft<__O> {
                    #p::unreachable!()
                }
            }

            #[automatically_derived]
            impl #p::flow::Accepts for #owner {
                type Call<__O> = #call<__O>;

                fn call<__O>(_: #p::flow::Draft<__O>) -> #call<__O> {
                    #p::unreachable!()
                }
            }

            #[automatically_derived]
            impl #p::flow::Composes for #owner {}
        };
    }
}

/// `T` of an `Option<T>`, however it is written.
fn inner(ty: &Type) -> &Type {
    let Type::Path(path) = ty else { return ty };
    match path.path.segments.last() {
        Some(last) if last.ident == "Option" => match &last.arguments {
            PathArguments::AngleBracketed(arguments) => match arguments.args.first() {
                Some(GenericArgument::Type(inner)) => inner,
                _ => ty,
            },
            _ => ty,
        },
        _ => ty,
    }
}
