//! What is known before a run of what an expression reads.

use std::{collections::BTreeMap, path::Path};

use nebula_expression::{AnyScope, Root, Slot, Type, TypeScope};
use nebula_ports::diagnostic::Severity;
use nebula_runtime::plan::{NoPlace, Policy};
use serde_json::Value;
use smol_str::SmolStr;

use super::{
    text::{Analysis, Text},
    values::{Values, stdin_twice},
};
use crate::{
    args::TypeArgs,
    command::App,
    definition::{Definition, read_text},
    error::{Result, Stop},
    input,
};

/// Types of the roots.
#[derive(Debug, Default)]
pub(super) struct Types {
    roots: Vec<(Root, Slot)>,
    nodes: BTreeMap<String, Slot>,
    /// Whether what is not listed is there all the same and may be anything.
    open: bool,
}

/// What is known of a text with the types that the command line gives.
pub(super) fn analyze(app: &App, text: &Text, args: &TypeArgs, parameter: Option<&str>) -> Result<Analysis> {
    let (Some(file), Some(node)) = (&args.workflow, &args.node) else {
        return Ok(text.analyze(&Types::given(args, text.is_from_stdin())?));
    };
    if text.is_from_stdin() && file == Path::new("-") {
        return Err(stdin_twice());
    }
    let mut definition = Definition::read(file)?;
    let Some(workflow) = definition.workflow.clone() else {
        definition.plan(&app.catalogue, &Policy::default());
        definition.draw(&app.console, Severity::Error);
        return Err(definition.refusal());
    };
    text.analyze_at(&workflow, &app.catalogue, node, parameter).map_err(|error| {
        let stop = match &error {
            NoPlace::Node { .. } => Stop::not_found("node", error.to_string()),
            _ => Stop::input("parameter", error.to_string()),
        };
        match error.help() {
            Some(help) => stop.with_help(help),
            None => stop,
        }
    })
}

// === impl Types ===

impl Types {
    /// Nothing is known.
    fn any() -> Self {
        Self { open: true, ..Self::default() }
    }

    /// What the command line says of `$input`; the rest may be anything.
    fn given(args: &TypeArgs, stdin_taken: bool) -> Result<Self> {
        let mut types = Self::any();
        if let Some(file) = &args.input_schema {
            if stdin_taken && file == Path::new("-") {
                return Err(stdin_twice());
            }
            let name = file.display().to_string();
            let schema = input::parse(&read_text(file, &name)?, &name)?;
            types.roots.push((Root::Input, Slot::always(Type::from_schema(&schema))));
        } else if let Some(text) = &args.input {
            if stdin_taken && text == "@-" {
                return Err(stdin_twice());
            }
            types.roots.push((Root::Input, like(&input::read(text)?)));
        }
        Ok(types)
    }

    /// The types of these very data.
    pub(super) fn of(values: &Values) -> Self {
        let roots = Root::ALL.into_iter().filter_map(|root| Some((root, like(&values.root(root)?))));
        let nodes = values.nodes.iter().map(|(id, node)| {
            let slot = node.result.as_ref().map_or_else(|| Slot::maybe(Type::Null), like);
            (id.clone(), slot)
        });
        Self { roots: roots.collect(), nodes: nodes.collect(), open: false }
    }
}

impl TypeScope for Types {
    fn root(&self, root: Root) -> Option<Slot> {
        let known = self.roots.iter().find(|(known, _)| *known == root).map(|(_, slot)| slot.clone());
        known.or_else(|| if self.open { AnyScope.root(root) } else { None })
    }

    fn node(&self, id: &str) -> Option<Slot> {
        self.nodes.get(id).cloned().or_else(|| self.open.then(Slot::any))
    }

    fn node_ids(&self) -> Vec<SmolStr> {
        self.nodes.keys().map(SmolStr::new).collect()
    }
}

/// As this value is, with other texts and numbers in it.
fn like(value: &Value) -> Slot {
    Slot::always(Type::of_value(value).widen())
}
