//! A session: data that expressions read, and an answer to each line that is entered.

use std::{path::Path, sync::Arc};

use nebula_expression::{Cost, Limits, nearest};
use nebula_ports::diagnostic::Diagnostic;
use serde_json::Value;

use super::assign::assign;
use crate::{
    command::expr::{explain::Subject, functions, text::Text, types::Types, values::Values},
    console::Paint,
    definition::read_text,
    error::{Result, Stop},
    input,
};

/// The commands, with what follows them and what they do.
pub(super) const COMMANDS: [(&str, &str, &str); 9] = [
    (":help", "", "show this"),
    (":type", "EXPR", "the type of an expression, before it is evaluated"),
    (":cost", "EXPR", "what an expression costs: a formula, and units for the data at hand"),
    (":explain", "CODE|FUNCTION", "explain an error code or a function"),
    (":functions", "[TOPIC|PATTERN]", "list the functions"),
    (":load", "FILE", "read `$input` from a JSON file"),
    (":set", "PATH = JSON", "set data, as in `:set $vars.region = \"eu\"`"),
    (":paths", "EXPR", "the paths that an expression reads"),
    (":quit", "", "end the session"),
];

/// What expressions see, and what they may use.
#[derive(Debug)]
pub(super) struct Session {
    values: Values,
    /// Of the values, for checks and completion.
    types: Arc<Types>,
    limits: Limits,
}

/// What a line is answered with.
#[derive(Debug)]
pub(super) enum Reply {
    Value {
        value: Value,
        ty: String,
    },
    Type {
        ty: String,
        text: Text,
        warnings: Vec<Diagnostic>,
    },
    Cost {
        cost: Cost,
        units: u64,
    },
    Paths(Vec<String>),
    /// Text for people; the value for programs.
    Page(String, Value),
    /// Something was changed.
    Done(String),
    /// The text is wrong.
    Wrong(Text, Vec<Diagnostic>),
    /// There is no value.
    Failed(Text, Box<Diagnostic>),
    Refused(Stop),
    Nothing,
    Quit,
}

// === impl Session ===

impl Session {
    pub(super) fn new(values: Values, limits: Limits) -> Self {
        let types = Arc::new(Types::of(&values));
        Self { values, types, limits }
    }

    pub(super) fn types(&self) -> Arc<Types> {
        Arc::clone(&self.types)
    }

    /// Answers a line, or several that belong together.
    pub(super) fn answer(&mut self, entry: &str, paint: Paint) -> Reply {
        let entry = entry.trim();
        match entry.strip_prefix(':') {
            _ if entry.is_empty() => Reply::Nothing,
            None => self.evaluate(entry),
            Some(command) => self.command(command, paint).unwrap_or_else(Reply::Refused),
        }
    }

    fn evaluate(&self, entry: &str) -> Reply {
        let text = Text::new(entry, false);
        let parsed = match text.parsed() {
            Ok(parsed) => parsed,
            Err(errors) => return Reply::Wrong(text, errors),
        };
        let value = match parsed.evaluate(&self.values, &self.limits) {
            Ok(value) => value.into_owned(),
            Err(error) => return Reply::Failed(text, error),
        };
        let ty = parsed.type_of(&value, &*self.types).to_string();
        Reply::Value { value, ty }
    }

    fn command(&mut self, command: &str, paint: Paint) -> Result<Reply> {
        let (name, rest) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        let rest = rest.trim();
        Ok(match name {
            "help" | "h" => Reply::Page(help(paint), Value::Null),
            "quit" | "q" => Reply::Quit,
            "type" => self.type_of(&given(rest, ":type EXPR")?),
            "cost" => self.cost_of(&given(rest, ":cost EXPR")?),
            "paths" => paths_of(&given(rest, ":paths EXPR")?),
            "explain" => explain(&given(rest, ":explain CODE|FUNCTION")?, paint)?,
            "functions" => {
                let found = functions::find(Some(rest))?;
                let json = found.iter().map(|function| functions::brief(function)).collect();
                Reply::Page(functions::tables(&found, paint), json)
            }
            "load" => self.load(&given(rest, ":load FILE")?)?,
            "set" => {
                let name = assign(&mut self.values, rest)?;
                self.types = Arc::new(Types::of(&self.values));
                Reply::Done(format!("`{name}` is set"))
            }
            _ => return Err(unknown(name)),
        })
    }

    fn type_of(&self, source: &str) -> Reply {
        let text = Text::new(source, false);
        let analysis = text.analyze(&*self.types);
        match analysis.ty {
            Some(ty) => Reply::Type { ty: ty.to_string(), text, warnings: analysis.found },
            None => Reply::Wrong(text, analysis.found),
        }
    }

    fn cost_of(&self, source: &str) -> Reply {
        let text = Text::new(source, false);
        match text.parsed() {
            Ok(parsed) => Reply::Cost { cost: parsed.cost().clone(), units: parsed.estimate(&self.values) },
            Err(found) => Reply::Wrong(text, found),
        }
    }

    fn load(&mut self, file: &str) -> Result<Reply> {
        // Editors of the shell complete names with quotes around.
        let file = file.trim_matches(['"', '\'']);
        self.values.input = Some(input::parse(&read_text(Path::new(file), file)?, file)?);
        self.types = Arc::new(Types::of(&self.values));
        Ok(Reply::Done(format!("`$input` is read from {file}")))
    }
}

fn paths_of(source: &str) -> Reply {
    let text = Text::new(source, false);
    match text.parsed() {
        Ok(parsed) => Reply::Paths(parsed.paths().iter().map(ToString::to_string).collect()),
        Err(errors) => Reply::Wrong(text, errors),
    }
}

fn explain(name: &str, paint: Paint) -> Result<Reply> {
    match Subject::of(name)? {
        Subject::Text => Err(Stop::input("command", "this is no code and no function")
            .with_help("`:type` and `:cost` tell of expressions")),
        subject => Ok(Reply::Page(subject.page(paint), subject.as_json())),
    }
}

fn given(rest: &str, usage: &str) -> Result<String> {
    if rest.is_empty() { Err(Stop::input("command", format!("write `{usage}`"))) } else { Ok(rest.to_owned()) }
}

fn unknown(name: &str) -> Stop {
    let names = COMMANDS.iter().map(|(name, ..)| name.trim_start_matches(':'));
    let help = match nearest(name, names) {
        Some(near) => format!("did you mean `:{near}`?"),
        None => "`:help` lists the commands".to_owned(),
    };
    Stop::input("command", format!("there is no command `:{name}`")).with_help(help)
}

fn help(paint: Paint) -> String {
    let mut lines =
        vec!["Enter an expression to see its value. A line with an open bracket goes on in the next.".to_owned()];
    lines.extend(COMMANDS.map(|(name, what, does)| {
        let usage = format!("{name} {what}");
        format!("  {}  {does}", paint.strong(format_args!("{usage:<27}")))
    }));
    lines.push("A line that begins with a space is not kept in the history.".to_owned());
    lines.join("\n")
}
