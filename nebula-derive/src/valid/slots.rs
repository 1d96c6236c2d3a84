//! The fields of an action or a resource: its slots.

use syn::{Data, DeriveInput, Fields, ext::IdentExt, spanned::Spanned};

use crate::{ctxt::Ctxt, doc, model::CredSlot};

/// The slots of a unit struct (`None`), or of a struct with named fields. `is_struct` and `has_names` are what is said of
/// anything else.
#[expect(clippy::option_option, reason = "outer: whether the rule is kept; inner: whether there are fields")]
pub(super) fn of(cx: &Ctxt, input: &DeriveInput, is_struct: &str, has_names: &str) -> Option<Option<Vec<CredSlot>>> {
    let Data::Struct(data) = &input.data else {
        cx.error(&input.ident, is_struct);
        return None;
    };
    match &data.fields {
        Fields::Unit => Some(None),
        Fields::Unnamed(fields) => {
            cx.error_at(fields.span(), has_names);
            None
        }
        Fields::Named(fields) => {
            let slot = |field: &syn::Field| {
                let ident = field.ident.clone()?;
                let description = doc::text(&field.attrs).unwrap_or_default();
                Some(CredSlot { name: ident.unraw().to_string(), ident, ty: field.ty.clone(), description })
            };
            Some(Some(fields.named.iter().filter_map(slot).collect()))
        }
    }
}
