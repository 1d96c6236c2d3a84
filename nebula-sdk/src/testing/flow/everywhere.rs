//! A process that dies at each entry of the journal in turn, before it is durable and after.

use std::collections::BTreeSet;

use nebula_ports::model::{EffectClass, ExecutionStatus, JournalEntry, NodeAddress};
use serde::Serialize;

use super::{TestFlow, TestRun, crash::CrashPoint, to_json};

/// What [`TestFlow::crash_everywhere`] has found to hold.
#[derive(Debug)]
#[non_exhaustive]
pub struct Crashed {
    /// The run without crashes, that all others were compared with.
    pub run: TestRun,
    /// How many runs there were with a crash.
    pub points: usize,
    /// Nodes that some crash left in doubt: the process died while an action was at work that may be done only once. All
    /// other crashes led to the same end.
    pub in_doubt: BTreeSet<NodeAddress>,
}

// === impl TestFlow ===

impl TestFlow {
    /// Runs the workflow, and then once more for each entry of its journal and each side of it: the process dies before
    /// the entry is durable, or once it is and before anybody knows; another process takes over.
    ///
    /// Each time the end is the same: status, result and code of the failure. Where an action may be done only once, the
    /// run may instead wait for a decision about its node, and the action was not called more often than without a crash.
    /// Repeated calls of an idempotent action have the same input and the same key.
    ///
    /// Results that tell the time differ: a process that dies is replaced when its lease has run out. The same faults
    /// strike in every run.
    ///
    /// ```
    /// use nebula_sdk::{prelude::*, testing::TestFlow};
    ///
    /// let crashed = TestFlow::new(7)
    ///     .flow("{ nebula: 1, id: pay, nodes: [{ id: charge, action: shop.charge@1 }], output: !expr $nodes.charge.result }")
    ///     .mock_id("shop.charge", |_| Ok(json!("charged")))
    ///     .crash_everywhere(json!({}));
    ///
    /// assert_eq!(crashed.points, 8); // before and after each of the four entries
    /// assert!(crashed.in_doubt.is_empty());
    /// ```
    ///
    /// # Panics
    /// When any of it does not hold, with the tree of the run; and as [`run_blocking`](Self::run_blocking).
    #[track_caller]
    pub fn crash_everywhere(&self, input: impl Serialize) -> Crashed {
        let input = to_json(input);
        let run = self.expect(self.simulate(&input));
        let prepared = self.expect_ok(self.prepare());
        let mut crashed = Crashed { run, points: 0, in_doubt: BTreeSet::new() };
        for seq in 1..=crashed.run.journal().entries().len() as u64 {
            for is_durable in [false, true] {
                let point = CrashPoint { seq, is_durable };
                let run = TestRun::new(&prepared, self.expect_ok(prepared.simulate(&input, Some(point))));
                run.assert_no_secret();
                let when = if is_durable { "after" } else { "before" };
                match compare(&crashed.run, &run) {
                    Ok(in_doubt) => crashed.in_doubt.extend(in_doubt),
                    Err(what) => {
                        let whole = crashed.run.tell();
                        panic!("a crash {when} entry {seq}: {what}\n\n{}\n\nwithout it: {whole}", run.tell())
                    }
                }
                crashed.points += 1;
            }
        }
        crashed
    }

    #[track_caller]
    pub(super) fn expect_ok<T>(&self, result: Result<T, super::TestFlowError>) -> T {
        match result {
            Ok(value) => value,
            Err(error) => panic!("{error}\n\n(seed {})", self.seed),
        }
    }
}

/// What a crash may change: nothing but a node in doubt.
fn compare(whole: &TestRun, crashed: &TestRun) -> Result<Vec<NodeAddress>, String> {
    // Faults of the test may crash the process too.
    if crashed.crashes <= whole.crashes {
        return Err("the process did not die".to_owned());
    }
    let calls = whole.calls.iter().chain(&crashed.calls);
    // Each step of a node may have an effect of its own.
    let called: BTreeSet<(&NodeAddress, u32)> = calls.map(|call| (&call.node, call.step)).collect();
    for (node, step) in called {
        let is_meant = |call: &&super::RecordedCall| call.node == *node && call.step == step;
        let of = |run: &TestRun| run.calls.iter().filter(is_meant).cloned().collect::<Vec<_>>();
        let (before, after) = (of(whole), of(crashed));
        let once = |call: &&super::RecordedCall| call.effect == EffectClass::AtMostOnce;
        let (expected, found) = (before.iter().filter(once).count(), after.iter().filter(once).count());
        if found > expected {
            return Err(format!("`{node}` may be done only once, and was called {found} times, not {expected}"));
        }
        let mut repeated = after.iter().filter(|call| call.effect == EffectClass::Idempotent);
        if let Some(first) = repeated.next()
            && repeated.any(|call| call.key != first.key || call.input != first.input)
        {
            return Err(format!("the calls of `{node}` differ in their key or their input"));
        }
    }
    let in_doubt: Vec<NodeAddress> = crashed
        .journal()
        .entries()
        .filter(|entry| matches!(entry, JournalEntry::NodeInDoubt { .. }))
        .filter_map(|entry| entry.node().cloned())
        .collect();
    if crashed.status() == ExecutionStatus::Waiting && !in_doubt.is_empty() {
        return Ok(in_doubt);
    }
    let end = |run: &TestRun| {
        let code = run.end.error.as_ref().map(|error| error.code.clone());
        (run.status(), run.end.output.clone(), code)
    };
    if end(whole) == end(crashed) { Ok(in_doubt) } else { Err("the end is another".to_owned()) }
}
