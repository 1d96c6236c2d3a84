//! What could be written at a cursor.

use smol_str::SmolStr;

use super::{fragment, shifted, watch};
use crate::ast::{Expr, Step, StepKind};
use crate::check::{TypeScope, Watch};
use crate::function::{Function, functions};
use crate::limits::MAX_TEXT;
use crate::parse::{PROBE, names_at_probe, parse_recovered};
use crate::path::{NodeField, Root};
use crate::print::quoted;
use crate::span::Span;
use crate::ty::{Lookup, Type};

/// What could be written at a cursor, best first.
#[derive(Debug, Clone, PartialEq)]
pub struct Completions {
    /// What of the text is replaced.
    pub replace: Span,
    /// The choices.
    pub items: Vec<Completion>,
}

/// One choice.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Completion {
    /// What is shown.
    pub label: String,
    /// What is written.
    pub insert: String,
    /// What it is.
    pub kind: CompletionKind,
    /// Its type or signature.
    pub detail: String,
    /// What is known of it, if anything.
    pub doc: String,
}

/// What a completion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CompletionKind {
    /// A root such as `$input`.
    Root,
    /// The id of a node.
    Node,
    /// A member of an object, or what can be read of a node.
    Member,
    /// A name bound by `let` or a lambda.
    Local,
    /// A function.
    Function,
    /// A possible value of a text.
    Value,
    /// A word of the language.
    Keyword,
}

/// What could be written at byte `cursor` of an expression.
///
/// ```
/// use nebula_expression::{AnyScope, complete};
///
/// let found = complete("$in", 3, &AnyScope);
/// assert_eq!(found.items[0].insert, "$input");
/// ```
#[must_use]
pub fn complete(source: &str, cursor: usize, types: &dyn TypeScope) -> Completions {
    let cursor = cursor.min(source.len());
    if source.len() + PROBE.len() > MAX_TEXT || !source.is_char_boundary(cursor) {
        return Completions { replace: Span::new(cursor as u32, cursor as u32), items: Vec::new() };
    }
    let place = Place::at(source, cursor);
    let mut items = match place.kind {
        Kind::Root => roots(types),
        Kind::NodeId => nodes(types),
        Kind::NodeField(ref id) => node_fields(types, id),
        Kind::Member { optional } => members(source, &place, optional, types),
        Kind::Text => values(source, &place, types),
        Kind::Value => anything(source, &place, types),
        Kind::Nothing => Vec::new(),
    };
    let typed = &source[place.start..cursor];
    keep_matching(&mut items, typed);
    Completions { replace: Span::new(place.start as u32, place.end as u32), items }
}

/// As [`complete`], at a cursor in a template; nothing outside of `{{ }}`.
#[must_use]
pub fn complete_template(source: &str, cursor: usize, types: &dyn TypeScope) -> Completions {
    match fragment(source, cursor) {
        Some((start, text)) => {
            let Completions { replace, items } = complete(text, cursor - start, types);
            Completions { replace: shifted(replace, start), items }
        }
        None => Completions { replace: Span::new(cursor as u32, cursor as u32), items: Vec::new() },
    }
}

/// Where the cursor is.
struct Place {
    /// The word it is in.
    start: usize,
    end: usize,
    kind: Kind,
}

enum Kind {
    Root,
    NodeId,
    NodeField(SmolStr),
    Member {
        optional: bool,
    },
    /// Inside quotes.
    Text,
    Value,
    /// In a number, or behind a value.
    Nothing,
}

impl Place {
    fn at(source: &str, cursor: usize) -> Self {
        let is_word = |c: char| c == '_' || c.is_alphanumeric();
        if let Some(start) = open_quote(source, cursor) {
            let quote = source.as_bytes()[start - 1] as char;
            let end = source[cursor..].find(quote).map_or(source.len(), |end| cursor + end);
            return Self { start, end, kind: Kind::Text };
        }
        let before = &source[..cursor];
        let node = before.rfind("$nodes.").map(|at| at + "$nodes.".len());
        if let Some(start) = node
            && before[start..].chars().all(|c| c == '-' || is_word(c))
        {
            let rest = &source[cursor..];
            let end = cursor + rest.find(|c: char| c != '-' && !is_word(c)).unwrap_or(rest.len());
            return Self { start, end, kind: Kind::NodeId };
        }
        let start = before
            .rfind(|c: char| !is_word(c))
            .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
        let rest = &source[cursor..];
        let end = cursor + rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
        let lead = before[..start].trim_end();
        let kind = if before[..start].ends_with('$') {
            return Self { start: start - 1, end, kind: Kind::Root };
        } else if lead.ends_with('.') {
            let optional = lead.ends_with("?.");
            let base = lead.trim_end_matches('.').trim_end_matches('?');
            match node {
                Some(node) if base.len() >= node && base[node..].chars().all(|c| c == '-' || is_word(c)) => {
                    Kind::NodeField(SmolStr::new(&base[node..]))
                }
                // The point of a number.
                _ if base.ends_with(|c: char| c.is_ascii_digit()) && is_number(base) => Kind::Nothing,
                _ => Kind::Member { optional },
            }
        } else if before[start..].starts_with(|c: char| c.is_ascii_digit())
            || lead.ends_with([')', ']', '}', '"', '\''])
        {
            Kind::Nothing
        } else {
            Kind::Value
        };
        Self { start, end, kind }
    }
}

fn is_number(base: &str) -> bool {
    let word = base.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(base, |at| &base[at..]);
    word.trim_start_matches(|c: char| !c.is_alphanumeric()).starts_with(|c: char| c.is_ascii_digit())
        && !base.ends_with(']')
}

/// The byte after the quote that is open at the cursor.
fn open_quote(source: &str, cursor: usize) -> Option<usize> {
    let mut open = None;
    let mut escaped = false;
    for (at, c) in source[..cursor].char_indices() {
        match (open, c) {
            _ if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (None, '"' | '\'') => open = Some((at + 1, c)),
            (Some((_, quote)), c) if c == quote => open = None,
            _ => {}
        }
    }
    open.map(|(at, _)| at)
}

/// What is seen at the probe.
#[derive(Default)]
struct Seen {
    base: Option<Type>,
    compared: Option<Type>,
    bound: Vec<Type>,
}

impl Watch for Seen {
    fn part(&mut self, _: &Expr, _: &Type) {}

    fn step(&mut self, base: &Type, step: &Step, _: &Type) {
        if matches!(&step.kind, StepKind::Field(name) if name == PROBE) {
            self.base = Some(base.clone());
        }
    }

    fn compared(&mut self, text: &str, other: &Type) {
        if text == PROBE {
            self.compared = Some(other.clone());
        }
    }

    fn name(&mut self, name: &str, bound: &[Type]) {
        if name == PROBE {
            self.bound = bound.to_vec();
        }
    }
}

/// The text with the probe in the place of the word.
fn probed(source: &str, place: &Place) -> String {
    format!("{}{PROBE}{}", &source[..place.start], &source[place.end..])
}

fn look(source: &str, types: &dyn TypeScope) -> Seen {
    let (expr, _) = parse_recovered(source);
    let mut seen = Seen::default();
    watch(source, &expr, types, &mut seen);
    seen
}

fn item(label: &str, kind: CompletionKind, detail: String, doc: &str) -> Completion {
    Completion { label: label.to_owned(), insert: label.to_owned(), kind, detail, doc: doc.to_owned() }
}

fn roots(types: &dyn TypeScope) -> Vec<Completion> {
    let there = |root: &Root| *root == Root::Nodes || types.root(*root).is_some();
    let mut items = Vec::new();
    for root in Root::ALL.into_iter().filter(there) {
        let detail = match root {
            Root::Nodes => "the nodes of the workflow".to_owned(),
            Root::Index => "integer".to_owned(),
            Root::Now => "timestamp".to_owned(),
            root => types.root(root).map(|slot| slot.ty.to_string()).unwrap_or_default(),
        };
        items.push(item(root.name(), CompletionKind::Root, detail, ""));
    }
    items
}

fn nodes(types: &dyn TypeScope) -> Vec<Completion> {
    let mut items = Vec::new();
    for id in types.node_ids() {
        let detail = types.node(&id).map(|slot| slot.ty.to_string()).unwrap_or_default();
        items.push(item(&id, CompletionKind::Node, detail, ""));
    }
    items
}

fn node_fields(types: &dyn TypeScope, id: &str) -> Vec<Completion> {
    NodeField::ALL
        .into_iter()
        .map(|field| {
            let (detail, doc) = match field {
                NodeField::Result => {
                    let ty = types.node(id).map(|slot| slot.ty.to_string()).unwrap_or_default();
                    (ty, "The value it produced.")
                }
                NodeField::Error => ("any".to_owned(), "Why it failed, or null."),
                NodeField::Status => ("string".to_owned(), "Its status as a word."),
                NodeField::Success => ("bool".to_owned(), "Whether it completed."),
                NodeField::Attempts => ("integer".to_owned(), "How many attempts were started."),
                NodeField::Skipped => ("bool".to_owned(), "Whether it was skipped."),
                NodeField::Port => ("string".to_owned(), "The port by which it left, or null."),
            };
            item(field.name(), CompletionKind::Member, detail, doc)
        })
        .collect()
}

fn members(source: &str, place: &Place, optional: bool, types: &dyn TypeScope) -> Vec<Completion> {
    let base = look(&probed(source, place), types).base.unwrap_or(Type::Any);
    let mut items: Vec<Completion> = member_names(&base)
        .into_iter()
        .filter_map(|name| match base.without_null().member(&name) {
            Lookup::Found { ty, required, secret: false, doc } => {
                let detail = if required { ty.to_string() } else { format!("{ty}, may be absent") };
                let mut found = item(&name, CompletionKind::Member, detail, doc.as_deref().unwrap_or_default());
                if !crate::lex::is_identifier(&name) {
                    found.insert = format!("[{}]", quoted(&name));
                }
                Some(found)
            }
            _ => None,
        })
        .collect();
    if !optional {
        items.extend(
            functions().iter().filter(|function| function.takes_first(&base)).map(|function| call(function, true)),
        );
    }
    items
}

fn member_names(ty: &Type) -> Vec<SmolStr> {
    let mut names: Vec<SmolStr> = ty
        .alternatives()
        .filter_map(|ty| match ty {
            Type::Object(object) => Some(object.members.keys().cloned()),
            _ => None,
        })
        .flatten()
        .collect();
    names.sort();
    names.dedup();
    names
}

fn call(function: &'static Function, method: bool) -> Completion {
    let params = function.types().params.len();
    let rest = if method { params.saturating_sub(1) } else { params };
    let insert = if rest == 0 { format!("{}()", function.name) } else { format!("{}(", function.name) };
    let mut found = item(function.name, CompletionKind::Function, function.signature.to_owned(), function.doc);
    found.insert = insert;
    found
}

fn values(source: &str, place: &Place, types: &dyn TypeScope) -> Vec<Completion> {
    let mut text = probed(source, place);
    if place.end == source.len() {
        // The quote is still open.
        text.push(source.as_bytes()[place.start - 1] as char);
    }
    let Some(compared) = look(&text, types).compared else { return Vec::new() };
    let mut items = Vec::new();
    for alternative in compared.alternatives() {
        if let Type::Text(text) = alternative {
            for value in text.values.iter().flat_map(|values| values.iter()) {
                items.push(item(value, CompletionKind::Value, "string".to_owned(), ""));
            }
        }
    }
    items
}

fn anything(source: &str, place: &Place, types: &dyn TypeScope) -> Vec<Completion> {
    let text = probed(source, place);
    let names = names_at_probe(&text);
    let bound = look(&text, types).bound;
    let mut items: Vec<Completion> = names
        .iter()
        .enumerate()
        .rev()
        .map(|(at, name)| {
            let detail = bound.get(at).map_or_else(|| "any".to_owned(), ToString::to_string);
            item(name, CompletionKind::Local, detail, "")
        })
        .collect();
    items.extend(roots(types));
    items.extend(functions().iter().map(|function| call(function, false)));
    for word in ["true", "false", "null", "let"] {
        items.push(item(word, CompletionKind::Keyword, String::new(), ""));
    }
    items
}

/// Those that begin with what was typed; if there are none, those that have its letters in order.
fn keep_matching(items: &mut Vec<Completion>, typed: &str) {
    let typed = typed.to_lowercase();
    let begins = |item: &Completion| item.label.to_lowercase().starts_with(&typed);
    if items.iter().any(begins) {
        items.retain(begins);
    } else {
        items.retain(|item| {
            let mut letters = item.label.chars().flat_map(char::to_lowercase);
            typed.chars().all(|wanted| letters.any(|letter| letter == wanted))
        });
    }
}
