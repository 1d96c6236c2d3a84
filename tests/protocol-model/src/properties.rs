//! What must hold in every state, and what must happen in some: a model in which it could not would show nothing.

use stateright::Property;

use crate::{
    Mutant, Protocol, State,
    journal::{Entry, NodeState, View},
    state::{Kind, MOST_CLAIMS, Request, Row},
};

/// All of them.
#[must_use]
pub fn all() -> Vec<Property<Protocol>> {
    let mut all = vec![
        Property::always(NO_LOSS, no_loss),
        Property::always(ONE_START, one_start),
        Property::always(ONE_RECORD, one_record),
        Property::always(NO_GAP, no_gap),
        Property::always(INPUTS_FIRST, inputs_first),
        Property::always(CALLS_ARE_ACCOUNTED_FOR, calls_are_accounted_for),
        Property::always(AT_MOST_ONCE, at_most_once),
        Property::always(NO_STALE_RESULT, no_stale_result),
        Property::always(REQUESTS_ARE_KEPT, requests_are_kept),
        Property::always(NOT_PUT_AWAY_TOO_SOON, not_put_away_too_soon),
        Property::always(NOT_DRIVEN_FOR_EVER, not_driven_for_ever),
    ];
    all.extend([
        Property::sometimes("an execution completes", |_, state: &State| {
            ended(state).any(|row| !row.journal.iter().any(|record| record.entry == Entry::CancelRequested))
        }),
        Property::sometimes("an execution ends by cancellation", |model: &Protocol, state: &State| {
            !model.bounds.cancel
                || ended(state).any(|row| row.journal.iter().any(|record| record.entry == Entry::CancelRequested))
        }),
        Property::sometimes("a node in doubt is decided about", |model: &Protocol, state: &State| {
            let resolved = |row: &Row| row.journal.iter().any(|record| matches!(record.entry, Entry::NodeResolved(_)));
            !model.kinds.contains(&Kind::AtMostOnce) || state.rows.iter().any(resolved)
        }),
        Property::sometimes("a worker that was thought dead is refused", |_, state: &State| {
            state.history.stale_refused
        }),
        Property::sometimes("a commit is recognised that was applied before", |_, state: &State| {
            state.history.recognised
        }),
        Property::sometimes("a dead letter is taken up again", |model: &Protocol, state: &State| {
            model.bounds.expiries < 2 || state.history.revived
        }),
        Property::sometimes("a call is repeated", |model: &Protocol, state: &State| {
            !model.kinds.contains(&Kind::Idempotent)
                || state.rows.iter().any(|row| row.calls.iter().any(|calls| *calls > 1))
        }),
    ]);
    all
}

/// An accepted start ends, or waits for somebody, or is found by whoever looks.
pub const NO_LOSS: &str = "no loss";
/// A start key starts one execution, and what was answered is there.
pub const ONE_START: &str = "one start";
/// A node has at most one result, and nothing follows the end.
pub const ONE_RECORD: &str = "one record";
/// Every entry stands where its writer meant it to.
pub const NO_GAP: &str = "no gap";
/// A node begins after the results it depends on are recorded.
pub const INPUTS_FIRST: &str = "inputs first";
/// Every call has a start of its own in the journal.
pub const CALLS_ARE_ACCOUNTED_FOR: &str = "calls are accounted for";
/// What must not be repeated is not.
pub const AT_MOST_ONCE: &str = "at most once";
/// Nothing that was written under an older fence lands.
pub const NO_STALE_RESULT: &str = "no stale result";
/// An execution is put away only when claim after claim has come to nothing.
pub const NOT_PUT_AWAY_TOO_SOON: &str = "not put away too soon";
/// No claim after too many that have come to nothing drives the execution.
pub const NOT_DRIVEN_FOR_EVER: &str = "not driven for ever";
/// What was asked is in the inbox until it is in the journal.
pub const REQUESTS_ARE_KEPT: &str = "requests are kept";

fn ended(state: &State) -> impl Iterator<Item = &Row> {
    state.rows.iter().filter(|row| row.ended)
}

fn no_loss(model: &Protocol, state: &State) -> bool {
    (0..).zip(&state.rows).all(|(execution, row)| {
        let view = View::of(&row.journal, &model.kinds);
        let is_driven = state.workers.iter().any(|worker| {
            worker.drive.as_ref().is_some_and(|drive| drive.execution == execution)
                || worker.looks_at == Some(execution)
        });
        // Where nobody sweeps, only a hint or who has it already will look.
        let is_looked_at =
            if model.is(Mutant::QueueAsTruth) { row.hinted || is_driven } else { row.held || row.due || is_driven };
        let waits_for_task = state.tasks.iter().any(|task| task.execution == execution);
        let waits = row.inbox.is_empty() && (waits_for_task || view.any(NodeState::InDoubt));
        // A dead letter waits for somebody, unless it is to be cancelled.
        let is_left = row.dead && !row.inbox.contains(&Request::Cancel);
        row.ended || is_looked_at || waits || is_left
    })
}

fn one_start(_: &Protocol, state: &State) -> bool {
    state.rows.len() <= 1 && state.client.answered.is_none_or(|execution| usize::from(execution) < state.rows.len())
}

fn one_record(_: &Protocol, state: &State) -> bool {
    state.rows.iter().all(|row| {
        let ends = |node| {
            let of_node = [Entry::AttemptFinished(node), Entry::NodeResolved(node)];
            row.journal.iter().filter(|record| of_node.contains(&record.entry)).count()
        };
        let end = row.journal.iter().position(|record| record.entry == Entry::ExecutionFinished);
        (0..3).all(|node| ends(node) <= 1) && end.is_none_or(|at| at + 1 == row.journal.len())
    })
}

fn no_gap(_: &Protocol, state: &State) -> bool {
    state.rows.iter().all(|row| (1..).zip(&row.journal).all(|(seq, record)| record.seq == seq))
}

fn inputs_first(model: &Protocol, state: &State) -> bool {
    state.rows.iter().all(|row| {
        let mut view = View::of(&[], &model.kinds);
        row.journal.iter().all(|record| {
            let is_legal = match record.entry {
                Entry::AttemptStarted(node) => view.has_inputs(node) && !view.is(node, NodeState::Finished),
                _ => true,
            };
            view.apply(record.entry, &model.kinds);
            is_legal
        })
    })
}

fn calls_are_accounted_for(_: &Protocol, state: &State) -> bool {
    state.rows.iter().all(|row| {
        (0..).zip(row.calls).all(|(node, calls)| {
            let starts = row.journal.iter().filter(|record| record.entry == Entry::AttemptStarted(node)).count();
            usize::from(calls) <= starts
        })
    })
}

fn at_most_once(model: &Protocol, state: &State) -> bool {
    let of_kind =
        |row: &Row| row.calls.iter().zip(model.kinds).all(|(calls, kind)| kind != Kind::AtMostOnce || *calls <= 1);
    state.rows.iter().all(of_kind)
}

fn not_put_away_too_soon(_: &Protocol, state: &State) -> bool {
    state.rows.iter().all(|row| {
        let mut last = 0;
        row.journal.iter().all(|record| {
            let is_late = record.entry != Entry::DeadLettered || record.fence - last > MOST_CLAIMS;
            if record.entry.is_progress() {
                last = record.fence;
            }
            is_late
        })
    })
}

fn not_driven_for_ever(_: &Protocol, state: &State) -> bool {
    let is_driven = |execution| {
        let drives = state.workers.iter().filter_map(|worker| worker.drive.as_ref());
        move |row: &Row| {
            let mut drives = drives.clone();
            drives.any(|drive| drive.execution == execution && drive.fence == row.fence && !drive.is_over)
        }
    };
    (0..).zip(&state.rows).all(|(execution, row)| row.claims <= MOST_CLAIMS || !is_driven(execution)(row))
}

fn no_stale_result(_: &Protocol, state: &State) -> bool {
    !state.history.stale_landed
}

fn requests_are_kept(_: &Protocol, state: &State) -> bool {
    let is_kept = |row: &Row| {
        row.ended
            || row.inbox.contains(&Request::Cancel)
            || row.journal.iter().any(|record| record.entry == Entry::CancelRequested)
    };
    !state.history.cancel_accepted || state.rows.iter().any(is_kept)
}
