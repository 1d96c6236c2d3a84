//! Triggers: `Workflow::trigger`, behind the whole.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;

use super::is_unit;
use crate::{
    attr::trigger::TriggerAttr,
    expand::action,
    workflow::{
        ast::{Body, Trigger},
        value::{self, Writer},
    },
};

/// `.trigger("lines", NewLines::trigger(|it| it.path("app.log")), |fired| ..)` for each.
pub(super) fn triggers(write: &Writer<'_>, body: &Body, input: Option<&Type>) -> TokenStream {
    let mut ids = HashSet::new();
    for trigger in &body.triggers {
        let id = trigger.id();
        if !ids.insert(id.clone()) {
            let message = format!("there is a trigger of the id `{id}` already: each has its own");
            match trigger.options.id.get() {
                Some(place) => write.cx.error(place, message),
                None => write.cx.error(&trigger.name, message),
            }
        }
    }
    body.triggers.iter().map(|one| trigger(write, one, input)).collect()
}

/// Triggers that stand in a branch or a loop are told.
pub(super) fn refuse(write: &Writer<'_>, body: &Body) {
    for trigger in &body.triggers {
        let message = "a trigger starts the whole workflow: it stands beside the outermost steps";
        write.cx.error(&trigger.name, message);
    }
}

fn trigger(write: &Writer<'_>, trigger: &Trigger, input: Option<&Type>) -> TokenStream {
    let p = write.p;
    let Trigger { name, action, parameters, .. } = trigger;
    let callee = action.to_token_stream();
    let it = Ident::new("it", Span::mixed_site());
    let mut config = it.to_token_stream();
    let written = write.names.before_a_run(None, || {
        let values = parameters.iter().map(|parameter| match &parameter.value {
            Some(value) => write.given(value),
            None => write.broken(),
        });
        values.collect::<Vec<_>>()
    });
    for (parameter, given) in parameters.iter().zip(written) {
        let key = &parameter.name;
        let last = parameter.value.as_ref().map_or_else(|| key.to_token_stream(), ToTokens::to_token_stream);
        // Above a struct, a parameter stands behind the action as well.
        config = value::call(quote_spanned!(key.span()=> #config.#key), given, last);
    }
    let id = trigger.id();
    let options = options(p, &trigger.options);
    let made = made(write, trigger, input);
    let at = value::start(&callee);
    let begun = quote_spanned!(at=> <#action as #p::flow::Triggers>::trigger);
    let call = if trigger.is_broken {
        // Which parameters are missing cannot be told; what was read stays for editors.
        quote!(#p::flow::unfinished_trigger::<#action, _>(|#it| #config))
    } else {
        value::call(begun, quote!(|#it| #config), &callee)
    };
    let method = Ident::new("trigger", Span::mixed_site().located_at(name.span()));
    quote!(.#method(#id, #call #options, #made))
}

/// `|fired| ..`, checked where it stands.
fn made(write: &Writer<'_>, trigger: &Trigger, input: Option<&Type>) -> TokenStream {
    let p = write.p;
    let ty = super::or_inferred(input);
    let event = Ident::new("fired", Span::mixed_site());
    let Some(fired) = &trigger.input else {
        if input.is_some_and(is_unit) {
            // A workflow that takes nothing looks at no event.
            return quote!(|_| <() as #p::flow::Composes>::of(|it| it));
        }
        let callee = trigger.action.to_token_stream();
        let function = value::at(value::start(&callee), quote!(#p::flow::checked::<#ty, _>));
        let checked = value::call(function, quote!(#event.event), &callee);
        return quote!(|#event| #checked);
    };
    let name = fired.name.as_ref().map_or_else(|| quote!(_), ToTokens::to_token_stream);
    let Some(value) = &fired.value else { return quote!(|_| #p::flow::Broken) };
    let written = write.names.before_a_run(fired.name.as_ref(), || write.composed(value));
    let last = value.to_token_stream();
    let function = value::at(value::start(&last), quote!(#p::flow::checked::<#ty, _>));
    let checked = value::call(function, written, last);
    quote! {
        #[allow(unused_variables)]
        |#name: #p::flow::Fired<_>| #checked
    }
}

fn options(p: &TokenStream, options: &TriggerAttr) -> TokenStream {
    let name = options.name.get().map(|name| quote!(.name(#name)));
    let every = options.every.get().map(|wait| {
        let wait = action::duration(p, *wait);
        quote!(.every(#wait))
    });
    let timeout = options.timeout.get().map(|limit| {
        let limit = action::duration(p, *limit);
        quote!(.timeout(#limit))
    });
    let credentials = options.credentials.get().into_iter().flatten().map(|(slot, name)| {
        let slot = syn::ext::IdentExt::unraw(slot).to_string();
        quote!(.credential(#slot, #name))
    });
    quote!(#name #every #timeout #(#credentials)*)
}
