//! When each node runs, as a function of the conditions on connections: so it is seen that what stands behind the same
//! condition runs together, and that of two opposite ones one is always taken.

use std::collections::HashMap;

use nebula_expression::Proposition;
use nebula_ports::model::{OnError, PortName};
use smol_str::SmolStr;

use super::{
    diagram::{Diagram, Function},
    graph::{Edge, Graph},
};

/// Most texts that one value is compared with and of which it is known that it is one.
const MAX_TEXTS: usize = 64;

/// When nodes run.
#[derive(Debug)]
pub(super) struct Branches<'g, 'a> {
    graph: &'g Graph<'a>,
    diagram: Diagram,
    /// Per node.
    runs: Vec<Function>,
    /// Per node that may fail without ending the run: that it does, if it runs.
    fails: HashMap<usize, Function>,
    /// Per connection: that its earlier node ends in the way that leads along it; what takes too much is left out.
    leads: Vec<Option<Function>>,
    /// Parts of conditions by their texts.
    holds: HashMap<String, Function>,
    /// Per value that is compared with texts: which of them it is.
    is: HashMap<String, Texts>,
    /// Per node: the ports of its action.
    ports: Vec<&'g [PortName]>,
    /// Per node: what has completed when its result is there, which for a block is its end.
    result: Vec<usize>,
}

/// Which text a value is: never two at one time.
#[derive(Debug)]
struct Texts {
    known: HashMap<SmolStr, Function>,
    /// That it is none of them.
    none: Function,
    /// Whether it is always one of those that are known.
    is_complete: bool,
}

impl<'g, 'a> Branches<'g, 'a> {
    /// Walks through the graph, which has no circles. `said` is what the condition of an edge says; `texts` are all that
    /// the value of an expression can be, where that is known; `ports` are those of the action of a node, and `result` is
    /// what has completed when its result is there.
    pub(super) fn new(
        graph: &'g Graph<'a>,
        said: impl Fn(usize) -> Proposition,
        texts: impl Fn(&str) -> Option<Vec<SmolStr>>,
        ports: impl Fn(usize) -> &'g [PortName],
        result: impl Fn(usize) -> usize,
    ) -> Self {
        let count = graph.position.len();
        let mut this = Self {
            graph,
            diagram: Diagram::default(),
            runs: vec![Function::FALSE; count],
            fails: HashMap::new(),
            leads: vec![None; graph.edges.len()],
            holds: HashMap::new(),
            is: HashMap::new(),
            ports: (0..count).map(ports).collect(),
            result: (0..count).map(result).collect(),
        };
        for node in &graph.order {
            let runs = match this.entered(*node, &said, &texts) {
                Some(runs) => runs,
                // Taken for something of which nothing is known: whatever it is, what follows from that is true.
                None => this.diagram.variable(),
            };
            this.runs[*node] = runs;
        }
        this
    }

    /// When one of the connections to a node is taken. `None` when that takes too much.
    fn entered(
        &mut self,
        node: usize,
        said: impl Fn(usize) -> Proposition,
        texts: impl Fn(&str) -> Option<Vec<SmolStr>>,
    ) -> Option<Function> {
        let graph = self.graph;
        if graph.incoming[node].is_empty() {
            return Some(Function::TRUE);
        }
        let mut runs = Function::FALSE;
        for at in &graph.incoming[node] {
            let edge = graph.edges[*at as usize];
            let mut taken = self.led(edge)?;
            self.leads[*at as usize] = Some(taken);
            if edge.has_when {
                let when = self.function(&said(*at as usize), &texts)?;
                taken = self.diagram.and(taken, when)?;
            }
            runs = self.diagram.or(runs, taken)?;
        }
        Some(runs)
    }

    /// When a node ends in the way that leads along a connection from it.
    fn led(&mut self, edge: Edge<'_>) -> Option<Function> {
        let runs = self.runs[edge.from];
        let fails = self.fails(edge.from);
        match edge.port {
            Some(port) if port.is_error() => self.diagram.and(runs, fails),
            None if self.graph.on_error[edge.from] == OnError::Continue => Some(runs),
            None => self.completes(edge.from),
            Some(port) => self.leaves(edge.from, &SmolStr::new(port.as_str())),
        }
    }

    /// That a node completes and leaves by a port.
    fn leaves(&mut self, node: usize, port: &SmolStr) -> Option<Function> {
        let completes = self.completes(node)?;
        let ports = self.ports[node];
        let all = || (!ports.is_empty()).then(|| ports.iter().map(|port| SmolStr::new(port.as_str())).collect());
        // One port is one of several texts that the node gives.
        let by_port = self.is(&format!("the port of {node}"), port, |_| all())?;
        self.diagram.and(completes, by_port)
    }

    /// That a node fails where it runs, and the run goes on.
    fn fails(&mut self, node: usize) -> Function {
        if self.graph.on_error[node] == OnError::Fail {
            return Function::FALSE;
        }
        let diagram = &mut self.diagram;
        *self.fails.entry(node).or_insert_with(|| diagram.variable())
    }

    /// That a node runs and does not fail.
    fn completes(&mut self, node: usize) -> Option<Function> {
        let fails = self.fails(node);
        let well = self.diagram.not(fails)?;
        self.diagram.and(self.runs[node], well)
    }

    /// Whether `node` has completed whenever `reader` runs, or in every run, where all that is given holds.
    pub(super) fn has_run(&mut self, reader: Option<usize>, given: &[Proposition], node: usize) -> bool {
        let before = reader.map_or(Function::TRUE, |reader| self.runs[reader]);
        self.has_completed(before, given, node)
    }

    /// Whether `node` has completed whenever the condition of a connection is looked at.
    pub(super) fn has_run_along(&mut self, edge: usize, given: &[Proposition], node: usize) -> bool {
        let before = self.leads[edge].unwrap_or(self.runs[self.graph.edges[edge].from]);
        self.has_completed(before, given, node)
    }

    fn has_completed(&mut self, mut before: Function, given: &[Proposition], node: usize) -> bool {
        for said in given {
            // Without what takes too much, less is known.
            let and = self.function(said, |_| None).and_then(|said| self.diagram.and(before, said));
            before = and.unwrap_or(before);
        }
        self.completes(node).is_some_and(|completes| self.diagram.implies(before, completes))
    }

    fn function(
        &mut self,
        said: &Proposition,
        texts: impl Copy + Fn(&str) -> Option<Vec<SmolStr>>,
    ) -> Option<Function> {
        Some(match said {
            Proposition::Constant(holds) => Function::constant(*holds),
            Proposition::Unknown => self.diagram.variable(),
            Proposition::Holds(text) => match self.holds.get(text) {
                Some(known) => *known,
                None => {
                    let new = self.diagram.variable();
                    self.holds.insert(text.clone(), new);
                    new
                }
            },
            Proposition::Is(of, text) => self.is(of, text, texts)?,
            Proposition::Completed(id) => match self.graph.by_id.get(id.as_str()) {
                Some(node) => self.completes(self.result[*node])?,
                None => self.diagram.variable(),
            },
            Proposition::Leaves(id, port) => match self.graph.by_id.get(id.as_str()) {
                Some(node) => self.leaves(*node, port)?,
                None => self.diagram.variable(),
            },
            Proposition::Not(inner) => {
                let inner = self.function(inner, texts)?;
                self.diagram.not(inner)?
            }
            Proposition::All(parts) => {
                let mut all = Function::TRUE;
                for part in parts {
                    let part = self.function(part, texts)?;
                    all = self.diagram.and(all, part)?;
                }
                all
            }
            Proposition::Any(parts) => {
                let mut any = Function::FALSE;
                for part in parts {
                    let part = self.function(part, texts)?;
                    any = self.diagram.or(any, part)?;
                }
                any
            }
        })
    }

    /// That a value is a text.
    fn is(&mut self, of: &str, text: &SmolStr, texts: impl Fn(&str) -> Option<Vec<SmolStr>>) -> Option<Function> {
        if !self.is.contains_key(of) {
            let all = texts(of).filter(|all| all.len() <= MAX_TEXTS);
            let new = self.texts(all)?;
            self.is.insert(of.to_owned(), new);
        }
        let known = self.is.get_mut(of)?;
        if let Some(function) = known.known.get(text) {
            return Some(*function);
        }
        if known.is_complete {
            return Some(Function::FALSE);
        }
        let new = self.diagram.variable();
        let function = self.diagram.and(known.none, new)?;
        let other = self.diagram.not(new)?;
        known.none = self.diagram.and(known.none, other)?;
        known.known.insert(text.clone(), function);
        Some(function)
    }

    /// What is known of a value before it is compared: that it is one of these, the last when none of the others.
    fn texts(&mut self, all: Option<Vec<SmolStr>>) -> Option<Texts> {
        let mut texts = Texts { known: HashMap::new(), none: Function::TRUE, is_complete: all.is_some() };
        let mut all = all.unwrap_or_default().into_iter().peekable();
        while let Some(text) = all.next() {
            if all.peek().is_none() {
                texts.known.insert(text, texts.none);
                break;
            }
            let new = self.diagram.variable();
            texts.known.insert(text, self.diagram.and(texts.none, new)?);
            let other = self.diagram.not(new)?;
            texts.none = self.diagram.and(texts.none, other)?;
        }
        Some(texts)
    }
}

#[cfg(test)]
mod tests;
