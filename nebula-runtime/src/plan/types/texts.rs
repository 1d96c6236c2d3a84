//! All texts that a value can be, where a schema lists them.

use std::cell::OnceCell;

use nebula_expression::{Expression, Root, Slot, Type, TypeScope};
use nebula_ports::model::Workflow;
use smol_str::SmolStr;

use super::scope::Roots;
use crate::{catalogue::CatalogueEntry, plan::graph::Graph};

/// Values as they are declared, without what follows from parameters.
pub(in crate::plan) struct Declared<'d, 'a> {
    pub(in crate::plan) definition: &'a Workflow,
    pub(in crate::plan) graph: &'d Graph<'a>,
    /// By definition index.
    pub(in crate::plan) entries: Vec<Option<&'a CatalogueEntry>>,
    /// Made when first needed.
    pub(in crate::plan) roots: OnceCell<Roots>,
}

impl Declared<'_, '_> {
    /// The texts that the value of an expression can be, if it can be nothing else.
    pub(in crate::plan) fn texts(&self, of: &str) -> Option<Vec<SmolStr>> {
        let checked = Expression::parse(of).ok()?.check(self);
        match checked.ty {
            Type::Text(text) if checked.errors.is_empty() => Some(text.values?.to_vec()),
            _ => None,
        }
    }
}

impl TypeScope for Declared<'_, '_> {
    fn root(&self, root: Root) -> Option<Slot> {
        self.roots.get_or_init(|| Roots::new(self.definition)).root(root)
    }

    fn node(&self, id: &str) -> Option<Slot> {
        let entry = self.graph.by_id.get(id).and_then(|node| self.entries[*node]);
        Some(
            entry.map_or_else(Slot::any, |entry| {
                Slot::always(Type::from_schema(&entry.action.descriptor().output_schema))
            }),
        )
    }
}
