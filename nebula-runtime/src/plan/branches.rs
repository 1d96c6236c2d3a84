//! Branches of which one is always taken: `when: a > 1` beside `when: a <= 1`.

use nebula_expression::Expression;

use super::graph::Graph;

/// Most forks that are looked at: each costs a walk through the graph.
const MAX_FORKS: usize = 128;
/// Most conditions of one node that are compared with each other.
const MAX_CONDITIONS: usize = 16;

/// A node after which one of two others surely runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fork {
    pub(super) from: usize,
    pub(super) either: usize,
    pub(super) or: usize,
}

/// Finds the forks, the latest in the order first. `conditions` are those of the graph's edges.
pub(super) fn forks<'c>(graph: &Graph<'_>, conditions: impl Fn(usize) -> Option<&'c Expression>) -> Vec<Fork> {
    let mut forks = Vec::new();
    for from in graph.order.iter().rev().copied() {
        let conditional =
            graph.outgoing[from].iter().map(|edge| *edge as usize).filter(|edge| graph.edges[*edge].is_conditional);
        let edges: Vec<usize> = conditional.take(MAX_CONDITIONS).collect();
        if edges.len() < 2 {
            continue;
        }
        let texts: Vec<(usize, String)> =
            edges.iter().filter_map(|edge| Some((graph.edges[*edge].to, conditions(*edge)?.to_canonical()))).collect();
        for (i, (either, one)) in texts.iter().enumerate() {
            for (or, other) in &texts[i + 1..] {
                if are_opposite(one, other) && forks.len() < MAX_FORKS {
                    forks.push(Fork { from, either: *either, or: *or });
                }
            }
        }
    }
    forks
}

/// Whether of two conditions, in their one spelling, always exactly one holds. What cannot be told is no.
fn are_opposite(one: &str, other: &str) -> bool {
    let negates = |one: &str, other: &str| {
        one.strip_prefix('!').is_some_and(|rest| {
            let inner = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
            // A path or call needs no brackets; after brackets nothing may follow the closing one.
            (rest == other && is_simple(other)) || inner == Some(other)
        })
    };
    negates(one, other)
        || negates(other, one)
        || [(" == ", " != "), (" > ", " <= "), (" < ", " >= ")]
            .into_iter()
            .any(|(a, b)| are_compared(one, other, a, b) || are_compared(one, other, b, a))
}

/// Whether both compare the same two values, with opposite operators.
fn are_compared(one: &str, other: &str, operator: &str, opposite: &str) -> bool {
    let (Some((left, right)), Some((other_left, other_right))) = (one.split_once(operator), other.split_once(opposite))
    else {
        return false;
    };
    left == other_left && right == other_right && is_simple(left) && is_simple(right)
}

/// Whether the text has no operator that could bind less tightly than the one beside it.
fn is_simple(text: &str) -> bool {
    !["&&", "||", "?", ":", "!", "=", "<", ">", " in ", "let "].iter().any(|part| text.contains(part))
}

#[cfg(test)]
mod tests;
