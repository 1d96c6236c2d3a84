//! References inside one document. Nothing is ever fetched.

use std::collections::HashMap;

use serde_json::Value;

use super::Reader;
use super::part::Part;

/// The schemas of a document that have a name: `$anchor` and `$id`.
pub(super) struct Names<'a> {
    anchors: HashMap<&'a str, &'a Value>,
    ids: HashMap<&'a str, &'a Value>,
}

impl<'a> Names<'a> {
    fn of(document: &'a Value) -> Self {
        let mut names = Self { anchors: HashMap::new(), ids: HashMap::new() };
        let mut open = vec![document];
        while let Some(value) = open.pop() {
            match value {
                Value::Array(items) => open.extend(items),
                Value::Object(map) => {
                    let name = |keyword: &str| map.get(keyword).and_then(Value::as_str);
                    for anchor in ["$anchor", "$dynamicAnchor"].into_iter().filter_map(name) {
                        names.anchors.entry(anchor).or_insert(value);
                    }
                    match name("$id") {
                        // Older drafts name anchors so.
                        Some(id) if id.starts_with('#') => names.anchors.entry(&id[1..]).or_insert(value),
                        Some(id) => names.ids.entry(id.trim_end_matches('#')).or_insert(value),
                        None => value,
                    };
                    open.extend(map.values());
                }
                _ => {}
            }
        }
        names
    }
}

impl<'a> Reader<'a> {
    /// The schema a `$ref` leads to. One that leads nowhere, or back into itself, says nothing.
    pub(super) fn read_reference(&mut self, reference: &'a Value) -> Part<'a> {
        let Some(reference) = reference.as_str() else { return Part::unknown() };
        if !self.fuel.spend_text(reference) {
            return Part::unknown();
        }
        let Some((resource, target)) = self.find(reference) else { return Part::unknown() };
        let outer = std::mem::replace(&mut self.resource, resource);
        let mut part = self.read(target);
        self.resource = outer;
        // A reference back into itself may bring members.
        part.partial |= part.ty.is_any();
        part
    }

    /// The schema, and what `#` means in it.
    fn find(&mut self, reference: &'a str) -> Option<(&'a Value, &'a Value)> {
        let (base, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let document = self.document;
        let resource = match base {
            "" => self.resource,
            id => self.names.get_or_insert_with(|| Names::of(document)).ids.get(id)?,
        };
        let fragment = percent_decoded(fragment)?;
        if fragment.is_empty() {
            return Some((resource, resource));
        }
        if fragment.starts_with('/') {
            return Some((resource, resource.pointer(&fragment)?));
        }
        let names = self.names.get_or_insert_with(|| Names::of(document));
        Some((resource, names.anchors.get(&*fragment)?))
    }
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                digit(rest.next()?)? * 16 + digit(rest.next()?)?
            }
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}
