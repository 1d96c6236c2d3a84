//! What comes after what: connections from the data that steps use.
//!
//! A node runs when all its connections are settled and at least one was taken. So every connection that enters a branch
//! carries the branch's condition, and a step that uses one of a branch from outside keeps a connection that is taken
//! when the branch is not.
//!
//! A branch with which all begins is entered from the beginning: in a loop from the loop itself, elsewhere from a step that is
//! made for it.
//!
//! A branch for one way in which a step ends is entered by the connection that is taken then: from the port, or from the
//! step's `error`. Connections of other steps into it carry the same as a condition.

use std::collections::BTreeSet;

use nebula_ports::model::PortName;

use super::{Problem, Way, builder::ROOT};

/// A branch, as the graph needs it.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) parent: usize,
    pub(super) depth: usize,
    /// In its one spelling.
    pub(super) condition: String,
    /// What the condition reads.
    pub(super) reads: Vec<usize>,
    /// The condition is that a step ends in this way.
    pub(super) exit: Option<(usize, Way)>,
    /// What it gives is joined with what other branches give.
    pub(super) is_joined: bool,
}

/// A step, as the graph needs it.
#[derive(Debug)]
pub(super) struct Place<'a> {
    pub(super) id: &'a str,
    pub(super) scope: usize,
    /// What it reads or is after.
    pub(super) uses: BTreeSet<usize>,
    /// Its failure leads on by a port of its own.
    pub(super) is_routed: bool,
}

/// A connection between nodes by index.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Edge {
    /// `None` for the beginning.
    pub(super) from: Option<usize>,
    pub(super) port: Option<PortName>,
    pub(super) to: usize,
    pub(super) when: Option<String>,
}

/// Finds the connections, step by step: each step uses only earlier ones.
#[derive(Debug)]
pub(super) struct Graph<'a> {
    scopes: &'a [Scope],
    /// Per branch: it and those beside it of which always exactly one is taken.
    groups: Vec<Option<&'a [usize]>>,
    places: Vec<Place<'a>>,
    /// Per step: all steps that have settled before it, one bit each.
    before: Vec<Vec<u64>>,
    /// Per branch: the steps outside of it that lead into it.
    sources: Vec<BTreeSet<usize>>,
    /// Per branch: whether the beginning leads into it.
    is_first: Vec<bool>,
    edges: Vec<Edge>,
}

// === impl Graph ===

impl<'a> Graph<'a> {
    pub(super) fn new(scopes: &'a [Scope], groups: &'a [Vec<usize>]) -> Self {
        let sources = vec![BTreeSet::new(); scopes.len()];
        let mut groups_of = vec![None; scopes.len()];
        for group in groups {
            group.iter().for_each(|scope| groups_of[*scope] = Some(group.as_slice()));
        }
        Self {
            is_first: vec![false; scopes.len()],
            scopes,
            groups: groups_of,
            places: Vec::new(),
            before: Vec::new(),
            sources,
            edges: Vec::new(),
        }
    }

    pub(super) fn into_edges(self) -> Vec<Edge> {
        self.edges
    }

    /// Adds the next step with its connections.
    pub(super) fn add(&mut self, place: Place<'a>) -> Result<(), Problem> {
        let to = self.places.len();
        let mut uses = place.uses.clone();
        let around =
            std::iter::successors(Some(place.scope), |scope| (*scope != ROOT).then(|| self.scopes[*scope].parent));
        if around.flat_map(|scope| &self.scopes[scope].reads).any(|read| *read >= to) {
            return Err(Problem::new("the condition of its branch reads a step that is added later").at(place.id));
        }
        // What leads into a branch is at least what its condition reads.
        let mut scope = place.scope;
        while scope != ROOT && !uses.iter().any(|from| self.places[*from].scope == scope) {
            uses.extend(&self.scopes[scope].reads);
            scope = self.scopes[scope].parent;
        }
        let mut is_first = self.lead_past_branches(place.scope, &mut uses);
        is_first |= uses.is_empty() && place.scope != ROOT;
        let kept: Vec<usize> =
            uses.iter().copied().filter(|from| !self.is_implied(*from, &uses, place.scope)).collect();
        let mut before = vec![0; to / 64 + 1];
        let mut edges = Vec::with_capacity(kept.len());
        if is_first {
            edges.push(self.begin(to, &place)?);
        }
        for from in kept {
            edges.extend(self.connect(from, to, &place)?);
            set(&mut before, from);
            before.iter_mut().zip(&self.before[from]).for_each(|(all, some)| *all |= some);
        }
        self.edges.extend(edges);
        self.before.push(before);
        self.places.push(place);
        Ok(())
    }

    /// When all that is used is in branches, what leads into them does so here as well: it runs in any case. Whether that is
    /// the beginning.
    fn lead_past_branches(&self, scope: usize, uses: &mut BTreeSet<usize>) -> bool {
        if self.one_of(uses, scope).is_some() {
            return false;
        }
        let mut open: Vec<usize> = uses.iter().copied().collect();
        let mut is_first = false;
        while !open.is_empty() && !uses.iter().any(|from| self.is_certain(*from, scope)) {
            let branches: Vec<usize> =
                open.iter().map(|from| self.branch_below(self.places[*from].scope, scope)).collect();
            is_first |= branches.iter().any(|branch| self.is_first[*branch]);
            let sources: BTreeSet<usize> =
                branches.into_iter().flat_map(|branch| self.sources[branch].iter().copied()).collect();
            open = sources.difference(uses).copied().collect();
            uses.extend(sources);
        }
        is_first && !uses.iter().any(|from| self.is_certain(*from, scope))
    }

    /// The connection from the beginning, with the conditions of all branches around; none of them reads a step, as its
    /// branch would be entered from there.
    fn begin(&mut self, to: usize, place: &Place<'_>) -> Result<Edge, Problem> {
        let mut conditions = Vec::new();
        let mut scope = place.scope;
        while scope != ROOT {
            let Scope { parent, condition, reads, .. } = &self.scopes[scope];
            if !reads.is_empty() {
                return Err(Problem::new("nothing leads into the branch that it is in").at(place.id));
            }
            self.is_first[scope] = true;
            conditions.push(condition.as_str());
            scope = *parent;
        }
        Ok(Edge { from: None, port: None, to, when: joined(conditions) })
    }

    /// The connections from a step to a later one, with all conditions between them as one; every step that these read has
    /// settled before.
    fn connect(&mut self, from: usize, to: usize, place: &Place<'_>) -> Result<Vec<Edge>, Problem> {
        let mut conditions = Vec::new();
        let mut way = None;
        let mut scope = place.scope;
        while !self.is_within(self.places[from].scope, scope) {
            let Scope { parent, condition, reads, exit, .. } = &self.scopes[scope];
            // Where failures go on along all connections, completion is a condition as any other.
            let is_said = |way: &Way| *way != Way::Completes || self.places[from].is_routed;
            match exit.as_ref().filter(|(step, way)| *step == from && is_said(way)) {
                Some((_, exit)) if way.is_none() => {
                    way = Some(exit);
                    self.sources[scope].insert(from);
                    scope = *parent;
                    continue;
                }
                // What leaves by a port has completed.
                Some((_, Way::Completes)) if matches!(way, Some(Way::Port(_))) => {
                    self.sources[scope].insert(from);
                    scope = *parent;
                    continue;
                }
                _ => {}
            }
            if let Some(read) = reads.iter().find(|read| **read != from && !self.is_before(**read, from)) {
                let (read, from) = (self.places[*read].id, self.places[from].id);
                return Err(Problem::new(format!(
                    "the condition of its branch reads `{read}`, which need not have ended when `{from}` has"
                ))
                .at(place.id)
                .with_help(format!("write `.after(&{read})` where `{from}` is added")));
            }
            self.sources[scope].insert(from);
            conditions.push(condition.as_str());
            scope = *parent;
        }
        let when = joined(conditions);
        let error = || PortName::new(PortName::ERROR).ok();
        let ports = match way {
            Some(Way::Port(port)) => vec![Some(port.clone())],
            Some(Way::Fails) => vec![error()],
            // However it ends.
            None if self.places[from].is_routed => vec![None, error()],
            None | Some(Way::Completes | Way::Leaves) => vec![None],
        };
        Ok(ports.into_iter().map(|port| Edge { from: Some(from), port, to, when: when.clone() }).collect())
    }

    /// Whether others that are used say that this one has settled, and one of them surely runs.
    fn is_implied(&self, from: usize, uses: &BTreeSet<usize>, scope: usize) -> bool {
        let by_one = |other: usize| self.is_certain(other, scope) && self.is_before(from, other);
        self.is_certain(from, scope)
            && (uses.range(from + 1..).any(|other| by_one(*other))
                || self.one_of(uses, scope).is_some_and(|all| all.iter().all(|other| self.is_before(from, *other))))
    }

    /// Steps that are used of which exactly one surely runs: one in each branch of a decision.
    fn one_of(&self, uses: &BTreeSet<usize>, scope: usize) -> Option<Vec<usize>> {
        let groups = uses.iter().filter_map(|step| self.groups[self.places[*step].scope]);
        let certain = groups.filter(|group| self.is_within(scope, self.scopes[group[0]].parent));
        let in_each = |group: &[usize]| {
            let one_in = |scope: &usize| uses.iter().rev().copied().find(|step| self.places[*step].scope == *scope);
            group.iter().map(one_in).collect::<Option<Vec<_>>>()
        };
        certain.filter_map(in_each).next()
    }

    /// Whether the step surely runs when those of a branch do.
    fn is_certain(&self, step: usize, scope: usize) -> bool {
        self.is_within(scope, self.places[step].scope)
    }

    fn is_within(&self, inner: usize, outer: usize) -> bool {
        is_within(self.scopes, inner, outer)
    }

    /// The outermost branch around `inner` that is not around `scope`.
    fn branch_below(&self, mut inner: usize, scope: usize) -> usize {
        while inner != ROOT && !self.is_within(scope, self.scopes[inner].parent) {
            inner = self.scopes[inner].parent;
        }
        inner
    }

    fn is_before(&self, earlier: usize, later: usize) -> bool {
        self.before[later].get(earlier / 64).is_some_and(|bits| bits >> (earlier % 64) & 1 == 1)
    }
}

/// Conditions of branches, the innermost first, as one.
fn joined(mut conditions: Vec<&str>) -> Option<String> {
    conditions.reverse();
    match conditions.as_slice() {
        [] => None,
        [only] => Some((*only).to_owned()),
        many => Some(format!("({})", many.join(") && ("))),
    }
}

/// Whether a branch is another one or in it.
pub(super) fn is_within(scopes: &[Scope], mut inner: usize, outer: usize) -> bool {
    while scopes[inner].depth > scopes[outer].depth {
        inner = scopes[inner].parent;
    }
    inner == outer
}

fn set(bits: &mut [u64], at: usize) {
    if let Some(word) = bits.get_mut(at / 64) {
        *word |= 1 << (at % 64);
    }
}
