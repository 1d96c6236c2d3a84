//! The part of `#[serde(..)]` that has a meaning in a schema; the rest is refused, so that JSON and schema never differ.

use syn::{Attribute, LitStr, Path};

use super::{Entry, Slot, Value, entries};
use crate::{case::Case, ctxt::Ctxt, nearest};

/// On a type.
#[derive(Default)]
pub(crate) struct ContainerSerde {
    pub(crate) rename_all: Slot<Case>,
    pub(crate) rename_all_fields: Slot<Case>,
    pub(crate) tag: Slot<LitStr>,
    pub(crate) content: Slot<LitStr>,
    /// Changes nothing on a newtype, and belongs nowhere else.
    pub(crate) transparent: Slot<()>,
}

/// On a variant.
#[derive(Default)]
pub(crate) struct VariantSerde {
    pub(crate) rename: Slot<LitStr>,
    pub(crate) rename_all: Slot<Case>,
}

/// On a field.
#[derive(Default)]
pub(crate) struct FieldSerde {
    pub(crate) rename: Slot<LitStr>,
    /// `default`, or `default = "path"`.
    pub(crate) default: Slot<Option<Path>>,
    pub(crate) skip: Slot<()>,
    pub(crate) flatten: Slot<()>,
}

// === impl ContainerSerde ===

impl ContainerSerde {
    pub(crate) fn read(cx: &Ctxt, attrs: &[Attribute]) -> Self {
        const KEYS: [&str; 6] =
            ["rename_all", "rename_all_fields", "tag", "content", "transparent", "deny_unknown_fields"];
        let mut found = Self::default();
        for entry in entries(cx, attrs, "serde") {
            let key = &entry.key;
            match entry.word().as_str() {
                "rename_all" => found.rename_all.set(cx, key, case(cx, &entry)),
                "rename_all_fields" => found.rename_all_fields.set(cx, key, case(cx, &entry)),
                "tag" => found.tag.set(cx, key, entry.text(cx)),
                "content" => found.content.set(cx, key, entry.text(cx)),
                "transparent" => found.transparent.set(cx, key, entry.flag(cx)),
                "default" => {
                    cx.error(key, "each field has its own default: write `#[param(default = ..)]` at the field");
                }
                "rename" => {
                    cx.error(key, "the name of the type is in no JSON: `rename_all` renames the fields");
                }
                "deny_unknown_fields" => {
                    // Always so; writing it changes nothing.
                    entry.flag(cx);
                }
                _ => refuse(cx, &entry, &KEYS),
            }
        }
        found
    }
}

// === impl VariantSerde ===

impl VariantSerde {
    pub(crate) fn read(cx: &Ctxt, attrs: &[Attribute]) -> Self {
        let mut found = Self::default();
        for entry in entries(cx, attrs, "serde") {
            match entry.word().as_str() {
                "rename" => found.rename.set(cx, &entry.key, rename(cx, &entry)),
                "rename_all" => found.rename_all.set(cx, &entry.key, case(cx, &entry)),
                "skip" | "skip_serializing" | "skip_deserializing" => {
                    cx.error(&entry.key, "a variant that is never written and never read is not needed here");
                }
                _ => refuse(cx, &entry, &["rename", "rename_all"]),
            }
        }
        found
    }
}

// === impl FieldSerde ===

impl FieldSerde {
    pub(crate) fn read(cx: &Ctxt, attrs: &[Attribute]) -> Self {
        let mut found = Self::default();
        for entry in entries(cx, attrs, "serde") {
            let key = &entry.key;
            match entry.word().as_str() {
                "rename" => found.rename.set(cx, key, rename(cx, &entry)),
                "default" => found.default.set(cx, key, default(cx, &entry)),
                "skip" => found.skip.set(cx, key, entry.flag(cx)),
                "flatten" => found.flatten.set(cx, key, entry.flag(cx)),
                _ => refuse(cx, &entry, &["rename", "default", "skip", "flatten"]),
            }
        }
        found
    }
}

/// `rename = ".."`: one name, both ways.
fn rename(cx: &Ctxt, entry: &Entry) -> Option<LitStr> {
    if let Value::List(_) = entry.value {
        cx.error(&entry.key, "a parameter has one name, when it is read and when it is written: `rename = \"..\"`");
        return None;
    }
    entry.text(cx)
}

fn default(cx: &Ctxt, entry: &Entry) -> Option<Option<Path>> {
    if matches!(entry.value, Value::Flag) {
        return Some(None);
    }
    let text = entry.text(cx)?;
    match text.parse() {
        Ok(path) => Some(Some(path)),
        Err(_) => {
            cx.error(&text, "the path of a function is wanted, as in \"default_limit\"");
            None
        }
    }
}

fn case(cx: &Ctxt, entry: &Entry) -> Option<Case> {
    if let Value::List(_) = entry.value {
        cx.error(&entry.key, format!("one rule holds when reading and when writing: `{} = \"..\"`", entry.word()));
        return None;
    }
    let text = entry.text(cx)?;
    let case = Case::of(&text.value());
    if case.is_none() {
        let hint = nearest::hint(&text.value(), &Case::NAMES);
        cx.error(&text, format!("unknown rule `{}`{hint}", text.value()));
    }
    case
}

fn refuse(cx: &Ctxt, entry: &Entry, known: &[&str]) {
    let word = entry.word();
    let why = match word.as_str() {
        "flatten" => "only a field of a struct can be flattened",
        "untagged" => "which variant is meant could not be told in an error: use `#[serde(tag = \"type\")]`",
        "alias" => "the schema, expressions and forms know one name for a parameter; a new name is a new major version",
        "other" => "the schema could not name what it stands for: use a text, or a variant for each name",
        "bound" | "borrow" => "a parameter owns its value and has no type parameters",
        "getter" | "variant_identifier" | "field_identifier" => "it is for types that serde cannot see into",
        "expecting" => "the schema says what is expected",
        "with" | "serialize_with" | "deserialize_with" | "from" | "try_from" | "into" | "remote" => {
            "the schema could not say what is accepted: use a type that implements Serialize, Deserialize and JsonSchema"
        }
        "skip_serializing" | "skip_deserializing" | "skip_serializing_if" => {
            "what is written could not be read back: an absent `Option` is left out anyway, `skip` leaves out both ways"
        }
        "crate" => "name nebula-sdk with `#[param(crate = \"..\")]`",
        _ => {
            cx.error(&entry.key, format!("unknown serde key `{word}` on a parameter{}", nearest::hint(&word, known)));
            return;
        }
    };
    cx.error(&entry.key, format!("`{word}` is not possible on a parameter: {why}"));
}
