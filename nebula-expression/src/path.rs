//! Paths as others see them: which root, which node, which members an expression reads.

use std::fmt;

use smol_str::SmolStr;

use crate::lex::is_identifier;
use crate::span::Span;

/// Where a path starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Root {
    /// `$input`
    Input,
    /// `$nodes`
    Nodes,
    /// `$item`
    Item,
    /// `$index`
    Index,
    /// `$trigger`
    Trigger,
    /// `$execution`
    Execution,
    /// `$workflow`
    Workflow,
    /// `$vars`
    Vars,
    /// `$now`
    Now,
}

/// What can be read of a node: the word after `$nodes.<id>.`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NodeField {
    /// The value it produced.
    Result,
    /// Why it failed, or null.
    Error,
    /// Its status as a word.
    Status,
    /// Whether it completed.
    Success,
    /// How many attempts were started.
    Attempts,
    /// Whether it was skipped.
    Skipped,
    /// The port by which it left, as a word; null when there is none.
    Port,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Segment {
    /// A member of an object: `.name` or `["name"]`.
    Field(SmolStr),
    /// An element of a list: `[3]`.
    Index(usize),
    /// A member or element known only when evaluating: `[$index]`.
    Dynamic,
}

/// One path an expression reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathRef {
    /// Where it starts.
    pub root: Root,
    /// The node, for [`Root::Nodes`].
    pub node: Option<SmolStr>,
    /// What of the node, for [`Root::Nodes`].
    pub node_field: Option<NodeField>,
    /// The steps after the root, or after the field of the node.
    pub segments: Vec<Segment>,
    /// The whole path in the source text.
    pub span: Span,
    /// Whether null or missing is handled: on the left of `??`, in `has()` or `isNull()`, or with a `?.` in it.
    pub guarded: bool,
    /// After how many segments null or missing is first handled. `Some(0)`: even the root (or the
    /// field of the node) may be absent, as in `$nodes.a.result?.b` or `$input.a.b ?? 1`; `Some(1)`
    /// for `$input.a?.b`; `None` when nothing is handled.
    pub guarded_from: Option<usize>,
    /// Whether something else in the expression decides if it is read: behind `? :`, `&&`, `||` or `??`.
    pub conditional: bool,
}

impl Root {
    /// Every root.
    pub const ALL: [Self; 9] = [
        Self::Input,
        Self::Nodes,
        Self::Item,
        Self::Index,
        Self::Trigger,
        Self::Execution,
        Self::Workflow,
        Self::Vars,
        Self::Now,
    ];

    /// As written, with the `$`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Input => "$input",
            Self::Nodes => "$nodes",
            Self::Item => "$item",
            Self::Index => "$index",
            Self::Trigger => "$trigger",
            Self::Execution => "$execution",
            Self::Workflow => "$workflow",
            Self::Vars => "$vars",
            Self::Now => "$now",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|root| root.name() == name)
    }

    /// The only members it has, where they are fixed.
    pub(crate) const fn fields(self) -> Option<&'static [&'static str]> {
        match self {
            Self::Execution => Some(&["id", "started_at"]),
            Self::Workflow => Some(&["id", "version"]),
            _ => None,
        }
    }
}

impl NodeField {
    /// Every field.
    pub const ALL: [Self; 7] =
        [Self::Result, Self::Error, Self::Status, Self::Success, Self::Attempts, Self::Skipped, Self::Port];

    /// As written.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Result => "result",
            Self::Error => "error",
            Self::Status => "status",
            Self::Success => "success",
            Self::Attempts => "attempts",
            Self::Skipped => "skipped",
            Self::Port => "port",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }
}

impl fmt::Display for PathRef {
    /// The path in one spelling; a step known only when evaluating is `[*]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.root.name())?;
        if let Some(node) = &self.node {
            write_node(f, node)?;
        }
        if let Some(field) = self.node_field {
            write!(f, ".{}", field.name())?;
        }
        for segment in &self.segments {
            match segment {
                Segment::Field(name) if is_identifier(name) => write!(f, ".{name}")?,
                Segment::Field(name) => write!(f, "[{}]", crate::print::quoted(name))?,
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Dynamic => f.write_str("[*]")?,
            }
        }
        Ok(())
    }
}

/// `.id`, or `["id"]` for ids which are no words.
pub(crate) fn write_node(f: &mut dyn fmt::Write, node: &str) -> fmt::Result {
    if crate::lex::is_node_id(node) { write!(f, ".{node}") } else { write!(f, "[{}]", crate::print::quoted(node)) }
}
