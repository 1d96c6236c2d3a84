//! The rules of how an action is found and shown.

use syn::LitStr;

use crate::{attr::action::listing::ListingAttr, ctxt::Ctxt, model::Listing};

/// The model; what breaks a rule is noted.
pub(super) fn check(cx: &Ctxt, attr: ListingAttr) -> Listing {
    let tags = attr.tags.take().unwrap_or_default();
    for (at, tag) in tags.iter().enumerate() {
        let text = tag.value();
        if !is_word(&text) {
            cx.error(tag, "a tag is a word of lower-case letters, digits and `-`, at most 32, as in \"spreadsheet\"");
        } else if tags[..at].iter().any(|other| other.value() == text) {
            cx.error(tag, format!("the tag `{text}` is given twice"));
        }
    }
    let category = attr.category.take();
    if let Some(category) = &category
        && (category.value().trim().is_empty() || category.value().chars().count() > 40)
    {
        cx.error(category, "a category is a heading of one to 40 characters, as in \"Weather\"");
    }
    let icon = attr.icon.take();
    if let Some(icon) = icon.as_ref().filter(|icon| !is_word(&icon.value())) {
        cx.error(icon, "an icon is named by lower-case letters, digits and `-`, at most 32, as in \"cloud-sun\"");
    }
    let docs = attr.docs.take();
    if let Some(docs) = docs.as_ref().filter(|docs| !is_address(docs)) {
        cx.error(docs, "the address of a page is wanted, as in \"https://example.com/docs\"");
    }
    for example in attr.examples.iter().filter(|example| example.title.value().trim().is_empty()) {
        cx.error(&example.title, "say what the example shows");
    }
    Listing { category, tags, icon, docs, examples: attr.examples }
}

fn is_word(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

fn is_address(text: &LitStr) -> bool {
    let text = text.value();
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let plain = !text.contains(|c: char| c.is_whitespace() || c.is_control());
    plain && rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', '?', '#', ':']))
}
