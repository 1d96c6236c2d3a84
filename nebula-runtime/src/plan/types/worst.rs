//! What an expression may take at worst, where schemas bound the sizes of what it reads.

use nebula_expression::{Cost, Expression, Limits, NodeField, PathRef, Root, Segment};
use nebula_ports::diagnostic::Diagnostic;
use serde_json::Value;

use super::{Typing, place::Place};
use crate::plan::{code, compile::Site};

impl Typing<'_, '_> {
    /// The warning of an expression that may be refused when it is evaluated. Not an error: few lists are as long as
    /// they may be.
    pub(super) fn too_much(&self, site: &Site, cost: &Cost) -> Option<Diagnostic> {
        if cost.is_constant() {
            return None;
        }
        let limit = Limits::default().cost;
        let worst = cost.worst(|path| self.most(path)).filter(|worst| *worst > limit)?;
        let message = format!("this may take {worst} steps, {cost}, and {limit} are the limit");
        let mut warning = Diagnostic::warning(code::COST, site.pointer.as_str(), message)
            .with_help("bound the lists more narrowly (`maxItems`), take less of them, or leave the work to an action");
        warning.node.clone_from(&site.node);
        Some(warning)
    }

    /// The largest size of what a path, as costs print it, leads to.
    fn most(&self, path: &str) -> Option<u64> {
        // Any element is like the first.
        let path = Expression::parse(&path.replace("[*]", "[0]")).ok()?;
        let path = path.as_path()?;
        self.place(path).and_then(|place| place.most())
    }

    fn place(&self, path: &PathRef) -> Option<Place<'_>> {
        let schema: &Value = match path.root {
            Root::Input => self.definition.input.as_ref()?,
            Root::Nodes if path.node_field == Some(NodeField::Result) => {
                let node = *self.graph.by_id.get(path.node.as_deref()?)?;
                &self.nodes[node].entry?.action.descriptor().output_schema
            }
            _ => return None,
        };
        Some(path.segments.iter().fold(Place::root(schema), |place, segment| match segment {
            Segment::Field(name) => place.member(name),
            Segment::Index(index) => place.element(*index),
            Segment::Dynamic => place.element(0),
        }))
    }
}
