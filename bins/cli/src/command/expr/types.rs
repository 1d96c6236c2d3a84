//! What is known before a run of what an expression reads.

use std::{collections::BTreeMap, path::Path};

use nebula_expression::{Root, Slot, Type, TypeScope};
use serde_json::Value;
use smol_str::SmolStr;

use super::values::{Values, stdin_twice};
use crate::{args::TypeArgs, definition::read_text, error::Result, input};

/// Types of the roots.
#[derive(Debug, Default)]
pub(super) struct Types {
    roots: Vec<(Root, Slot)>,
    nodes: BTreeMap<String, Slot>,
    /// Whether what is not listed is there all the same and may be anything.
    open: bool,
}

// === impl Types ===

impl Types {
    /// Nothing is known.
    pub(super) fn any() -> Self {
        Self { open: true, ..Self::default() }
    }

    /// What the command line says of `$input`; the rest may be anything.
    pub(super) fn given(args: &TypeArgs, stdin_taken: bool) -> Result<Self> {
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
        known.or_else(|| self.open.then(Slot::any))
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
