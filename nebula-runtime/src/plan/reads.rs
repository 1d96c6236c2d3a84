//! Checks what expressions read of the graph: roots that exist here, nodes that exist, have ended and run.

use nebula_expression::{NodeField, PathRef, Root, Segment, nearest};
use nebula_ports::{diagnostic::Diagnostic, model::Workflow};

use super::{
    certainty::{Certainty, Reader},
    code,
    compile::Site,
    flat::Flat,
    graph::{Graph, MAX_SUGGESTIONS, unknown_node},
};

/// What reads are checked against.
pub(super) struct Reads<'r, 'a> {
    pub(super) flat: &'r Flat<'r>,
    pub(super) definition: &'a Workflow,
    pub(super) graph: &'r Graph<'a>,
    /// `None` while connections go in a circle: then no order can be said.
    pub(super) certainty: Option<Certainty<'r, 'a>>,
}

/// What one place reads, and what was said of it already. Nodes are indices into the definition.
#[derive(Debug, Default)]
pub(super) struct SiteReads {
    /// Each once, in order.
    pub(super) nodes: Vec<usize>,
    /// Those that have not surely ended by then; that is reported.
    pub(super) early: Vec<usize>,
    /// Those whose result is read and that have not surely completed: whether the expression sees to it, types tell.
    pub(super) may_be_skipped: Vec<usize>,
    /// Roots of which something was reported.
    pub(super) reported: Vec<Root>,
}

impl Reads<'_, '_> {
    /// Checks one place.
    pub(super) fn check(&mut self, site: &Site, found: &mut Vec<Diagnostic>) -> SiteReads {
        let mut reads = SiteReads::default();
        let mut nodes: Vec<(usize, &PathRef)> = Vec::new();
        for path in site.source.paths() {
            match path.root {
                Root::Nodes => nodes.extend(self.node(site, path, found).map(|node| (node, path))),
                Root::Item | Root::Index if self.place_of(site).is_some() => {}
                Root::Item | Root::Index => {
                    found.push(no_item(site, path));
                    reads.reported.push(path.root);
                }
                Root::Vars => {
                    if let Some(finding) = self.var(site, path, found.len()) {
                        found.push(finding);
                        reads.reported.push(path.root);
                    }
                }
                Root::Trigger => {
                    found.push(no_trigger(site, path));
                    reads.reported.push(path.root);
                }
                Root::Input | Root::Execution | Root::Workflow | Root::Now => {}
            }
        }
        self.order(site, &nodes, &mut reads, found);
        reads.nodes = nodes.into_iter().map(|(node, _)| node).collect();
        reads.nodes.sort_unstable();
        reads.nodes.dedup();
        reads
    }

    /// Whether a node has run in every run.
    pub(super) fn has_run_at_end(&mut self, node: usize) -> bool {
        self.certainty.as_mut().is_some_and(|certainty| certainty.has_run(Reader::End, node))
    }

    fn node(&self, site: &Site, path: &PathRef, found: &mut Vec<Diagnostic>) -> Option<usize> {
        let id = path.node.as_deref()?;
        let node = self.graph.by_id.get(id).copied();
        if node.is_none() {
            let by_id = &self.graph.by_id;
            let unknown = unknown_node(code::READ_UNKNOWN_NODE, String::new(), id, by_id, found.len());
            found.push(at(site, path, unknown));
        }
        node.filter(|node| self.is_visible(site, path, *node, found))
    }

    /// The block in which a place is.
    fn place_of(&self, site: &Site) -> Option<usize> {
        match site.reader {
            Reader::Node(node) => self.flat.enclosing(node),
            Reader::After { node, edge } => self.flat.enclosing_along(node, self.graph.edges[edge].to),
            Reader::End => None,
        }
    }

    /// Nodes inside a block are seen inside of it; the block's own result is there when it has ended.
    fn is_visible(&self, site: &Site, path: &PathRef, node: usize, found: &mut Vec<Diagnostic>) -> bool {
        let from = self.place_of(site);
        let id = &self.definition.nodes[node].id;
        let block = self.flat.enclosing(node).map(|block| &self.definition.nodes[block].id);
        let (message, help) = if self.flat.is_around(from, node) {
            let message = format!("this is inside the block `{id}`, which has no outcome yet");
            (message, "the item is `$item`, its place `$index`".to_owned())
        } else if let (false, Some(block)) = (self.flat.sees(from, node), block) {
            let message = format!("`{id}` is inside the block `{block}`: it has an outcome for each item");
            (message, format!("read the list of results, `$nodes.{block}.result`"))
        } else {
            return true;
        };
        found.push(at(site, path, Diagnostic::error(code::READ_BLOCK, "", message).with_help(help)));
        false
    }

    /// Reading too early; reading what may have been skipped is noted.
    fn order(&mut self, site: &Site, nodes: &[(usize, &PathRef)], reads: &mut SiteReads, found: &mut Vec<Diagnostic>) {
        let Some(certainty) = &mut self.certainty else { return };
        let wanted: Vec<usize> = nodes.iter().map(|(node, _)| *node).collect();
        let early = certainty.too_early(site.reader, &wanted);
        for (i, (node, path)) in nodes.iter().enumerate() {
            if early.contains(&i) {
                reads.early.push(*node);
                found.push(self.too_early(site, path, *node));
                continue;
            }
            let Some(certainty) = &mut self.certainty else { continue };
            let needs_it = matches!(path.node_field, Some(NodeField::Result | NodeField::Port));
            if needs_it && !certainty.has_run(site.reader, *node) {
                reads.may_be_skipped.push(*node);
            }
        }
    }

    fn too_early(&self, site: &Site, path: &PathRef, read: usize) -> Diagnostic {
        let id = &self.definition.nodes[read].id;
        let error = |message: String| Diagnostic::error(code::READ_ORDER, "", message);
        let (reader, place) = match site.reader {
            Reader::Node(node) => (node, "to"),
            Reader::After { node, .. } => (node, "from"),
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
        let Segment::Field(name) = path.segments.first()? else { return None };
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
}

fn no_item(site: &Site, path: &PathRef) -> Diagnostic {
    let message = format!("`{}` has no value here: this is not inside a list", path.root.name());
    let help = "a whole list is read by its path, as in `$nodes.fetch.result.items`";
    at(site, path, Diagnostic::error(code::ROOT, "", message).with_help(help))
}

fn no_trigger(site: &Site, path: &PathRef) -> Diagnostic {
    let message = "`$trigger` has no value here: it is what the `input` of a trigger reads";
    let help = "hand the run what it needs, as in `triggers: [{ …, input: { name: !expr $trigger.event.name } }]`, and read `$input`";
    at(site, path, Diagnostic::error(code::ROOT, "", message).with_help(help))
}

/// The nearest name, as long as not too much was found before.
fn suggestion<'n>(name: &str, names: impl Iterator<Item = &'n str>, before: usize) -> Option<&'n str> {
    (before < MAX_SUGGESTIONS).then(|| nearest(name, names)).flatten()
}

/// Places a diagnostic at a path.
fn at(site: &Site, path: &PathRef, mut diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.pointer.clone_from(&site.pointer);
    diagnostic.node.clone_from(&site.node);
    diagnostic.with_inner(path.span.start as usize, path.span.end as usize)
}
