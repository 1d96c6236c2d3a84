//! What the metadata says of catalogues and bounds.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::{duration, option};
use crate::model::{Limits, Listing, Rate};

pub(super) fn listing(p: &TokenStream, listing: &Listing) -> TokenStream {
    let Listing { category, tags, icon, docs, examples } = listing;
    let [category, icon, docs] =
        [category, icon, docs].map(|text| option(p, text.as_ref().map(ToTokens::to_token_stream)));
    let titles = examples.iter().map(|example| &example.title);
    let inputs = examples.iter().map(|example| &example.input);
    quote! {
        #p::ListingFacts {
            category: #category,
            tags: &[#(#tags),*],
            icon: #icon,
            docs: #docs,
            examples: #p::list([#((#titles, #p::json(#inputs))),*]),
        }
    }
}

pub(super) fn limits(p: &TokenStream, limits: &Limits) -> TokenStream {
    let Limits { deadline, max_input, max_output, concurrency, rate, cache, heartbeat } = *limits;
    let deadline = option(p, deadline.map(|deadline| duration(p, deadline)));
    let [max_input, max_output] =
        [max_input, max_output].map(|bytes| option(p, bytes.map(|bytes| bytes.to_token_stream())));
    let cache = option(p, cache.map(|cache| duration(p, cache)));
    let heartbeat = option(p, heartbeat.map(|silence| duration(p, silence)));
    let concurrency = option(p, concurrency.map(|most| most.to_token_stream()));
    let rate = option(
        p,
        rate.map(|Rate { count, per, burst }| {
            let per = duration(p, per);
            quote!((#count, #per, #burst))
        }),
    );
    quote! {
        #p::LimitFacts {
            deadline: #deadline,
            max_input: #max_input,
            max_output: #max_output,
            concurrency: #concurrency,
            rate: #rate,
            cache: #cache,
            heartbeat: #heartbeat,
        }
    }
}
