//! The workflow under test, and what is wrong with it in words.

use std::{fmt, sync::Arc};

use nebula_ports::{
    diagnostic::{ByteSpan, Diagnostic, Severity},
    model::Workflow,
};
use nebula_runtime::definition::{self, SourceMap};

use crate::flow;

/// A definition as [`TestFlow::flow`](super::TestFlow::flow) takes it: the text of a file, a definition, or a workflow
/// built in Rust.
#[derive(Debug, Clone)]
pub struct FlowSource(Source);

#[derive(Debug, Clone)]
enum Source {
    Text(String),
    Model(Arc<Workflow>),
    /// A workflow that was built with mistakes.
    Mistaken(flow::FlowError),
}

/// Why a flow could not even begin.
#[derive(Debug, Clone)]
pub struct TestFlowError {
    text: String,
    diagnostics: Vec<Diagnostic>,
}

/// A definition that could be read, with its places where it came from a text.
#[derive(Debug, Clone)]
pub(super) struct Definition {
    pub(super) workflow: Arc<Workflow>,
    map: Option<SourceMap>,
}

// === impl FlowSource ===

impl FlowSource {
    pub(super) fn read(&self) -> Result<Definition, TestFlowError> {
        match &self.0 {
            Source::Model(workflow) => Ok(Definition { workflow: Arc::clone(workflow), map: None }),
            Source::Mistaken(error) => {
                Err(TestFlowError::new(format!("the workflow was built with mistakes\n\n{error}")))
            }
            Source::Text(text) => {
                let parsed = definition::parse(text);
                match parsed.workflow {
                    Some(workflow) => Ok(Definition { workflow: Arc::new(workflow), map: Some(parsed.map) }),
                    None => Err(TestFlowError::found("the definition cannot be read", parsed.diagnostics, Some(text))),
                }
            }
        }
    }
}

impl From<&str> for FlowSource {
    fn from(text: &str) -> Self {
        Self(Source::Text(text.to_owned()))
    }
}

impl From<String> for FlowSource {
    fn from(text: String) -> Self {
        Self(Source::Text(text))
    }
}

impl From<Workflow> for FlowSource {
    fn from(workflow: Workflow) -> Self {
        Self(Source::Model(Arc::new(workflow)))
    }
}

impl From<&Workflow> for FlowSource {
    fn from(workflow: &Workflow) -> Self {
        Self::from(workflow.clone())
    }
}

impl<In, Out> From<&flow::Workflow<In, Out>> for FlowSource {
    fn from(workflow: &flow::Workflow<In, Out>) -> Self {
        match workflow.definition() {
            Ok(definition) => Self::from(definition),
            Err(error) => Self(Source::Mistaken(error)),
        }
    }
}

impl<In, Out> From<flow::Workflow<In, Out>> for FlowSource {
    fn from(workflow: flow::Workflow<In, Out>) -> Self {
        Self::from(&workflow)
    }
}

// === impl Definition ===

impl Definition {
    /// What the planner has found.
    pub(super) fn refused(&self, mut found: Vec<Diagnostic>) -> TestFlowError {
        found.retain(Diagnostic::is_error);
        if let Some(map) = &self.map {
            map.locate_all(&mut found);
        }
        let what = format!("the workflow `{}` cannot be planned", self.workflow.id);
        TestFlowError::found(&what, found, self.map.as_ref().map(SourceMap::text))
    }
}

// === impl TestFlowError ===

impl TestFlowError {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), diagnostics: Vec::new() }
    }

    fn found(what: &str, diagnostics: Vec<Diagnostic>, source: Option<&str>) -> Self {
        let mut text = what.to_owned();
        for diagnostic in &diagnostics {
            text.push_str("\n\n");
            text.push_str(&drawn(diagnostic, source));
        }
        Self { text, diagnostics }
    }

    /// What is wrong with the definition, when that is the reason.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }
}

impl fmt::Display for TestFlowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for TestFlowError {}

/// A finding with the line it is about.
fn drawn(diagnostic: &Diagnostic, source: Option<&str>) -> String {
    let severity = if diagnostic.severity == Severity::Error { "error" } else { "warning" };
    let mut text = format!("{severity}[{}]: {}", diagnostic.code, diagnostic.message);
    match (diagnostic.span, source) {
        (Some(span), Some(source)) => text.push_str(&marked(span, source, &diagnostic.label)),
        _ if diagnostic.pointer.is_empty() => {}
        _ => text.push_str(&format!("\n  at {}", diagnostic.pointer)),
    }
    if let Some(help) = &diagnostic.help {
        text.push_str(&format!("\n  help: {help}"));
    }
    text
}

/// The first line of a place, with the place marked below.
fn marked(span: ByteSpan, source: &str, label: &str) -> String {
    let start = floor(source, span.start);
    let begin = source[..start].rfind('\n').map_or(0, |at| at + 1);
    let number = source[..start].matches('\n').count() + 1;
    let line = source[begin..].lines().next().unwrap_or_default();
    let end = floor(source, span.end).clamp(start, begin + line.len().max(start - begin));
    let before = source[begin..start].chars().count();
    let marks = source[start..end].chars().count().max(1);
    let mark = format!("{}{} {label}", " ".repeat(before), "^".repeat(marks));
    format!("\n  {number} | {line}\n  {} | {}", " ".repeat(number.to_string().len()), mark.trim_end())
}

/// The start of the character that a place is in.
fn floor(source: &str, at: usize) -> usize {
    (0..=at.min(source.len())).rev().find(|at| source.is_char_boundary(*at)).unwrap_or(0)
}
