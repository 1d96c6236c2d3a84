//! From what was said to a definition.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use nebula_ports::model::{Connection, CredentialName, FORMAT_VERSION, Node, NodeId, ParameterValue, WorkflowId};
use serde_json::Value;

use super::{
    Definition, Fed, FlowError, Problem,
    builder::{NodeDraft, ROOT, ScopeDraft, State},
    graph::{Graph, Place, Scope, is_within},
    reading::{self, Read},
};

/// Reads all texts, finds the connections, and tells everything that is wrong.
pub(super) fn assemble(id: &str, input: Value, state: State, output: Fed) -> Result<Definition, FlowError> {
    let State { name, description, settings, vars, problems, nodes: drafts, scopes } = state;
    let mut assembly = Assembly { problems, by_id: HashMap::new(), owners: Vec::new(), scopes: Vec::new() };
    let id = WorkflowId::new(id).map_err(|error| assembly.problems.push(Problem::new(error.to_string()))).ok();
    assembly.name(&drafts);
    for scope in scopes {
        assembly.scope(scope);
    }
    let mut nodes = Vec::with_capacity(drafts.len());
    let mut places = Vec::with_capacity(drafts.len());
    let ids: Vec<String> = drafts.iter().map(|draft| draft.id.clone()).collect();
    for (index, draft) in drafts.into_iter().enumerate() {
        let (node, place) = assembly.node(index, draft, &ids[index]);
        nodes.extend(node);
        places.push(place);
    }
    let output = assembly.output(output);
    // Connections of steps that could not be read would be wrong as well.
    let connections = if assembly.problems.is_empty() { assembly.connections(places, &nodes) } else { Vec::new() };
    match (id, FlowError::new(assembly.problems)) {
        (Some(id), None) => Ok(Definition {
            nebula: FORMAT_VERSION,
            id,
            name,
            description,
            input: Some(input),
            vars,
            nodes,
            connections,
            output,
            flows: BTreeMap::new(),
            settings,
        }),
        (_, error) => Err(error.unwrap_or_else(|| unreachable!("without an id there is a problem"))),
    }
}

/// What is known while the texts are read.
struct Assembly {
    problems: Vec<Problem>,
    by_id: HashMap<String, usize>,
    /// Per step: its branch.
    owners: Vec<usize>,
    scopes: Vec<Scope>,
}

// === impl Assembly ===

impl Assembly {
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
        let mut reads = Vec::new();
        let read = match condition.problem {
            Some(problem) => Err(Problem::new(problem)),
            None => reading::expression(&condition.text, &mut reads),
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
        self.scopes.push(Scope { parent, depth, condition, reads, is_joined });
    }

    /// The steps that are read in a branch, by `reader` when it is a step.
    fn resolve(&self, reads: &[Read], scope: usize, reader: Option<usize>) -> Result<Vec<usize>, Problem> {
        reads
            .iter()
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
            let read = reading::value(value, &mut reads)
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
        let node_id = NodeId::new(id).map_err(|error| problems.push(Problem::new(error.to_string()))).ok();
        self.problems.extend(problems.into_iter().map(|problem| problem.at(id)));
        let node = node_id.zip(draft.action).map(|(id, action)| Node {
            id,
            action,
            body: None,
            flow: None,
            name: draft.name,
            parameters,
            credentials,
            retry: draft.retry,
            timeout: draft.timeout,
            deadline: draft.deadline,
            on_error: Default::default(),
        });
        (node, Place { id, scope, uses })
    }

    fn output(&mut self, output: Fed) -> Option<ParameterValue> {
        let mut reads = Vec::new();
        let read = output
            .into_value()
            .map_err(Problem::new)
            .and_then(|value| reading::value(value, &mut reads))
            .and_then(|value| self.resolve(&reads, ROOT, None).map(|_| value));
        read.map_err(|problem| {
            self.problems.push(Problem { message: format!("the output: {}", problem.message), ..problem });
        })
        .ok()
    }

    fn connections(&mut self, places: Vec<Place<'_>>, nodes: &[Node]) -> Vec<Connection> {
        let mut graph = Graph::new(&self.scopes);
        for place in places {
            if let Err(problem) = graph.add(place) {
                // What comes after it cannot be told.
                self.problems.push(problem);
                return Vec::new();
            }
        }
        let edges = graph.into_edges().into_iter();
        edges
            .map(|edge| Connection {
                from: nodes[edge.from].id.clone().into(),
                to: nodes[edge.to].id.clone(),
                when: edge.when.map(|when| reading::expression(&when, &mut Vec::new()).unwrap_or(when)),
            })
            .collect()
    }
}
