//! The item of a loop, as data. The language's `$item` is that of the innermost loop; here, each loop has its own, so that one that
//! is used in another place than its loop is noticed. In texts it stands as a read of a node that cannot exist; the definition
//! has `$item` for it.

use std::sync::atomic::{AtomicU64, Ordering};

use nebula_expression::{PathRef, Root};

use super::{Expr, Problem};

/// A loop, told from all others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LoopMark {
    number: u64,
    id: String,
}

/// What stands in texts for an item and for its place.
const ITEM: &str = "item of ";
const INDEX: &str = "index of ";

/// Reads of items in a text, each with its loop.
pub(super) struct ItemRead {
    /// Where it begins.
    start: usize,
    /// How long it is, up to its members.
    length: usize,
    number: u64,
    loop_id: String,
    /// `$item` or `$index`.
    name: &'static str,
}

// === impl LoopMark ===

impl LoopMark {
    pub(super) fn new(id: &str) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self { number: NEXT.fetch_add(1, Ordering::Relaxed), id: id.to_owned() }
    }

    pub(super) fn item<T>(&self) -> Expr<T> {
        self.expression(ITEM)
    }

    pub(super) fn index(&self) -> Expr<u32> {
        self.expression(INDEX)
    }

    fn expression<T>(&self, what: &str) -> Expr<T> {
        let node = super::expr::quoted(&format!("{what}{} {}", self.number, self.id));
        Expr::of_text(format!("$nodes[{node}].result"))
    }
}

// === impl ItemRead ===

impl ItemRead {
    /// A path of a text, if it is one.
    pub(super) fn of(path: &PathRef, text: &str) -> Option<Self> {
        let node = path.node.as_ref().filter(|_| path.root == Root::Nodes)?;
        let (name, rest) = match node.strip_prefix(ITEM) {
            Some(rest) => (Root::Item.name(), rest),
            None => (Root::Index.name(), node.strip_prefix(INDEX)?),
        };
        let (number, loop_id) = rest.split_once(' ')?;
        let start = path.span.start as usize;
        // What stands in the brackets has no other form.
        let head = format!("$nodes[{}].result", super::expr::quoted(node));
        text.get(start..)?.starts_with(&head).then_some(())?;
        Some(Self { start, length: head.len(), number: number.parse().ok()?, loop_id: loop_id.to_owned(), name })
    }

    /// Why it cannot be read inside of these loops, the innermost last.
    fn problem(&self, loops: &[LoopMark]) -> Option<Problem> {
        let (of, innermost) = (&self.loop_id, loops.last());
        if innermost.is_some_and(|innermost| innermost.number == self.number) {
            return None;
        }
        let what = if self.name == Root::Index.name() { "the place of an item" } else { "an item" };
        Some(match innermost.filter(|_| loops.iter().any(|one| one.number == self.number)) {
            Some(inner) => Problem::new(format!(
                "it reads {what} of the loop `{of}` inside of the loop `{}`, where only the item of that one can be read",
                inner.id
            ))
            .with_help(format!("let a step of `{of}` give what is wanted of it: steps around a loop can be read inside")),
            None => Problem::new(format!("it reads {what} of the loop `{of}`, outside of it"))
                .with_help("outside, a loop is the list of what its items give"),
        })
    }
}

/// The text with the items as the language has them.
pub(super) fn resolve(text: &str, mut reads: Vec<ItemRead>, loops: &[LoopMark]) -> Result<String, Problem> {
    reads.sort_by_key(|read| read.start);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for read in reads {
        if let Some(problem) = read.problem(loops) {
            return Err(problem);
        }
        out.push_str(&text[at..read.start]);
        out.push_str(read.name);
        at = read.start + read.length;
    }
    out.push_str(&text[at..]);
    Ok(out)
}

/// The text as people know it, whether it can be read or not.
pub(super) fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("$nodes[\"") {
        let (before, path) = rest.split_at(at);
        let inside = &path["$nodes[\"".len()..];
        let name = [(ITEM, Root::Item), (INDEX, Root::Index)].into_iter().find(|(word, _)| inside.starts_with(word));
        let end = inside.find("\"].result").map(|end| end + "\"].result".len());
        out.push_str(before);
        match name.zip(end) {
            Some(((_, root), end)) => {
                out.push_str(root.name());
                rest = &inside[end..];
            }
            None => {
                out.push_str("$nodes[\"");
                rest = inside;
            }
        }
    }
    out.push_str(rest);
    out
}
