//! From the tree to JSON with a map of places: tags become `{"$expr": …}` and the like, aliases their values.

use std::{collections::HashMap, sync::Arc};

use nebula_expression::nearest;
use nebula_ports::diagnostic::{ByteSpan, Diagnostic};
use serde_json::{Map, Value};

use super::{
    place::{Place, SourceMap},
    scalar::{Plain, resolve},
    yaml::{self, Item, ItemId, MAX_DEPTH, MAX_VALUES, Shape, Tag, Tree},
};
use crate::plan::{code, pointer};

const TAGS: [&str; 3] = ["!expr", "!template", "!literal"];

/// Converts a tree.
pub(super) struct Converter<'a> {
    tree: &'a Tree,
    map: SourceMap,
    diagnostics: Vec<Diagnostic>,
    /// Values made so far.
    count: usize,
    depth: usize,
    /// Set when a budget is spent: the rest is left out.
    spent: bool,
    /// Inside how many `!literal`.
    literals: usize,
    /// Where lines end.
    line_breaks: Vec<usize>,
}

// === impl Converter ===

impl<'a> Converter<'a> {
    pub(super) fn convert(tree: &'a Tree, root: ItemId, text: &str) -> (Value, SourceMap, Vec<Diagnostic>) {
        let map = SourceMap::new(text);
        let line_breaks = text.match_indices('\n').map(|(at, _)| at).collect();
        let mut this =
            Self { tree, map, diagnostics: Vec::new(), count: 0, depth: 0, spent: false, literals: 0, line_breaks };
        let value = this.item(root, None, &mut String::new());
        (value, this.map, this.diagnostics)
    }

    fn report(&mut self, mut diagnostic: Diagnostic, span: &std::ops::Range<usize>) {
        diagnostic.span = Some(ByteSpan { start: span.start, end: span.end });
        self.diagnostics.push(diagnostic);
    }

    fn spend(&mut self, diagnostic: Diagnostic) {
        if !std::mem::replace(&mut self.spent, true) {
            self.diagnostics.push(diagnostic);
        }
    }

    fn item(&mut self, id: ItemId, key: Option<&Item>, pointer: &mut String) -> Value {
        let tree = self.tree;
        let item = &tree.items[id];
        self.count += 1;
        if self.spent {
            return Value::Null;
        }
        if self.count > MAX_VALUES {
            self.spend(yaml::too_many(item.span.clone()));
            return Value::Null;
        }
        if self.depth > MAX_DEPTH {
            self.spend(yaml::too_deep(item.span.clone()));
            return Value::Null;
        }
        if let Shape::Alias(target) = item.shape {
            let Some(target) = target else {
                self.report(
                    Diagnostic::error(code::ALIAS, pointer.as_str(), "this alias stands inside the value it repeats"),
                    &item.span,
                );
                return Value::Null;
            };
            self.depth += 1;
            let value = self.item(target, key, pointer);
            self.depth -= 1;
            return value;
        }
        let tag = item.tag.as_ref().and_then(|tag| self.known_tag(tag, pointer));
        self.depth += 1;
        let value = match tag {
            Some(tag) => self.tagged(item, tag, key, pointer),
            None => self.untagged(item, key, pointer),
        };
        self.depth -= 1;
        value
    }

    /// One of [`TAGS`], or of the tags of YAML itself without its `!!`.
    fn known_tag(&mut self, tag: &'a Tag, at: &str) -> Option<&'a str> {
        let name = tag.name.as_str();
        if name == "!" {
            return Some("str");
        }
        if let Some(core) = name.strip_prefix("!!")
            && matches!(core, "str" | "int" | "float" | "bool" | "null" | "map" | "seq")
        {
            return Some(core);
        }
        if TAGS.contains(&name) {
            if self.literals > 0 {
                let message = format!("`{name}` inside `!literal` is data: nothing is computed there");
                self.report(
                    Diagnostic::error(code::TAG, at, message).with_help("remove `!literal`, or the tag"),
                    &tag.span,
                );
            }
            return Some(name);
        }
        let short = name.trim_start_matches('!');
        let help = match nearest(short, TAGS.iter().map(|tag| &tag[1..])) {
            Some(near) => format!("did you mean `!{near}`?"),
            None => "there is `!expr`, `!template` and `!literal`".to_owned(),
        };
        self.report(Diagnostic::error(code::TAG, at, format!("there is no tag `{name}`")).with_help(help), &tag.span);
        None
    }

    fn tagged(&mut self, item: &'a Item, tag: &str, key: Option<&Item>, pointer: &mut String) -> Value {
        let content_key = match tag {
            "!expr" => "$expr",
            "!template" => "$template",
            "!literal" => {
                self.place(item, None, key, pointer);
                self.literals += 1;
                let length = pointer.len();
                pointer::push(pointer, "$literal");
                let content = self.untagged(item, None, pointer);
                pointer.truncate(length);
                self.literals -= 1;
                return object("$literal", content);
            }
            core => return self.core(item, core, key, pointer),
        };
        let Shape::Scalar { text, .. } = &item.shape else {
            self.report(
                Diagnostic::error(code::TAG, pointer.as_str(), format!("`{tag}` takes text"))
                    .with_help(format!("write `{tag} \"…\"`, and put a tag on each part that is computed")),
                &item.span,
            );
            return Value::Null;
        };
        let string: Arc<str> = text.as_str().into();
        self.place(item, Some(string.clone()), key, pointer);
        let length = pointer.len();
        pointer::push(pointer, content_key);
        self.place(item, Some(string), None, pointer);
        pointer.truncate(length);
        object(content_key, Value::String(text.clone()))
    }

    /// A value with a tag of YAML itself.
    fn core(&mut self, item: &'a Item, tag: &str, key: Option<&Item>, pointer: &mut String) -> Value {
        if let ("str", Shape::Scalar { text, .. }) = (tag, &item.shape) {
            self.place(item, Some(text.as_str().into()), key, pointer);
            return Value::String(text.clone());
        }
        let value = match &item.shape {
            Shape::Scalar { text, .. } => {
                self.place(item, None, key, pointer);
                match resolve(text) {
                    Plain::Value(Value::Number(n)) if tag == "float" => n.as_f64().map_or(Value::Null, Value::from),
                    Plain::Value(value) => value,
                    Plain::NotJson => return self.not_json(item, pointer),
                }
            }
            _ => self.untagged(item, key, pointer),
        };
        let fits = match tag {
            "int" => value.is_i64() || value.is_u64(),
            "float" => value.is_f64(),
            "bool" => value.is_boolean(),
            "null" => value.is_null(),
            "map" => value.is_object(),
            "seq" => value.is_array(),
            _ => false,
        };
        if !fits {
            let diagnostic = Diagnostic::error(code::TAG, pointer.as_str(), format!("this value is no `!!{tag}`"));
            self.report(diagnostic, &item.span);
        }
        value
    }

    fn untagged(&mut self, item: &'a Item, key: Option<&Item>, pointer: &mut String) -> Value {
        match &item.shape {
            Shape::Scalar { text, is_plain: true } => match resolve(text) {
                Plain::Value(value) => {
                    self.place(item, value.as_str().map(Into::into), key, pointer);
                    value
                }
                Plain::NotJson => {
                    self.place(item, None, key, pointer);
                    self.not_json(item, pointer)
                }
            },
            Shape::Scalar { text, is_plain: false } => {
                self.place(item, Some(text.as_str().into()), key, pointer);
                Value::String(text.clone())
            }
            Shape::Sequence(children) => {
                self.place(item, None, key, pointer);
                let mut values = Vec::with_capacity(children.len());
                for (i, child) in children.iter().enumerate() {
                    let length = pointer.len();
                    pointer::push_index(pointer, i);
                    values.push(self.item(*child, None, pointer));
                    pointer.truncate(length);
                }
                Value::Array(values)
            }
            Shape::Mapping(children) => {
                self.place(item, None, key, pointer);
                self.mapping(children, pointer)
            }
            // Left to `item`.
            Shape::Alias(_) => Value::Null,
        }
    }

    fn mapping(&mut self, children: &'a [ItemId], pointer: &mut String) -> Value {
        let mut fields = Map::new();
        let mut seen: HashMap<&str, &Item> = HashMap::with_capacity(children.len() / 2);
        for pair in children.chunks_exact(2) {
            let tree = self.tree;
            let mut key = &tree.items[pair[0]];
            if let Shape::Alias(Some(target)) = key.shape {
                key = &tree.items[target];
            }
            let Shape::Scalar { text, .. } = &key.shape else {
                let message = "a key must be text";
                self.report(Diagnostic::error(code::KEY, pointer.as_str(), message), &tree.items[pair[0]].span);
                continue;
            };
            let length = pointer.len();
            pointer::push(pointer, text);
            if let Some(first) = seen.insert(text, key) {
                let line = 1 + self.line_breaks.partition_point(|at| *at < first.span.start);
                self.report(
                    Diagnostic::error(code::DUPLICATE_KEY, pointer.as_str(), format!("`{text}` is given twice"))
                        .on_key()
                        .with_label(format!("given before in line {line}"))
                        .with_help("keep one of the two"),
                    &key.span,
                );
            } else {
                let value = self.item(pair[1], Some(key), pointer);
                fields.insert(text.clone(), value);
            }
            pointer.truncate(length);
        }
        Value::Object(fields)
    }

    fn not_json(&mut self, item: &Item, pointer: &str) -> Value {
        self.report(
            Diagnostic::error(code::NUMBER, pointer, "JSON has no such number")
                .with_help("put it in quotes if it is meant as text"),
            &item.span,
        );
        Value::Null
    }

    fn place(&mut self, item: &Item, string: Option<Arc<str>>, key: Option<&Item>, pointer: &str) {
        let place = Place { key: key.map(|key| key.span.clone()), value: item.span.clone(), string };
        self.map.insert(pointer, place);
    }
}

fn object(key: &str, content: Value) -> Value {
    Value::Object(Map::from_iter([(key.to_owned(), content)]))
}
