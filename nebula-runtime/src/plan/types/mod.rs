//! Types of everything that expressions see and give, and the mistakes that follow from them before the run.
//!
//! Nodes are looked at in the order in which they run, so that what one gives is known where the next one reads it.

mod computed;
mod fit;
mod given;
mod inner;
mod place;
mod rule;
mod scope;
mod sink;
mod texts;
mod trigger;
mod worst;

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap, HashSet},
};

use nebula_expression::{
    Checked, Type,
    ty::{Lookup, Member, Rest},
};
use nebula_ports::{
    diagnostic::Diagnostic,
    model::{ParameterValue, Workflow},
};
use serde_json::Value;
use smol_str::SmolStr;

use self::{
    given::{Found, Given},
    place::Place,
    rule::Rule,
    scope::{Roots, SiteScope},
};
use super::{
    called::Called,
    certainty::{Certainty, Reader},
    code,
    compile::{self, Site, Source},
    flat::Flat,
    graph::Graph,
    pointer,
    reads::SiteReads,
};
use crate::catalogue::CatalogueEntry;

pub(super) use self::{
    texts::Declared,
    trigger::{TriggerInput, check_trigger_input},
};

/// What is looked at.
pub(super) struct Typing<'t, 'a> {
    pub(super) flat: &'t Flat<'t>,
    pub(super) called: &'t Called,
    pub(super) definition: &'a Workflow,
    pub(super) graph: &'t Graph<'a>,
    pub(super) sites: &'t [Site],
    /// What each site reads.
    pub(super) reads: &'t [SiteReads],
    /// By definition index.
    pub(super) nodes: &'t [NodeToType<'t, 'a>],
    /// `None` while connections go in a circle.
    pub(super) certainty: Option<RefCell<Certainty<'t, 'a>>>,
}

/// A node, with what is known of its parameters.
pub(super) struct NodeToType<'t, 'a> {
    pub(super) entry: Option<&'a CatalogueEntry>,
    /// Null where something is computed.
    pub(super) value: &'t Value,
    /// The pointers at which that is.
    pub(super) unknown: &'t HashSet<String>,
    /// Those of its parameters.
    pub(super) sites: std::ops::Range<usize>,
}

/// What the schemas of an action come to.
struct ActionTypes {
    input: Type,
    output: Type,
    rules: Vec<Rule>,
    /// Whether a parameter may hold what the action evaluates itself.
    has_inner: bool,
    has_sinks: bool,
    /// Whether a parameter says if it may be computed.
    says_computed: bool,
}

/// What a walk has found out.
struct Walked<'w> {
    asked: Option<(&'w str, Option<Type>)>,
    outputs: Vec<Type>,
    /// What is computed in the workflow's result, by place.
    ends: Vec<(String, Type)>,
}

/// The walk.
struct Walk<'w, 't, 'a> {
    typing: &'w Typing<'t, 'a>,
    roots: Roots,
    /// By definition index: the type of the result.
    outputs: Vec<Type>,
    /// Block → what its items are.
    items: HashMap<usize, Type>,
    found: &'w mut Vec<Diagnostic>,
    /// The place whose type is asked for, and the answer.
    asked: Option<(&'w str, Option<Type>)>,
}

impl Typing<'_, '_> {
    /// Checks every site, reporting mistakes; tells the type of the workflow's result. `output` is it as far as it is data,
    /// `optional` says which nodes need not have run when the run ends.
    pub(super) fn check(&self, output: Option<&Value>, optional: &[bool], found: &mut Vec<Diagnostic>) -> Type {
        let Walked { outputs, ends, .. } = self.walk(found, None);
        let Some(output) = output else {
            let last = (0..self.nodes.len()).filter(|node| {
                let out_of = self.flat.end_of_block(*node).unwrap_or(*node);
                self.flat.enclosing(*node).is_none() && self.graph.outgoing[out_of].is_empty()
            });
            let members = last.map(|node| {
                let ty = outputs[node].clone();
                let member = if optional[node] { Member::optional(ty) } else { Member::required(ty) };
                (SmolStr::new(self.definition.nodes[node].id.as_str()), member)
            });
            return Type::object(members.collect(), Rest::Closed);
        };
        let mut given = Given::new(output, &Value::Null);
        for (pointer, ty) in ends {
            given.compute(pointer.strip_prefix("/output").unwrap_or_default().to_owned(), ty);
        }
        match given.at("") {
            Found::Is(ty) => ty,
            Found::Absent | Found::Unsure => Type::Any,
        }
    }

    /// Checks every site, and tells the type at one place of parameters unless mistakes were found there.
    pub(super) fn check_and_tell(&self, place: &str, found: &mut Vec<Diagnostic>) -> Option<Type> {
        self.walk(found, Some((place, None))).asked.and_then(|(_, ty)| ty)
    }

    fn walk<'w>(&'w self, found: &'w mut Vec<Diagnostic>, asked: Option<(&'w str, Option<Type>)>) -> Walked<'w> {
        let mut walk = Walk {
            typing: self,
            roots: Roots::new(self.definition),
            outputs: vec![Type::Any; self.nodes.len()],
            items: HashMap::new(),
            found,
            asked,
        };
        let mut actions: HashMap<*const CatalogueEntry, ActionTypes> = HashMap::new();
        // Nodes of a circle come before none and after none: what they give is unknown.
        let circular = (0..self.nodes.len()).filter(|node| self.graph.position[*node] == usize::MAX);
        for index in self.graph.order.iter().copied().chain(circular) {
            let entry = self.nodes[index].entry;
            let types = entry.map(|entry| &*actions.entry(entry).or_insert_with(|| ActionTypes::new(entry)));
            walk.node(index, types);
        }
        let mut ends = Vec::new();
        for (index, site) in self.sites.iter().enumerate() {
            // Conditions and the output; those of nodes were checked with them.
            if !matches!(site.reader, Reader::Node(_)) {
                let ty = walk.site(index);
                if site.reader == Reader::End {
                    ends.push((site.pointer.clone(), ty.unwrap_or(Type::Any)));
                }
            }
        }
        Walked { asked: walk.asked, outputs: walk.outputs, ends }
    }
}

impl Walk<'_, '_, '_> {
    fn node(&mut self, index: usize, types: Option<&ActionTypes>) {
        let typing = self.typing;
        let NodeToType { entry, value, unknown, ref sites } = typing.nodes[index];
        let node = &typing.definition.nodes[index];
        let base = format!("/nodes/{index}/parameters");
        let schema = entry.map_or(&Value::Null, |entry| &entry.action.descriptor().input_schema);
        let mut given = Given::new(value, schema);
        for at in sites.clone() {
            let site = &typing.sites[at];
            let relative = site.pointer.strip_prefix(&base).unwrap_or_default();
            let ty = self.site(at);
            if let (Some(ty), Some(types)) = (&ty, types)
                && let Some(wanted) = wanted(&types.input, value, relative)
            {
                let name = pointer::pieces(relative).last().unwrap_or_default();
                let misfit = fit::misfit(&name, ty, &wanted, &site.pointer);
                self.found.extend(misfit.map(|misfit| misfit.with_node(node.id.clone())));
            }
            if let (Source::Template(template), Some(true)) = (&site.source, types.map(|types| types.has_sinks))
                && let Some(sink) = place_of(schema, value, relative).any_keyword(sink::KEYWORD).and_then(Value::as_str)
            {
                sink::check(template, sink, &site.pointer, Some(&node.id), self.found);
            }
            self.answer(&site.pointer, || ty.clone());
            given.compute(relative.to_owned(), ty.unwrap_or(Type::Any));
        }
        // What did not parse has no site.
        for pointer in unknown {
            given.compute_if_new(pointer);
        }
        self.block(index, &given);
        let Some(types) = types else { return };
        if types.says_computed {
            computed::check(value, unknown, schema, &base, &node.id, self.found);
        }
        if types.has_inner {
            inner::check(&mut given, value, schema, &base, &node.id, self.found);
            if let Some((asked, _)) = self.asked
                && let Some(relative) = asked.strip_prefix(&base)
                && given.is_evaluated(relative)
            {
                self.answer(asked, || Some(given.evaluated(relative)));
            }
        }
        if let Some(plan) = node.flow.as_ref().and_then(|flow| typing.called.plan(flow)) {
            self.outputs[index] = plan.output_type.clone();
        } else if self.typing.graph.position[index] != usize::MAX {
            self.outputs[index] = rule::applied(&types.output, &types.rules, &given);
        }
    }

    /// What the items of a block are, and what its result is.
    fn block(&mut self, index: usize, given: &Given<'_>) {
        let flat = self.typing.flat;
        if flat.end_of_block(index).is_some() {
            let items = match given.at("/items") {
                Found::Is(list) => list.element().unwrap_or(Type::Any),
                Found::Absent | Found::Unsure => Type::Any,
            };
            self.items.insert(index, items);
        }
        let Some(block) = flat.block_of_item_end(index) else { return };
        let of_item = match given.at("/output") {
            Found::Is(ty) => ty,
            Found::Absent | Found::Unsure => Type::Any,
        };
        let results = Type::list(of_item);
        let NodeToType { value, unknown, .. } = &self.typing.nodes[block];
        self.outputs[block] = match value.get("on_item_error").and_then(Value::as_str) {
            _ if unknown.contains("/on_item_error") => Type::Any,
            Some("collect") => collected(results),
            _ => results,
        };
    }

    /// Puts down the type at a place, when it is the one that is asked for.
    fn answer(&mut self, place: &str, ty: impl FnOnce() -> Option<Type>) {
        if let Some((asked, answer)) = &mut self.asked
            && *asked == place
        {
            *answer = ty();
        }
    }

    /// Checks one site; returns the type of its value unless mistakes were found.
    fn site(&mut self, index: usize) -> Option<Type> {
        let site = &self.typing.sites[index];
        let Checked { ty, errors, warnings, .. } = self.checked(site, &self.typing.reads[index]);
        let is_clean = errors.is_empty();
        let node = site.node.as_ref();
        self.found.extend(errors.into_iter().map(|mut error| {
            if error.code == SKIPPED {
                error.code = code::READ_SKIPPED;
            }
            compile::mistake(error, &site.pointer, node)
        }));
        self.found.extend(warnings.into_iter().map(|error| compile::doubt(error, &site.pointer, node)));
        if is_clean {
            self.found.extend(self.typing.too_much(site, site.source.cost()));
        }
        is_clean.then_some(ty)
    }

    fn checked(&self, site: &Site, reads: &SiteReads) -> Checked {
        let flat = self.typing.flat;
        let block = match site.reader {
            Reader::Node(node) => flat.enclosing(node),
            Reader::After { node, edge } => flat.enclosing_along(node, self.typing.graph.edges[edge].to),
            Reader::End => None,
        };
        let ports = |node: usize| {
            let entry = self.typing.nodes[node].entry?;
            Some(entry.action.descriptor().ports.iter().map(|port| SmolStr::new(port.as_str())).collect())
        };
        let scope = SiteScope {
            ports: &ports,
            is_inner_item: block.and_then(|block| flat.enclosing(block)).is_some(),
            roots: &self.roots,
            graph: self.typing.graph,
            outputs: &self.outputs,
            reads,
            item: block.map(|block| self.items.get(&block).unwrap_or(&Type::Any)),
            reader: site.reader,
            certainty: self.typing.certainty.as_ref(),
        };
        match &site.source {
            // Conditions are true or false.
            Source::Expression(expression) if matches!(site.reader, Reader::After { .. }) => {
                expression.check_bool(&scope)
            }
            Source::Expression(expression) => expression.check(&scope),
            Source::Template(template) => template.check(&scope),
        }
    }
}

/// The language's code for the result of a node that may be skipped; only a plan knows why it may.
const SKIPPED: &str = "E0303";

impl ActionTypes {
    fn new(entry: &CatalogueEntry) -> Self {
        let descriptor = entry.action.descriptor();
        let input = &descriptor.input_schema;
        Self {
            input: Type::from_schema(input),
            output: Type::from_schema(&descriptor.output_schema),
            rules: rule::rules(&descriptor.output_schema),
            has_inner: inner::KEYWORDS.iter().any(|keyword| mentions(input, keyword)),
            has_sinks: mentions(input, sink::KEYWORD),
            says_computed: mentions(input, computed::KEYWORD),
        }
    }
}

/// The result of a block that collects errors.
fn collected(results: Type) -> Type {
    let error = Type::object(
        BTreeMap::from([
            (SmolStr::new("index"), Member::required(Type::Integer)),
            (SmolStr::new("error"), Member::required(Type::Any)),
        ]),
        Rest::Closed,
    );
    Type::object(
        BTreeMap::from([
            (SmolStr::new("results"), Member::required(results)),
            (SmolStr::new("errors"), Member::required(Type::list(error))),
        ]),
        Rest::Closed,
    )
}

/// Whether a schema has the keyword somewhere.
fn mentions(schema: &Value, keyword: &str) -> bool {
    match schema {
        Value::Object(map) => map.contains_key(keyword) || map.values().any(|inner| mentions(inner, keyword)),
        Value::Array(items) => items.iter().any(|inner| mentions(inner, keyword)),
        _ => false,
    }
}

/// The type that an action takes at a place of its parameters, if it takes anything there.
fn wanted(input: &Type, value: &Value, place: &str) -> Option<Type> {
    let mut ty = input.clone();
    let mut here = value;
    for piece in pointer::pieces(place) {
        ty = ty.without_null();
        (ty, here) = match here {
            Value::Array(items) => (ty.element()?, items.get(piece.parse::<usize>().ok()?)?),
            Value::Object(members) => match ty.member(&piece) {
                Lookup::Found { ty, .. } => (ty, members.get(&piece)?),
                _ => return None,
            },
            _ => return None,
        };
    }
    Some(ty)
}

/// An expression or a template as it is written at a place of the parameters: as plain text where the action evaluates
/// it itself.
pub(super) fn as_written(text: ParameterValue, schema: &Value, place: &str) -> ParameterValue {
    let mut here = Place::root(schema);
    for piece in pointer::pieces(place) {
        let member = here.member(&piece);
        here = match piece.parse() {
            Ok(index) if member.is_unsaid() => here.element(index),
            _ => member,
        };
    }
    match text {
        ParameterValue::Expression(text) | ParameterValue::Template(text)
            if inner::KEYWORDS.iter().any(|keyword| here.keyword(keyword).is_some()) =>
        {
            ParameterValue::Literal(Value::String(text))
        }
        other => other,
    }
}

/// What an action's schema says of a place of its parameters.
fn place_of<'s>(schema: &'s Value, value: &Value, place: &str) -> Place<'s> {
    let mut found = Place::root(schema);
    let mut here = value;
    for piece in pointer::pieces(place) {
        let index = if here.is_array() { piece.parse::<usize>().ok() } else { None };
        found = index.map_or_else(|| found.member(&piece), |index| found.element(index));
        here = index.map_or_else(|| here.get(&piece), |index| here.get(index)).unwrap_or(&Value::Null);
    }
    found
}
