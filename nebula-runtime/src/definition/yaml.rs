//! YAML text to a tree with places. JSON is read the same way: it is YAML.

use std::{collections::HashMap, ops::Range};

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, StructureStyle};
use nebula_ports::diagnostic::{ByteSpan, Diagnostic};

use crate::plan::code;

/// Longest text, in bytes.
pub const MAX_TEXT: usize = 1024 * 1024;
/// Deepest nesting.
pub const MAX_DEPTH: usize = 64;
/// Most values, each use of an alias counted again.
pub const MAX_VALUES: usize = 100_000;

/// An index into [`Tree::items`].
pub(super) type ItemId = usize;

/// A document as it was written.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) items: Vec<Item>,
    /// Anchor → what it names. An anchor enters when its value is complete, so that none can hold itself.
    anchors: HashMap<usize, ItemId>,
}

/// One value.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) span: Range<usize>,
    pub(super) tag: Option<Tag>,
    pub(super) shape: Shape,
}

/// A tag as it was written.
#[derive(Debug)]
pub(super) struct Tag {
    /// `!name`, or `!!name` for those of YAML itself.
    pub(super) name: String,
    pub(super) span: Range<usize>,
}

/// The kinds of values.
#[derive(Debug)]
pub(super) enum Shape {
    Scalar {
        text: String,
        is_plain: bool,
    },
    Sequence(Vec<ItemId>),
    /// Keys and values in turn.
    Mapping(Vec<ItemId>),
    /// Another use of a value; `None` when the value is not complete yet, which would make it endless.
    Alias(Option<ItemId>),
}

struct Open {
    item: ItemId,
    is_flow: bool,
    anchor: usize,
    children: Vec<ItemId>,
}

/// Reads a text.
///
/// # Errors
/// What makes further reading impossible; no tree then.
pub(super) fn read(text: &str) -> Result<(Tree, ItemId), Box<Diagnostic>> {
    if text.len() > MAX_TEXT {
        let message = format!("the text has {} bytes, at most {MAX_TEXT} are read", text.len());
        let diagnostic = Diagnostic::error(code::TOO_LARGE, "", message);
        return Err(diagnostic.with_help("keep data out of the definition: read it with an action").into());
    }
    let mut tree = Tree::default();
    let mut open: Vec<Open> = Vec::new();
    let mut root = None;
    let mut documents = 0;
    let options = granit_parser::options! {
        emit_comments: false,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    for next in Parser::new_from_str_with_options(text, options) {
        let (event, span) = next.map_err(|error| malformed(text, &error))?;
        let range = span.byte_range().unwrap_or(0..0);
        let tag = event.tag().map(|tag| {
            let place = span.tag_span().and_then(|span| span.byte_range()).unwrap_or_else(|| range.clone());
            let name = match tag.core_suffix() {
                Some(core) => format!("!!{core}"),
                None => format!("{}{}", tag.original_handle(), tag.suffix()),
            };
            Tag { name, span: place }
        });
        let (item, anchor) = match event {
            Event::DocumentStart(..) => {
                documents += 1;
                if documents > 1 {
                    let diagnostic = Diagnostic::error(code::SEVERAL_DOCUMENTS, "", "a second document begins here")
                        .with_help("one file has one workflow: put the other in a file of its own");
                    return Err(placed(diagnostic, range).into());
                }
                continue;
            }
            Event::Scalar(value, style, anchor, _) => {
                let shape = Shape::Scalar { text: value.into_owned(), is_plain: style == ScalarStyle::Plain };
                (Item { span: trimmed(text, range), tag, shape }, anchor)
            }
            Event::Alias(anchor) => {
                let target = tree.anchors.get(&anchor).copied();
                (Item { span: range, tag: None, shape: Shape::Alias(target) }, 0)
            }
            Event::SequenceStart(style, anchor, _) | Event::MappingStart(style, anchor, _) => {
                // Which of the two is settled at its end.
                tree.items.push(Item { span: range, tag, shape: Shape::Sequence(Vec::new()) });
                let item = tree.items.len() - 1;
                if open.len() >= MAX_DEPTH {
                    return Err(too_deep(tree.items[item].span.clone()).into());
                }
                open.push(Open { item, is_flow: style == StructureStyle::Flow, anchor, children: Vec::new() });
                continue;
            }
            Event::SequenceEnd => {
                close(&mut tree, &mut open, &mut root, range.end, Shape::Sequence);
                continue;
            }
            Event::MappingEnd => {
                close(&mut tree, &mut open, &mut root, range.end, Shape::Mapping);
                continue;
            }
            _ => continue,
        };
        if tree.items.len() >= MAX_VALUES {
            return Err(too_many(item.span).into());
        }
        tree.items.push(item);
        let id = tree.items.len() - 1;
        attach(&mut tree, &mut open, &mut root, id, anchor);
    }
    root.map(|root| (tree, root)).ok_or_else(|| empty().into())
}

fn close(
    tree: &mut Tree,
    open: &mut Vec<Open>,
    root: &mut Option<ItemId>,
    end: usize,
    shape: impl FnOnce(Vec<ItemId>) -> Shape,
) {
    let Some(Open { item, is_flow, anchor, children }) = open.pop() else { return };
    // A block ends where its last value ends; the parser notices only at the next line.
    let end = if is_flow { end } else { children.last().map_or(end, |last| tree.items[*last].span.end) };
    let start = tree.items[item].span.start;
    tree.items[item].span = start..end.max(start);
    tree.items[item].shape = shape(children);
    attach(tree, open, root, item, anchor);
}

fn attach(tree: &mut Tree, open: &mut [Open], root: &mut Option<ItemId>, id: ItemId, anchor: usize) {
    if anchor != 0 {
        tree.anchors.insert(anchor, id);
    }
    match open.last_mut() {
        Some(parent) => parent.children.push(id),
        None => *root = Some(id),
    }
}

/// The span without white space at its end, which block scalars and multi-line plain ones carry.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let length = text.get(range.clone()).map_or(range.len(), |slice| slice.trim_end().len());
    range.start..range.start + length
}

fn placed(mut diagnostic: Diagnostic, range: Range<usize>) -> Diagnostic {
    diagnostic.span = Some(ByteSpan { start: range.start, end: range.end });
    diagnostic
}

pub(super) fn too_deep(range: Range<usize>) -> Diagnostic {
    placed(Diagnostic::error(code::TOO_LARGE, "", format!("values are nested more than {MAX_DEPTH} deep")), range)
}

pub(super) fn too_many(range: Range<usize>) -> Diagnostic {
    placed(
        Diagnostic::error(code::TOO_LARGE, "", format!("the definition has more than {MAX_VALUES} values"))
            .with_help("each use of an alias counts as all the values behind it"),
        range,
    )
}

fn empty() -> Diagnostic {
    let diagnostic = Diagnostic::error(code::EMPTY, "", "there is no workflow in this text")
        .with_help("a workflow begins with `nebula: 1`, `id` and `nodes`");
    placed(diagnostic, 0..0)
}

fn malformed(text: &str, error: &ScanError) -> Diagnostic {
    let start = error.marker().byte_offset().unwrap_or(text.len()).min(text.len());
    let end =
        text[floor(text, start)..].chars().next().map_or(start, |c| start + if c == '\n' { 0 } else { c.len_utf8() });
    let start = floor(text, start);
    // Between brackets a tab is as good as a space.
    if !text.trim_start().starts_with(['{', '['])
        && let Some(tab) = tab_near(text, start)
    {
        let diagnostic = Diagnostic::error(code::TAB, "", "a tab indents this line");
        return placed(diagnostic.with_help("YAML is indented with spaces"), tab..tab + 1);
    }
    let diagnostic = match error.kind() {
        ErrorKind::RecursionLimitExceeded => return too_deep(start..end),
        ErrorKind::UnknownAnchor => Diagnostic::error(code::ALIAS, "", "no anchor before this place has this name")
            .with_help("an alias `*name` repeats a value marked `&name`; text that begins with `*` needs quotes"),
        ErrorKind::UnexpectedCharacter { character } => {
            Diagnostic::error(code::MALFORMED, "", format!("no value can begin with `{character}`"))
                .with_help("put the text in quotes")
        }
        ErrorKind::UnclosedQuotedScalar => Diagnostic::error(code::MALFORMED, "", "this quote is never closed"),
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            Diagnostic::error(code::MALFORMED, "", format!("this `{open}` is closed by `{close}`"))
        }
        ErrorKind::UnclosedFlowCollection { open } => {
            Diagnostic::error(code::MALFORMED, "", format!("this `{open}` is never closed"))
        }
        _ => Diagnostic::error(code::MALFORMED, "", format!("this is no YAML: {}", error.info()))
            .with_help("look at the indentation, and put text with `: ` or ` #` in quotes"),
    };
    placed(diagnostic, start..end)
}

/// A tab that indents the line at `at` or the one after it: the parser names many errors that one makes.
fn tab_near(text: &str, at: usize) -> Option<usize> {
    let mut line_start = text[..at].rfind('\n').map_or(0, |found| found + 1);
    for line in text[line_start..].split_inclusive('\n').take(2) {
        let indentation = line.len() - line.trim_start_matches([' ', '\t']).len();
        if let Some(tab) = line[..indentation].find('\t') {
            return Some(line_start + tab);
        }
        line_start += line.len();
    }
    None
}

fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
