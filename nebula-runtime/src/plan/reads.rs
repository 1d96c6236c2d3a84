//! Checks what expressions read: roots that exist here, nodes that have ended and run, names that schemas know.

use nebula_expression::{PathRef, Root, nearest};
use nebula_ports::{diagnostic::Diagnostic, model::Workflow};
use serde_json::Value;

use super::{
    certainty::{Certainty, Reader},
    code,
    compile::Site,
    graph::{Graph, MAX_SUGGESTIONS, unknown_node},
    shape::{Shape, follow},
};
use crate::catalogue::CatalogueEntry;

/// What reads are checked against.
pub(super) struct Reads<'r, 'a> {
    pub(super) definition: &'a Workflow,
    pub(super) graph: &'r Graph<'a>,
    /// `None` while connections go in a circle: then no order can be said.
    pub(super) certainty: Option<Certainty<'r, 'a>>,
    /// Per node, when its action is known.
    pub(super) actions: &'r [Option<&'a CatalogueEntry>],
}

impl Reads<'_, '_> {
    /// Checks one place and returns the nodes it reads, by definition index.
    pub(super) fn check(&mut self, site: &Site, found: &mut Vec<Diagnostic>) -> Vec<usize> {
        let mut nodes: Vec<(usize, &PathRef)> = Vec::new();
        for path in site.source.paths() {
            match path.root {
                Root::Nodes => nodes.extend(self.node(site, path, found).map(|node| (node, path))),
                Root::Item | Root::Index => found.push(no_item(site, path)),
                Root::Vars => found.extend(self.var(site, path, found.len())),
                Root::Input => found.extend(self.input(site, path, found.len())),
                Root::Trigger | Root::Execution | Root::Workflow | Root::Now => {}
            }
        }
        self.order(site, &nodes, found);
        let mut read: Vec<usize> = nodes.into_iter().map(|(node, _)| node).collect();
        read.sort_unstable();
        read.dedup();
        read
    }

    fn node(&self, site: &Site, path: &PathRef, found: &mut Vec<Diagnostic>) -> Option<usize> {
        let id = path.node.as_deref()?;
        let Some(node) = self.graph.by_id.get(id).copied() else {
            let by_id = &self.graph.by_id;
            let unknown = unknown_node(code::READ_UNKNOWN_NODE, String::new(), id, by_id, found.len());
            found.push(at(site, path, unknown));
            return None;
        };
        if path.node_field == Some(nebula_expression::NodeField::Result)
            && let Some(action) = self.actions[node]
        {
            let descriptor = action.action.descriptor();
            let of = format!("the result of `{}@{}`", descriptor.id, descriptor.version);
            found.extend(schema_read(site, path, &descriptor.output_schema, code::READ_RESULT, &of, found.len()));
        }
        Some(node)
    }

    /// Reading too early, and reading what may have been skipped.
    fn order(&mut self, site: &Site, nodes: &[(usize, &PathRef)], found: &mut Vec<Diagnostic>) {
        let Some(certainty) = &mut self.certainty else { return };
        let wanted: Vec<usize> = nodes.iter().map(|(node, _)| *node).collect();
        let early = certainty.too_early(site.reader, &wanted);
        for (i, (node, path)) in nodes.iter().enumerate() {
            if early.contains(&i) {
                found.push(self.too_early(site, path, *node));
                continue;
            }
            let Some(certainty) = &mut self.certainty else { continue };
            let reads_result = path.node_field == Some(nebula_expression::NodeField::Result);
            if reads_result && path.guarded_from != Some(0) && !certainty.has_run(site.reader, *node) {
                found.push(skipped(site, path));
            }
        }
    }

    fn too_early(&self, site: &Site, path: &PathRef, read: usize) -> Diagnostic {
        let id = &self.definition.nodes[read].id;
        let error = |message: String| Diagnostic::error(code::READ_ORDER, "", message);
        let (reader, place) = match site.reader {
            Reader::Node(node) => (node, "to"),
            Reader::After(node) => (node, "from"),
            Reader::End => (read, "to"),
        };
        let name = &self.definition.nodes[reader].id;
        if reader == read {
            return at(
                site,
                path,
                error(format!("`{id}` reads its own outcome")).with_help("read from an earlier node"),
            );
        }
        let mut reverse = self.certainty.as_ref().map(|_| false);
        if let Some(is_later) = &mut reverse {
            *is_later = self.leads_to(reader, read);
        }
        let diagnostic = if reverse == Some(true) {
            error(format!("`{id}` runs after `{name}`"))
                .with_help("read from a node that runs before, or turn the connection round")
        } else if place == "from" {
            error(format!("`{id}` runs beside `{name}`: it may not have ended when this condition is decided"))
                .with_help(format!("connect `{id}` to `{name}`"))
        } else {
            error(format!("`{id}` runs beside `{name}`: it may not have ended by then"))
                .with_help(format!("add the connection `{{ from: {id}, to: {name} }}`"))
        };
        at(site, path, diagnostic)
    }

    fn leads_to(&self, from: usize, to: usize) -> bool {
        let mut seen = vec![false; self.graph.position.len()];
        let mut stack = vec![from];
        while let Some(node) = stack.pop() {
            if node == to {
                return true;
            }
            for edge in &self.graph.outgoing[node] {
                let next = self.graph.edges[*edge as usize].to;
                if !std::mem::replace(&mut seen[next], true) {
                    stack.push(next);
                }
            }
        }
        false
    }

    fn var(&self, site: &Site, path: &PathRef, before: usize) -> Option<Diagnostic> {
        let nebula_expression::Segment::Field(name) = path.segments.first()? else { return None };
        if self.definition.vars.contains_key(name.as_str()) {
            return None;
        }
        let diagnostic = Diagnostic::error(code::READ_VAR, "", format!("there is no constant `{name}`"));
        let names = self.definition.vars.keys().map(String::as_str);
        let help = match suggestion(name, names, before) {
            Some(near) => format!("did you mean `{near}`?"),
            None if self.definition.vars.is_empty() => format!("define it: `vars: {{ {name}: … }}`"),
            None => {
                let names: Vec<_> = self.definition.vars.keys().take(12).map(|name| format!("`{name}`")).collect();
                format!("`vars` has {}", names.join(", "))
            }
        };
        Some(at(site, path, diagnostic.with_help(help)))
    }

    fn input(&self, site: &Site, path: &PathRef, before: usize) -> Option<Diagnostic> {
        schema_read(site, path, self.definition.input.as_ref()?, code::READ_INPUT, "the input", before)
    }
}

fn no_item(site: &Site, path: &PathRef) -> Diagnostic {
    let message = format!("`{}` has no value here: this is not inside a list", path.root.name());
    let help = "a whole list is read by its path, as in `$nodes.fetch.result.items`";
    at(site, path, Diagnostic::error(code::ROOT, "", message).with_help(help))
}

fn skipped(site: &Site, path: &PathRef) -> Diagnostic {
    let text = path.span.slice(site.source.text());
    let node = path.node.as_deref().unwrap_or_default();
    let message = format!("`{node}` may have been skipped: then it has no result");
    at(site, path, Diagnostic::error(code::READ_SKIPPED, "", message))
        .with_help(format!("say what to use instead: `{text} ?? null`"))
}

/// A path into a value with a schema: an error where the schema rules it out, a warning where it looks like a slip.
fn schema_read(
    site: &Site,
    path: &PathRef,
    schema: &Value,
    code: &'static str,
    of: &str,
    before: usize,
) -> Option<Diagnostic> {
    let is_handled = |segments: usize| path.guarded_from.is_some_and(|from| from <= segments);
    let build = |is_error: bool, message: String| {
        let new = if is_error { Diagnostic::error } else { Diagnostic::warning };
        at(site, path, new(code, String::new(), message))
    };
    match follow(schema, &path.segments) {
        Shape::Possible { optional_after: Some(after) } if !is_handled(after) => {
            let text = path.span.slice(site.source.text());
            let message = format!("{of} may come without `{}`", segment_name(path, after - 1));
            let warning = Diagnostic::warning(code::READ_OPTIONAL, "", message)
                .with_help(format!("say what to use instead: `{text} ?? null`"));
            Some(at(site, path, warning))
        }
        Shape::Possible { .. } => None,
        Shape::Absent { segment, known, is_closed } => {
            let name = segment_name(path, segment);
            let near = suggestion(name, known.iter().copied(), before);
            if !is_closed && near.is_none() {
                return None;
            }
            let is_error = is_closed && !is_handled(segment + 1);
            let diagnostic = build(is_error, format!("{of} has no `{name}`"));
            Some(match near {
                Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")),
                None if known.is_empty() => diagnostic.with_help("it has no members"),
                None => {
                    let names: Vec<_> = known.iter().take(12).map(|name| format!("`{name}`")).collect();
                    diagnostic.with_help(format!("it has {}", names.join(", ")))
                }
            })
        }
        Shape::NoMembers { segment, kind } => {
            let name = segment_name(path, segment);
            let article = if matches!(kind, "array" | "integer") { "an" } else { "a" };
            let diagnostic =
                build(!is_handled(segment + 1), format!("`{name}` is read of {article} {kind}, which has no members"));
            Some(if kind == "array" { diagnostic.with_help("take one element first, as in `[0]`") } else { diagnostic })
        }
    }
}

/// The nearest name, as long as not too much was found before.
fn suggestion<'n>(name: &str, names: impl Iterator<Item = &'n str>, before: usize) -> Option<&'n str> {
    (before < MAX_SUGGESTIONS).then(|| nearest(name, names)).flatten()
}

fn segment_name(path: &PathRef, segment: usize) -> &str {
    match path.segments.get(segment) {
        Some(nebula_expression::Segment::Field(name)) => name,
        _ => "",
    }
}

/// Places a diagnostic at a path.
fn at(site: &Site, path: &PathRef, mut diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.pointer.clone_from(&site.pointer);
    diagnostic.node.clone_from(&site.node);
    diagnostic.with_inner(path.span.start as usize, path.span.end as usize)
}
