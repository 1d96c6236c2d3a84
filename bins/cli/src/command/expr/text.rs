//! The text of an expression or a template, and what is wrong in it.

use std::{borrow::Cow, path::Path};

use nebula_expression::{ExprError, Expression, Limits, PathRef, Scope, Template, Type, TypeScope};
use nebula_ports::diagnostic::{ByteSpan, Diagnostic, Severity};
use serde_json::Value;

use crate::{
    console::Console,
    definition::read_text,
    error::{Result, Stop},
    exit::Exit,
    render::{Finding, SourceText, summary, width},
};

/// A text as it was given.
#[derive(Debug)]
pub(super) struct Text {
    /// What it is called where mistakes are shown.
    name: &'static str,
    source: String,
    template: bool,
}

/// A text that could be parsed.
#[derive(Debug)]
pub(super) enum Parsed {
    Expression(Expression),
    Template(Template),
}

/// What is known of a text before it is evaluated.
#[derive(Debug)]
pub(super) struct Analysis {
    pub(super) ty: Type,
    pub(super) errors: Vec<ExprError>,
    pub(super) warnings: Vec<ExprError>,
}

// === impl Text ===

impl Text {
    /// Takes the text, or reads it from standard input when it is `-`.
    pub(super) fn read(text: &str, template: bool) -> Result<Self> {
        if text != "-" {
            return Ok(Self::new(text, template));
        }
        let mut source = read_text(Path::new("-"), "standard input")?;
        // The end of the line is the shell's: in a template it would be part of the value.
        if source.ends_with('\n') {
            source.pop();
            if source.ends_with('\r') {
                source.pop();
            }
        }
        Ok(Self { name: "<stdin>", source, template })
    }

    pub(super) fn new(text: &str, template: bool) -> Self {
        let name = if template { "<template>" } else { "<expression>" };
        Self { name, source: text.to_owned(), template }
    }

    /// Parses it; what is wrong is drawn, then the reason to stop is given.
    pub(super) fn parse(&self, console: &Console) -> Result<Parsed> {
        self.parsed().map_err(|errors| {
            self.draw(console, &errors, Severity::Error);
            self.refusal(&errors)
        })
    }

    pub(super) fn parsed(&self) -> Result<Parsed, Vec<ExprError>> {
        if self.template {
            Template::parse(&self.source).map(Parsed::Template)
        } else {
            Expression::parse(&self.source).map(Parsed::Expression)
        }
    }

    /// What is known before an evaluation.
    pub(super) fn analyze(&self, types: &dyn TypeScope) -> Analysis {
        match self.parsed() {
            Ok(parsed) => parsed.analyze(types),
            Err(errors) => Analysis { ty: Type::Any, errors, warnings: Vec::new() },
        }
    }

    /// Draws what is wrong on standard error.
    pub(super) fn draw(&self, console: &Console, errors: &[ExprError], severity: Severity) {
        for error in errors {
            let drawn = self.place().draw(&diagnostic(error, severity), console.paint_notes().is_on(), width());
            console.note(drawn);
            console.note("");
        }
    }

    /// What is wrong, with line and column, for JSON.
    pub(super) fn findings(&self, errors: &[ExprError], severity: Severity) -> Vec<Finding> {
        errors.iter().map(|error| self.place().finding(&diagnostic(error, severity))).collect()
    }

    /// Why nothing is done with a text that is wrong.
    pub(super) fn refusal(&self, errors: &[ExprError]) -> Stop {
        let count = summary(errors.iter().map(|_| Severity::Error)).unwrap_or_else(|| "an error".to_owned());
        Stop::input("expression", format!("the {} has {count}", self.kind()))
            .with_diagnostics(self.findings(errors, Severity::Error))
    }

    /// Why there is no value.
    pub(super) fn failure(&self, error: ExprError) -> Stop {
        Stop::new(Exit::FAILED, "evaluation", format!("the {} has no value", self.kind()))
            .with_diagnostics(self.findings(&[error], Severity::Error))
    }

    const fn kind(&self) -> &'static str {
        if self.template { "template" } else { "expression" }
    }

    fn place(&self) -> SourceText<'_> {
        SourceText { name: self.name, text: &self.source }
    }
}

// === impl Parsed ===

impl Parsed {
    pub(super) fn evaluate<'a>(
        &'a self,
        scope: &'a dyn Scope,
        limits: &Limits,
    ) -> std::result::Result<Cow<'a, Value>, ExprError> {
        match self {
            Self::Expression(expression) => expression.evaluate(scope, limits),
            Self::Template(template) => template.evaluate(scope, limits).map(Cow::Owned),
        }
    }

    pub(super) fn analyze(&self, types: &dyn TypeScope) -> Analysis {
        let checked = match self {
            Self::Expression(expression) => expression.check(types),
            Self::Template(template) => template.check(types),
        };
        Analysis { ty: checked.ty, errors: checked.errors, warnings: checked.warnings }
    }

    /// The type of the value: as the text says, or as the value is when the text alone does not tell.
    pub(super) fn type_of(&self, value: &Value, types: &dyn TypeScope) -> Type {
        let Analysis { ty, errors, .. } = self.analyze(types);
        if ty.is_any() || !errors.is_empty() { Type::of_value(value).widen() } else { ty.widen() }
    }

    /// The one spelling of an expression; a template has no other.
    pub(super) fn canonical(&self) -> Option<String> {
        match self {
            Self::Expression(expression) => Some(expression.to_canonical()),
            Self::Template(_) => None,
        }
    }

    pub(super) fn paths(&self) -> &[PathRef] {
        match self {
            Self::Expression(expression) => expression.paths(),
            Self::Template(template) => template.paths(),
        }
    }
}

/// A mistake as a finding about the text, which is all there is to point into.
fn diagnostic(error: &ExprError, severity: Severity) -> Diagnostic {
    let mut diagnostic = Diagnostic { severity, ..Diagnostic::error(error.code, "", visible(&error.message)) }
        .with_label(visible(&error.label));
    diagnostic.span = Some(ByteSpan { start: error.span.start as usize, end: error.span.end as usize });
    diagnostic.help = error.help.as_deref().map(visible);
    diagnostic
}

/// Words about data may have names from anywhere in them: what a terminal would obey is spelled out.
fn visible(text: &str) -> String {
    let mut seen = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
            seen.extend(character.escape_unicode());
        } else {
            seen.push(character);
        }
    }
    seen
}
