//! The text of an expression or a template, and what is wrong in it.

use std::{borrow::Cow, path::Path};

use nebula_expression::{Checked, Cost, ExprError, Expression, Limits, PathRef, Scope, Template, Type, TypeScope};
use nebula_ports::{
    diagnostic::{ByteSpan, Diagnostic, Severity},
    model::{NodeId, ParameterValue, Workflow},
};
use nebula_runtime::{
    catalogue::Catalogue,
    plan::{self, NoPlace, TextAt},
};
use serde_json::Value;

use crate::{
    console::Console,
    definition::read_text,
    error::{Result, Stop},
    exit::Exit,
    render::{Finding, SourceText, summary, width},
    visible::spelled,
};

/// What a text from standard input is called.
const STDIN: &str = "<stdin>";

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
    /// The type of its value, when it has no mistakes.
    pub(super) ty: Option<Type>,
    /// What an evaluation takes, when it can be parsed.
    pub(super) cost: Option<Cost>,
    /// Errors and warnings, each with its place in the text.
    pub(super) found: Vec<Diagnostic>,
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
        Ok(Self { name: STDIN, source, template })
    }

    pub(super) fn new(text: &str, template: bool) -> Self {
        let name = if template { "<template>" } else { "<expression>" };
        Self { name, source: text.to_owned(), template }
    }

    /// Parses it; what is wrong is drawn, then the reason to stop is given.
    pub(super) fn parse(&self, console: &Console) -> Result<Parsed> {
        self.parsed().map_err(|found| {
            self.draw(console, &found);
            self.refusal(&found)
        })
    }

    pub(super) fn parsed(&self) -> Result<Parsed, Vec<Diagnostic>> {
        let parsed = if self.template {
            Template::parse(&self.source).map(Parsed::Template)
        } else {
            Expression::parse(&self.source).map(Parsed::Expression)
        };
        parsed.map_err(|errors| errors.into_iter().map(|error| diagnostic(error, Severity::Error)).collect())
    }

    /// What is known before an evaluation, also of a text that can be parsed in part only.
    pub(super) fn analyze(&self, types: &dyn TypeScope) -> Analysis {
        if let Ok(parsed) = self.parsed() {
            return parsed.analyze(types);
        }
        let checked = if self.template {
            nebula_expression::analyze_template(&self.source, types)
        } else {
            nebula_expression::analyze(&self.source, types)
        };
        Analysis::of_checked(checked, None)
    }

    /// The same at a node of a workflow, as the planner sees it.
    pub(super) fn analyze_at(
        &self,
        definition: &Workflow,
        catalogue: &Catalogue,
        node: &NodeId,
        parameter: Option<&str>,
    ) -> Result<Analysis, NoPlace> {
        let source = self.source.clone();
        let value = if self.template { ParameterValue::Template(source) } else { ParameterValue::Expression(source) };
        let TextAt { ty, mut found } = plan::check_at(definition, catalogue, node, parameter, value)?;
        for finding in &mut found {
            let whole = ByteSpan { start: 0, end: self.source.len() };
            finding.span = Some(finding.inner.take().unwrap_or(whole));
            finding.node = None;
            make_visible(finding);
        }
        let cost = self.parsed().ok().map(|parsed| parsed.cost().clone());
        Ok(Analysis { ty, cost, found })
    }

    /// Draws what was found on standard error.
    pub(super) fn draw(&self, console: &Console, found: &[Diagnostic]) {
        for finding in found {
            console.note(self.place().draw(finding, console.paint_notes().is_on(), width()));
            console.note("");
        }
    }

    /// What was found, with line and column, for JSON.
    pub(super) fn findings<'a>(&self, found: impl IntoIterator<Item = &'a Diagnostic>) -> Vec<Finding> {
        found.into_iter().map(|finding| self.place().finding(finding)).collect()
    }

    /// Why nothing is done with a text that is wrong.
    pub(super) fn refusal(&self, found: &[Diagnostic]) -> Stop {
        let errors = || found.iter().filter(|finding| finding.is_error());
        let count = summary(errors().map(|error| error.severity)).unwrap_or_else(|| "an error".to_owned());
        Stop::input("expression", format!("the {} has {count}", self.kind())).with_diagnostics(self.findings(errors()))
    }

    /// Why there is no value.
    pub(super) fn failure(&self, error: &Diagnostic) -> Stop {
        Stop::new(Exit::FAILED, "evaluation", format!("the {} has no value", self.kind()))
            .with_diagnostics(self.findings([error]))
    }

    /// Whether standard input is used up.
    pub(super) fn is_from_stdin(&self) -> bool {
        self.name == STDIN
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
    ) -> std::result::Result<Cow<'a, Value>, Box<Diagnostic>> {
        let value = match self {
            Self::Expression(expression) => expression.evaluate(scope, limits),
            Self::Template(template) => template.evaluate(scope, limits).map(Cow::Owned),
        };
        value.map_err(|error| Box::new(diagnostic(error, Severity::Error)))
    }

    pub(super) fn analyze(&self, types: &dyn TypeScope) -> Analysis {
        let checked = match self {
            Self::Expression(expression) => expression.check(types),
            Self::Template(template) => template.check(types),
        };
        Analysis::of_checked(checked, Some(self.cost().clone()))
    }

    /// The type of the value: as the text says, or as the value is when the text alone does not tell.
    pub(super) fn type_of(&self, value: &Value, types: &dyn TypeScope) -> Type {
        match self.analyze(types).ty {
            Some(ty) if !ty.is_any() => ty,
            _ => Type::of_value(value).widen(),
        }
    }

    /// What an evaluation takes, by the sizes of what it reads.
    pub(super) fn cost(&self) -> &Cost {
        match self {
            Self::Expression(expression) => expression.cost(),
            Self::Template(template) => template.cost(),
        }
    }

    /// The units that an evaluation takes, as far as the sizes of the data tell.
    pub(super) fn estimate(&self, scope: &dyn Scope) -> u64 {
        self.cost().estimate(scope).units
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

// === impl Analysis ===

impl Analysis {
    fn of_checked(checked: Checked, cost: Option<Cost>) -> Self {
        let Checked { ty, errors, warnings, .. } = checked;
        let ty = errors.is_empty().then(|| ty.widen());
        let errors = errors.into_iter().map(|error| diagnostic(error, Severity::Error));
        let found = errors.chain(warnings.into_iter().map(|error| diagnostic(error, Severity::Warning))).collect();
        Self { ty, cost, found }
    }

    pub(super) fn is_clean(&self) -> bool {
        !self.found.iter().any(Diagnostic::is_error)
    }

    /// The findings that are this bad.
    pub(super) fn of(&self, severity: Severity) -> impl Iterator<Item = &Diagnostic> {
        self.found.iter().filter(move |finding| finding.severity == severity)
    }
}

/// A mistake as a finding about the text, which is all there is to point into.
fn diagnostic(error: ExprError, severity: Severity) -> Diagnostic {
    let mut diagnostic =
        Diagnostic { severity, ..Diagnostic::error(error.code, "", error.message) }.with_label(error.label);
    diagnostic.span = Some(ByteSpan { start: error.span.start as usize, end: error.span.end as usize });
    diagnostic.help = error.help;
    make_visible(&mut diagnostic);
    diagnostic
}

fn make_visible(diagnostic: &mut Diagnostic) {
    diagnostic.message = spelled(&diagnostic.message);
    diagnostic.label = spelled(&diagnostic.label);
    diagnostic.help = diagnostic.help.as_deref().map(spelled);
}
