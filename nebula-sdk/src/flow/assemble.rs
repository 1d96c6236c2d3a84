//! From what was said to a definition.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
};

use nebula_ports::model::{
    ActionReference, Body, Connection, CredentialName, FORMAT_VERSION, Node, NodeId, OnError, ParameterValue, PortRef,
    ResourceName, SubWorkflow, WorkflowId,
};
use serde_json::Value;

use super::{
    Definition, Fed, FlowError, Problem, Way,
    builder::{BodyDraft, NodeDraft, ROOT, ScopeDraft, State},
    graph::{Graph, Place, Scope, is_within},
    item::LoopMark,
    reading::{self, Read},
};

/// Reads all texts, finds the connections, and tells everything that is wrong.
pub(super) fn assemble(id: &str, input: Value, mut state: State, output: Fed) -> Result<Definition, FlowError> {
    let (name, description) = (state.name.take(), state.description.take());
    let settings = std::mem::take(&mut state.settings);
    let mut problems = Vec::new();
    let id = WorkflowId::new(id).map_err(|error| problems.push(Problem::new(error.to_string()))).ok();
    let laid_out = LaidOut::new(state, Some(output), &Around::default(), None);
    problems.extend(laid_out.problems);
    match (id, FlowError::new(problems)) {
        (Some(id), None) => Ok(Definition {
            nebula: FORMAT_VERSION,
            id,
            name,
            description,
            input: Some(input),
            vars: laid_out.vars,
            triggers: Vec::new(),
            nodes: laid_out.nodes,
            connections: laid_out.connections,
            output: laid_out.output,
            flows: laid_out.flows,
            settings,
        }),
        (_, error) => Err(error.unwrap_or_else(|| unreachable!("without an id there is a problem"))),
    }
}

/// A graph of steps: that of the workflow, or that of each item of a list.
struct LaidOut {
    nodes: Vec<Node>,
    connections: Vec<Connection>,
    output: Option<ParameterValue>,
    vars: BTreeMap<String, Value>,
    /// Workflows that are called.
    flows: BTreeMap<WorkflowId, SubWorkflow>,
    /// What is read of the steps around.
    outer: Vec<Read>,
    problems: Vec<Problem>,
}

/// What is known while the texts are read.
struct Assembly<'o> {
    problems: Vec<Problem>,
    by_id: HashMap<String, usize>,
    /// Per step: its branch.
    owners: Vec<usize>,
    /// Per step: what its failure does.
    on_error: Vec<OnError>,
    scopes: Vec<Scope>,
    around: &'o Around,
    /// What is read of the steps around.
    outer: RefCell<Vec<Read>>,
    vars: BTreeMap<String, Value>,
    flows: BTreeMap<WorkflowId, SubWorkflow>,
}

/// What steps stand in.
#[derive(Default)]
struct Around {
    /// The steps that can be read.
    steps: HashSet<String>,
    /// The loops, the innermost last.
    loops: Vec<LoopMark>,
}

// === impl LaidOut ===

impl LaidOut {
    /// `of` is the loop of which these are the steps of an item.
    fn new(state: State, output: Option<Fed>, around: &Around, of: Option<&NodeId>) -> Self {
        let State { problems, vars, nodes: drafts, groups, scopes, .. } = state;
        let mut assembly = Assembly {
            problems,
            by_id: HashMap::new(),
            owners: Vec::new(),
            on_error: drafts.iter().map(|draft| draft.on_error).collect(),
            scopes: Vec::new(),
            around,
            outer: RefCell::default(),
            vars,
            flows: BTreeMap::new(),
        };
        assembly.name(&drafts);
        for scope in scopes {
            assembly.scope(scope);
        }
        assembly.settle_failures();
        let mut nodes = Vec::with_capacity(drafts.len());
        let mut places = Vec::with_capacity(drafts.len());
        let ids: Vec<String> = drafts.iter().map(|draft| draft.id.clone()).collect();
        for (index, draft) in drafts.into_iter().enumerate() {
            let (node, place) = assembly.node(index, draft, &ids[index]);
            nodes.extend(node);
            places.push(place);
        }
        let output = output.and_then(|output| assembly.output(output, of));
        // Connections of steps that could not be read would be wrong as well.
        let connections = if assembly.problems.is_empty() {
            assembly.connections(places, &mut nodes, &groups, of)
        } else {
            Vec::new()
        };
        let Assembly { problems, outer, vars, flows, .. } = assembly;
        Self { nodes, connections, output, vars, flows, outer: outer.into_inner(), problems }
    }
}

// === impl Assembly ===

impl Assembly<'_> {
    fn name(&mut self, drafts: &[NodeDraft]) {
        for (index, draft) in drafts.iter().enumerate() {
            self.owners.push(draft.scope);
            if self.by_id.insert(draft.id.clone(), index).is_some() {
                self.problems
                    .push(Problem::new("there are two steps of this id").at(&draft.id).with_help("each has its own"));
            }
        }
    }

    fn scope(&mut self, draft: ScopeDraft) {
        let ScopeDraft { parent, depth, condition, is_joined } = draft;
        let exit = condition.exit.and_then(|exit| Some((*self.by_id.get(&exit.step)?, exit.way)));
        let mut reads = Vec::new();
        let read = match condition.problem {
            Some(problem) => Err(Problem::new(problem)),
            None => reading::expression(&condition.text, &self.around.loops, &mut reads),
        };
        let (condition, reads) = match read {
            Ok(text) => (text, self.resolve(&reads, parent, None)),
            Err(problem) => {
                self.problems.push(problem);
                (String::new(), Ok(Vec::new()))
            }
        };
        let reads = reads.unwrap_or_else(|problem| {
            self.problems.push(problem);
            Vec::new()
        });
        self.scopes.push(Scope { parent, depth, condition, reads, exit, is_joined });
    }

    /// A failure that leads to no step goes on along the others.
    fn settle_failures(&mut self) {
        let mut leads = vec![false; self.owners.len()];
        for owner in &self.owners {
            for scope in self.around(*owner) {
                if let Some((step, Way::Fails)) = &self.scopes[scope].exit {
                    leads[*step] = true;
                }
            }
        }
        for (on_error, leads) in self.on_error.iter_mut().zip(leads) {
            if *on_error == OnError::Route && !leads {
                *on_error = OnError::Continue;
            }
        }
    }

    /// A branch and those that it is in.
    fn around(&self, scope: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(scope), |scope| (*scope != ROOT).then(|| self.scopes[*scope].parent))
    }

    /// Whether a step has completed wherever this branch is taken, though its failure does not end the run.
    fn has_completed(&self, step: usize, scope: usize) -> bool {
        self.around(scope)
            .any(|scope| matches!(&self.scopes[scope].exit, Some((of, Way::Completes | Way::Port(_))) if *of == step))
    }

    /// The steps that are read in a branch, by `reader` when it is a step.
    fn resolve(&self, reads: &[Read], scope: usize, reader: Option<usize>) -> Result<Vec<usize>, Problem> {
        let (own, outer): (Vec<&Read>, Vec<&Read>) = reads
            .iter()
            .partition(|read| self.by_id.contains_key(&read.node) || !self.around.steps.contains(&read.node));
        self.outer.borrow_mut().extend(outer.into_iter().cloned());
        own.into_iter()
            .map(|read| {
                let Some(of) = self.by_id.get(&read.node).copied() else {
                    let near = nebula_expression::nearest(&read.node, self.by_id.keys().map(String::as_str));
                    let problem = Problem::new(format!("there is no step `{}`", read.node));
                    return Err(match near {
                        Some(near) => problem.with_help(format!("did you mean `{near}`?")),
                        None => problem,
                    });
                };
                if reader.is_some_and(|reader| of >= reader) {
                    return Err(Problem::new(format!("it reads `{}`, which is added later", read.node))
                        .with_help("a step uses only what is added before it"));
                }
                let owner = self.owners[of];
                // Of joined branches, the plan knows which one is taken where.
                let is_chosen = read.is_conditional && self.scopes[owner].is_joined;
                if !read.is_guarded && !is_chosen && !is_within(&self.scopes, scope, owner) {
                    return Err(Problem::new(format!("`{}` is in a branch that need not be taken", read.node))
                        .with_help("return the step from the closure of `when`: what it gives is optional outside"));
                }
                let may_fail = self.on_error[of] != OnError::Fail && !self.has_completed(of, scope);
                if may_fail && !read.is_guarded && !read.is_conditional {
                    return Err(Problem::new(format!("`{}` may have failed, as the run goes on then", read.node))
                        .with_help(
                            "use what `on_error` or `on_error_continue` gives back, or the step of `when_ok_else`",
                        ));
                }
                Ok(of)
            })
            .collect()
    }

    fn node<'a>(&mut self, index: usize, draft: NodeDraft, id: &'a str) -> (Option<Node>, Place<'a>) {
        let scope = draft.scope;
        let mut uses: BTreeSet<usize> = draft.after.iter().copied().collect();
        let mut problems = Vec::new();
        if draft.foreign {
            problems.push(Problem::new("it is put after a step of another workflow"));
        }
        if uses.range(index..).next().is_some() {
            problems.push(Problem::new("it is put after a step that is added later"));
        }
        for (parameter, message) in draft.problems {
            problems.push(Problem { parameter: Some(parameter.to_owned()), ..Problem::new(message) });
        }
        let mut parameters = BTreeMap::new();
        for (name, value) in draft.parameters {
            let mut reads = Vec::new();
            let read = reading::value(value, &self.around.loops, &mut reads)
                .and_then(|value| Ok((value, self.resolve(&reads, scope, Some(index))?)));
            match read {
                Ok((value, read)) => {
                    uses.extend(read);
                    parameters.insert(name, value);
                }
                Err(problem) => problems.push(Problem { parameter: Some(name), ..problem }),
            }
        }
        let mut credentials = BTreeMap::new();
        for (slot, name) in draft.credentials {
            match CredentialName::new(&name) {
                Ok(name) => {
                    credentials.insert(slot.into(), name);
                }
                Err(error) => problems.push(Problem::new(error.to_string())),
            }
        }
        let mut resources = BTreeMap::new();
        for (slot, name) in draft.resources {
            match ResourceName::new(&name) {
                Ok(name) => {
                    resources.insert(slot.into(), name);
                }
                Err(error) => problems.push(Problem::new(error.to_string())),
            }
        }
        let node_id = NodeId::new(id).map_err(|error| problems.push(Problem::new(error.to_string()))).ok();
        let body = draft.body.map(|body| self.body(body, node_id.as_ref(), scope, index, &mut uses));
        let flow = draft.called.and_then(|called| self.call(called, id));
        self.problems.extend(problems.into_iter().map(|problem| problem.at(id)));
        let node = node_id.zip(draft.action).map(|(id, action)| Node {
            id,
            action,
            body,
            flow,
            name: draft.name,
            parameters,
            credentials,
            resources,
            retry: draft.retry,
            timeout: draft.timeout,
            deadline: draft.deadline,
            on_error: self.on_error[index],
        });
        (node, Place { id, scope, uses, is_routed: self.on_error[index] == OnError::Route })
    }

    /// The steps of each item. What they read of the steps around, the step as a whole uses.
    fn body(
        &mut self,
        body: BodyDraft,
        id: Option<&NodeId>,
        scope: usize,
        index: usize,
        uses: &mut BTreeSet<usize>,
    ) -> Box<Body> {
        let around = Around {
            steps: self.around.steps.iter().chain(self.by_id.keys()).cloned().collect(),
            loops: self.around.loops.iter().chain(&body.state.of_loop).cloned().collect(),
        };
        let LaidOut { nodes, connections, output, vars, flows, outer, problems } =
            LaidOut::new(body.state, body.output, &around, id);
        self.problems.extend(problems);
        self.flows.extend(flows);
        // Constants belong to the workflow, wherever they are named.
        for (name, value) in vars {
            if self.vars.insert(name.clone(), value.clone()).is_some_and(|known| known != value) {
                self.problems.push(Problem::new(format!("there are two constants `{name}`")));
            }
        }
        match self.resolve(&outer, scope, Some(index)) {
            Ok(read) => uses.extend(read),
            Err(problem) => self.problems.push(problem),
        }
        Box::new(Body { nodes, connections, output })
    }

    /// The workflow that a step calls comes with the definition, with all that it calls itself.
    fn call(&mut self, called: Result<Definition, FlowError>, id: &str) -> Option<WorkflowId> {
        let Definition { id: flow, description, input, vars, nodes, connections, output, flows, .. } = match called {
            Ok(definition) => definition,
            Err(error) => {
                let message = format!("the workflow that it calls is wrong: {error}");
                self.problems.push(Problem::new(message).at(id));
                return None;
            }
        };
        let own = SubWorkflow { description, input, vars, nodes, connections, output };
        for (name, flow) in flows.into_iter().chain([(flow.clone(), own)]) {
            let known = self.flows.entry(name.clone()).or_insert_with(|| flow.clone());
            if *known != flow {
                let problem = Problem::new(format!("two workflows that are called have the id `{name}`")).at(id);
                self.problems.push(problem.with_help("give one of them another id"));
            }
        }
        Some(flow)
    }

    /// What there is of the whole, or of an item.
    fn output(&mut self, output: Fed, of: Option<&NodeId>) -> Option<ParameterValue> {
        let mut reads = Vec::new();
        let read = output
            .into_value()
            .map_err(Problem::new)
            .and_then(|value| reading::value(value, &self.around.loops, &mut reads))
            .and_then(|value| self.resolve(&reads, ROOT, None).map(|_| value));
        read.map_err(|problem| {
            let what = if of.is_some() { "the output of an item" } else { "the output" };
            let problem = Problem { message: format!("{what}: {}", problem.message), ..problem };
            self.problems.push(match of {
                Some(of) => problem.at(of.as_str()),
                None => problem,
            });
        })
        .ok()
    }

    fn connections(
        &mut self,
        places: Vec<Place<'_>>,
        nodes: &mut Vec<Node>,
        groups: &[Vec<usize>],
        of: Option<&NodeId>,
    ) -> Vec<Connection> {
        let mut graph = Graph::new(&self.scopes, groups);
        for place in places {
            if let Err(problem) = graph.add(place) {
                // What comes after it cannot be told.
                self.problems.push(problem);
                return Vec::new();
            }
        }
        let edges = graph.into_edges();
        let is_begun = edges.iter().any(|edge| edge.from.is_none());
        // Outside of loops, conditions with which all begins have nothing to stand on but a step of their own.
        let start = (of.is_none() && is_begun).then(|| Node::new(free_id(nodes), start_action()));
        let beginning = of.or(start.as_ref().map(|start| &start.id));
        let connections = edges.into_iter().filter_map(|edge| {
            let from = edge.from.map_or(beginning, |from| Some(&nodes[from].id))?;
            Some(Connection {
                from: PortRef { node: from.clone(), port: edge.port },
                to: nodes[edge.to].id.clone(),
                when: edge.when.map(|when| reading::expression(&when, &[], &mut Vec::new()).unwrap_or(when)),
            })
        });
        let connections = connections.collect();
        nodes.splice(0..0, start);
        connections
    }
}

fn start_action() -> ActionReference {
    "flow.start@1".parse().unwrap_or_else(|_| unreachable!("it has a namespace and a version"))
}

/// `start`, unless a step is called so, also one of an item: then `start-2`, and so on.
fn free_id(nodes: &[Node]) -> NodeId {
    let mut taken = HashSet::new();
    let mut open: Vec<&Node> = nodes.iter().collect();
    while let Some(node) = open.pop() {
        taken.insert(node.id.as_str());
        open.extend(node.body.iter().flat_map(|body| &body.nodes));
    }
    let names = std::iter::once("start".to_owned()).chain((2_u32..).map(|number| format!("start-{number}")));
    let free = names.filter(|name| !taken.contains(name.as_str())).find_map(|name| NodeId::new(name).ok());
    free.unwrap_or_else(|| unreachable!("there are more names than steps"))
}
