//! `nebula expr explain`: what a code, a function or an expression means.

use nebula_expression::{Code, Function, Type, nearest};
use nebula_runtime::plan;
use serde_json::{Value, json};

use super::{
    functions::{brief, unknown},
    text::{Parsed, Text},
    types,
};
use crate::{
    args::ExprExplainArgs,
    command::App,
    console::Paint,
    error::{Result, Stop},
    exit::Exit,
};

/// What can be explained.
pub(super) enum Subject {
    Code(&'static Code),
    /// A code of the planner, which tells of expressions too.
    PlanCode(&'static plan::Code),
    Function(&'static Function),
    /// Anything else is a text of the language.
    Text,
}

/// Explains what the command line names.
pub(super) fn explain(app: &App, args: &ExprExplainArgs) -> Result<Exit> {
    let console = &app.console;
    let subject = if args.template || args.subject == "-" { Subject::Text } else { Subject::of(&args.subject)? };
    if !matches!(subject, Subject::Text) {
        if console.json {
            console.value(&subject.as_json());
        } else {
            console.line(subject.page(console.paint()));
        }
        return Ok(Exit::OK);
    }
    let text = Text::read(&args.subject, args.template)?;
    let parsed = text.parse(console)?;
    let analysis = types::analyze(app, &text, &args.types, None)?;
    text.draw(console, &analysis.found);
    let (true, Some(ty)) = (analysis.is_clean(), &analysis.ty) else {
        return Err(text.refusal(&analysis.found));
    };
    if console.json {
        let paths: Vec<String> = parsed.paths().iter().map(ToString::to_string).collect();
        console.value(&json!({
            "canonical": parsed.canonical(), "type": ty.to_string(), "paths": paths, "cost": parsed.cost(),
            "warnings": text.findings(&analysis.found),
        }));
    } else {
        console.line(facts(&parsed, ty, console.paint()));
    }
    Ok(Exit::OK)
}

fn facts(parsed: &Parsed, ty: &Type, paint: Paint) -> String {
    let mut lines = Vec::new();
    if let Some(canonical) = parsed.canonical() {
        lines.push(format!("{}  {canonical}", paint.strong("canonical")));
    }
    lines.push(format!("{}       {ty}", paint.strong("type")));
    lines.push(format!("{}       {}", paint.strong("cost"), parsed.cost()));
    let mut paths: Vec<String> = Vec::new();
    for path in parsed.paths() {
        let path = path.to_string();
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    for (place, path) in paths.iter().enumerate() {
        let title = if place == 0 { paint.strong("reads") } else { "     ".to_owned() };
        lines.push(format!("{title}      {path}"));
    }
    if paths.is_empty() {
        lines.push(format!("{}      nothing", paint.strong("reads")));
    }
    lines.join("\n")
}

// === impl Subject ===

impl Subject {
    /// What a text names.
    pub(super) fn of(text: &str) -> Result<Self> {
        let text = text.trim();
        if is_code(text) {
            return Self::code(&text.to_uppercase());
        }
        let is_word = text.starts_with(|first: char| first.is_ascii_alphabetic())
            && text.chars().all(|character| character.is_ascii_alphanumeric() || character == '_');
        if !is_word || matches!(text, "true" | "false" | "null") {
            return Ok(Self::Text);
        }
        let known = nebula_expression::functions().iter().copied().find(|function| function.name == text);
        known.map(Self::Function).ok_or_else(|| unknown(text))
    }

    fn code(code: &str) -> Result<Self> {
        if let Some(known) = nebula_expression::explain(code) {
            return Ok(Self::Code(known));
        }
        if let Some(known) = plan::explain_code(code) {
            return Ok(Self::PlanCode(known));
        }
        let codes = nebula_expression::codes().iter().map(|known| known.code);
        let help = match nearest(code, codes) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "codes are printed with each mistake, as in `error[E0203]`".to_owned(),
        };
        Err(Stop::not_found("code", format!("there is no code `{code}`")).with_help(help))
    }

    pub(super) fn as_json(&self) -> Value {
        match self {
            Self::Code(code) => json!({
                "code": code.code, "title": code.title, "example": code.example, "instead": code.instead,
            }),
            Self::PlanCode(code) => json!({ "code": code.code, "title": code.title, "instead": code.advice }),
            Self::Function(function) => brief(function),
            Self::Text => Value::Null,
        }
    }

    pub(super) fn page(&self, paint: Paint) -> String {
        match self {
            Self::Code(code) => {
                let mut lines = vec![format!("{}: {}", paint.strong(code.code), code.title)];
                if !code.example.is_empty() {
                    lines.extend([String::new(), paint.faint("for example"), indented(code.example)]);
                }
                let instead = if code.example.is_empty() { "use" } else { "write instead" };
                lines.extend([String::new(), paint.faint(instead), indented(code.instead)]);
                lines.join("\n")
            }
            Self::PlanCode(code) => {
                format!(
                    "{}: {}\n\n{}\n{}",
                    paint.strong(code.code),
                    code.title,
                    paint.faint("to mend it"),
                    indented(code.advice)
                )
            }
            Self::Function(function) => {
                let example = format!("  {}\n  → {}", function.example, function.value);
                format!(
                    "{}\n\n{}\n\n{}\n{example}\n\n{} {}",
                    paint.strong(function.signature),
                    function.doc,
                    paint.faint("for example"),
                    paint.faint("topic"),
                    function.topic.title(),
                )
            }
            Self::Text => String::new(),
        }
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

/// A letter and four digits.
fn is_code(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && text.len() == 5
        && characters.all(|character| character.is_ascii_digit())
}
