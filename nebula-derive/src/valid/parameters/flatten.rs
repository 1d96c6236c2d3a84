//! The rules of `#[serde(flatten)]`: the fields of another struct stand among those of this one.

use proc_macro2::Ident;
use syn::{Attribute, Meta, Type};

use super::last_segment;
use crate::{
    attr::{param::FieldParam, serde::FieldSerde},
    ctxt::Ctxt,
};

/// The word, where it stands.
pub(super) fn key(attrs: &[Attribute]) -> Option<Ident> {
    let mut found = None;
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde") && matches!(attr.meta, Meta::List(_))) {
        // What cannot be read here is told where it is read in earnest.
        let _ = attr.parse_nested_meta(|meta| {
            if meta.path.is_ident("flatten") {
                found = meta.path.get_ident().cloned();
            }
            Ok(())
        });
    }
    found
}

/// What is flattened has no name, no value of its own to be refined, and is a struct.
pub(super) fn check(cx: &Ctxt, param: &FieldParam, serde: &FieldSerde, ty: &Type) {
    let Some(flatten) = serde.flatten.key() else { return };
    let others = [serde.rename.key(), serde.default.key(), serde.skip.key()].into_iter().flatten();
    let others = others.chain(param.keys()).chain(param.label.key()).chain(param.gives.key());
    for other in others {
        cx.error(other, format!("the field is flattened, and so is no parameter itself: `{other}` would have no use"));
    }
    let why = match last_segment(ty).as_str() {
        "Option" => "whether it is there could not be told from what is: make its fields optional",
        "BTreeMap" | "HashMap" | "Value" | "Map" => {
            "names that the schema does not know would be accepted, and misspelled ones with them: give the map a name"
        }
        "Vec" | "String" | "Box" => "only a struct with named fields can be",
        _ => return,
    };
    cx.error(flatten, format!("this cannot be flattened: {why}"));
}
