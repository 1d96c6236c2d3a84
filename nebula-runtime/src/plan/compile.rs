//! From a definition's values to compiled ones: expressions and templates are parsed, data stays as it is.

use std::collections::HashSet;

use nebula_expression::{Cost, ExprError, Expression, PathRef, Template};
use nebula_ports::{
    diagnostic::{Diagnostic, Severity},
    model::{NodeId, ParameterValue},
};
use serde_json::{Map, Value};

use super::{Compiled, certainty::Reader, pointer};

/// A place where an expression is evaluated, with what it reads.
#[derive(Debug)]
pub(super) struct Site {
    /// Where its text is in the definition.
    pub(super) pointer: String,
    pub(super) source: Source,
    pub(super) reader: Reader,
    /// The node whose mistake it would be.
    pub(super) node: Option<NodeId>,
}

/// A parsed text.
#[derive(Debug, Clone)]
pub(super) enum Source {
    Expression(Expression),
    Template(Template),
}

/// Compiles the values of one reader.
pub(super) struct Compiler<'p> {
    pub(super) found: &'p mut Vec<Diagnostic>,
    pub(super) sites: &'p mut Vec<Site>,
    pub(super) reader: Reader,
    pub(super) node: Option<&'p NodeId>,
    /// Pointers, from `base`, of parts that are only known in a run.
    pub(super) unknown: HashSet<String>,
}

/// A compiled value, with a stand-in in which everything unknown is null.
pub(super) struct Known {
    pub(super) compiled: Compiled,
    pub(super) value: Value,
}

// === impl Source ===

impl Source {
    pub(super) fn paths(&self) -> &[PathRef] {
        match self {
            Self::Expression(expression) => expression.paths(),
            Self::Template(template) => template.paths(),
        }
    }

    pub(super) fn cost(&self) -> &Cost {
        match self {
            Self::Expression(expression) => expression.cost(),
            Self::Template(template) => template.cost(),
        }
    }
}

// === impl Compiler ===

impl Compiler<'_> {
    /// Compiles a value at `base` + `relative`, a pointer that is left as it was.
    pub(super) fn value(&mut self, value: &ParameterValue, base: &str, relative: &mut String) -> Known {
        match value {
            ParameterValue::Literal(value) => {
                Known { compiled: Compiled::Literal(value.clone()), value: value.clone() }
            }
            ParameterValue::Expression(source) => {
                let compiled = self.expression(source, format!("{base}{relative}")).map(Compiled::Expression);
                self.computed(compiled, relative)
            }
            ParameterValue::Template(source) => {
                let at = format!("{base}{relative}");
                let compiled = match Template::parse(source) {
                    Ok(template) => {
                        self.site(at, Source::Template(template.clone()));
                        Some(Compiled::Template(template))
                    }
                    Err(errors) => {
                        self.errors(errors, &at);
                        None
                    }
                };
                self.computed(compiled, relative)
            }
            ParameterValue::Object(fields) => {
                let mut compiled = Vec::with_capacity(fields.len());
                let mut known = Map::new();
                for (key, field) in fields {
                    let length = relative.len();
                    pointer::push(relative, key);
                    let field = self.value(field, base, relative);
                    relative.truncate(length);
                    compiled.push((key.clone(), field.compiled));
                    known.insert(key.clone(), field.value);
                }
                Known { compiled: Compiled::Object(compiled), value: Value::Object(known) }
            }
            ParameterValue::Array(items) => {
                let mut compiled = Vec::with_capacity(items.len());
                let mut known = Vec::with_capacity(items.len());
                for (i, item) in items.iter().enumerate() {
                    let length = relative.len();
                    pointer::push_index(relative, i);
                    let item = self.value(item, base, relative);
                    relative.truncate(length);
                    compiled.push(item.compiled);
                    known.push(item.value);
                }
                Known { compiled: Compiled::Array(compiled), value: Value::Array(known) }
            }
        }
    }

    /// Parses an expression at a pointer, reporting its mistakes.
    pub(super) fn expression(&mut self, source: &str, at: String) -> Option<Expression> {
        match Expression::parse(source) {
            Ok(expression) => {
                self.site(at, Source::Expression(expression.clone()));
                Some(expression)
            }
            Err(errors) => {
                self.errors(errors, &at);
                None
            }
        }
    }

    fn computed(&mut self, compiled: Option<Compiled>, relative: &str) -> Known {
        self.unknown.insert(relative.to_owned());
        // What did not parse is an error: the stand-in is never part of a plan.
        Known { compiled: compiled.unwrap_or(Compiled::Literal(Value::Null)), value: Value::Null }
    }

    fn site(&mut self, pointer: String, source: Source) {
        self.sites.push(Site { pointer, source, reader: self.reader, node: self.node.cloned() });
    }

    fn errors(&mut self, errors: Vec<ExprError>, at: &str) {
        self.found.extend(errors.into_iter().map(|error| mistake(error, at, self.node)));
    }
}

/// A doubt about an expression at a pointer.
pub(super) fn doubt(error: ExprError, at: &str, node: Option<&NodeId>) -> Diagnostic {
    Diagnostic { severity: Severity::Warning, ..mistake(error, at, node) }
}

/// A mistake inside an expression at a pointer.
pub(super) fn mistake(error: ExprError, at: &str, node: Option<&NodeId>) -> Diagnostic {
    let mut diagnostic = Diagnostic::error(error.code, at, error.message)
        .with_inner(error.span.start as usize, error.span.end as usize)
        .with_label(error.label);
    diagnostic.help = error.help;
    diagnostic.node = node.cloned();
    diagnostic
}
