//! A plan and a definition as texts that can be kept.

use std::fmt;

use nebula_runtime::plan::explain_text;

use super::TestFlow;
use crate::testing::snapshot;

/// The plan of a workflow, as `nebula plan` shows it, without its digest.
#[derive(Debug, Clone)]
pub struct TestPlan(String);

/// The definition of a workflow in its canonical form.
#[derive(Debug, Clone)]
pub struct TestDefinition(String);

// === impl TestFlow ===

impl TestFlow {
    /// The plan: what runs after what, what it may cost, and what it reaches, also where mocks stand in.
    ///
    /// # Panics
    /// When the workflow cannot be planned.
    #[must_use]
    #[track_caller]
    pub fn plan(&self) -> TestPlan {
        let planned = self.expect_ok(self.whole_plan());
        let digest = planned.plan.digest.to_string();
        TestPlan(explain_text(&planned.plan, &planned.notes).replace(&format!("{} ", &digest[..16]), ""))
    }

    /// The definition, as it would be stored: the same for YAML and for Rust.
    ///
    /// # Panics
    /// When it cannot be read.
    #[must_use]
    #[track_caller]
    pub fn definition(&self) -> TestDefinition {
        let workflow = self.expect_ok(self.read()).workflow;
        // Through `Value`, whose objects are sorted.
        let value = serde_json::to_value(&*workflow).unwrap_or_default();
        TestDefinition(format!("{value:#}"))
    }
}

// === impl TestPlan, TestDefinition ===

impl TestPlan {
    /// Compares it with the snapshot `plan` of this test, as
    /// [`TestJournal::assert_snapshot`](super::TestJournal::assert_snapshot) does.
    ///
    /// # Panics
    /// When it is another.
    #[track_caller]
    pub fn assert_snapshot(&self) {
        snapshot::assert("plan", &self.0);
    }
}

impl fmt::Display for TestPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TestDefinition {
    /// Compares it with the snapshot `definition` of this test, as
    /// [`TestJournal::assert_snapshot`](super::TestJournal::assert_snapshot) does.
    ///
    /// # Panics
    /// When it is another.
    #[track_caller]
    pub fn assert_snapshot(&self) {
        snapshot::assert("definition", &self.0);
    }
}

impl fmt::Display for TestDefinition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
