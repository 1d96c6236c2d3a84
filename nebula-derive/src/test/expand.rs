//! The test of libtest with the author's function inside of it.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::{ext::IdentExt, spanned::Spanned};

use super::{Test, Written};

pub(super) fn whole(test: &Test) -> TokenStream {
    let Test { sdk, seeds, harness, written } = test;
    let Written { attrs, vis, sig, body } = written;
    let p = quote!(#sdk::__private::testing);
    let ident = &sig.ident;
    let name = ident.unraw().to_string();
    let (first, last) = (seeds.first, seeds.last);
    // The argument's type carries the place of an error about it.
    let run = quote_spanned!(harness.span()=> #p::run::<#harness, _, _>);
    let is_harness = quote_spanned!(harness.span()=> #p::a_harness::<#harness>);
    // Where libtest leaves the test out, the type of its argument is looked at all the same.
    quote! {
        #[cfg(not(test))]
        const _: fn() = #is_harness;

        #(#attrs)*
        #[::core::prelude::v1::test]
        #vis fn #ident() {
            #sig #body

            let place = #p::Place { test: #name, module: #p::module_path!(), file: #p::file!() };
            #run(place, #first..=#last, #ident);
        }
    }
}

/// Where something is wrong, the function stays what it is, and no test.
pub(super) fn stand_in(written: &Written) -> TokenStream {
    let others = written.attrs.iter().filter(|attr| {
        let is_of_tests = |last: &Ident| last == "test" || last == "should_panic" || last == "ignore";
        !attr.path().segments.last().is_some_and(|last| is_of_tests(&last.ident))
    });
    let Written { vis, sig, body, .. } = written;
    quote! {
        #(#others)*
        #[allow(dead_code)]
        #vis #sig #body
    }
}
