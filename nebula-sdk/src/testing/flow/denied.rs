//! Assertions about what was refused: in the run, and before it by the planner.

use nebula_ports::model::{ActionId, Grant};

use super::{TestFlowError, TestRun};
use crate::{Action, testing::Denied};

// === impl TestRun ===

impl TestRun {
    /// What the calls of an action were refused, in order.
    #[must_use]
    pub fn denied<A: Action>(&self) -> Vec<&Denied> {
        let id = ActionId::new(A::metadata().id).expect("the macro has checked the id");
        self.denied.iter().filter(|denied| denied.action.id == id).collect()
    }

    /// Checks that something was refused that this grant would have allowed.
    ///
    /// ```
    /// use nebula_sdk::{prelude::*, testing::{FakeHost, TestFlow}};
    ///
    /// /// Read a page.
    /// #[nebula_sdk::action(id = "web.read", version = "1.0", pure, capabilities(net(param = "url")))]
    /// async fn web_read(
    ///     /** The address. */ url: String,
    ///     ctx: &Ctx,
    /// ) -> Result<String> {
    ///     Ok(ctx.http().get(url).send().await?.text()?.to_owned())
    /// }
    ///
    /// let run = TestFlow::new(7)
    ///     .flow("{ nebula: 1, id: read, nodes: [{ id: read, action: web.read@1, parameters: { url: !expr $input.url } }] }")
    ///     .action::<WebRead>()
    ///     .grant("net:api.example.com:443")
    ///     .run_blocking(json!({ "url": "https://evil.example/" }));
    ///
    /// run.assert_denied("net:evil.example:443");
    /// assert_eq!(run.denied::<WebRead>()[0].grant, "net:evil.example:443");
    /// ```
    ///
    /// # Panics
    /// When nothing of the sort was refused, with what was; when the text is no grant.
    #[track_caller]
    pub fn assert_denied(&self, grant: &str) {
        let wanted = parse(grant);
        if self.denied.iter().any(|denied| denied.is_allowed_by(&wanted)) {
            return;
        }
        let others: Vec<String> = self.denied.iter().map(|denied| format!("\n  {denied}")).collect();
        let others = if others.is_empty() { " nothing was".to_owned() } else { others.concat() };
        panic!("`{grant}` was not denied:{others}\n\n{}", self.tell());
    }
}

// === impl TestFlowError ===

impl TestFlowError {
    /// Checks that the planner has refused something that this grant would have allowed: what a definition says outright
    /// is refused before the run.
    ///
    /// # Panics
    /// When it has not, with what it has found; when the text is no grant.
    #[track_caller]
    pub fn assert_denied(&self, grant: &str) {
        let wanted = parse(grant);
        let is_meant = |help: &str| {
            let missing = help.strip_prefix("--grant ").map(|text| text.trim_matches('\''));
            missing.and_then(|text| text.parse::<Grant>().ok()).is_some_and(|missing| wanted.covers(&missing))
        };
        let found = self.diagnostics().iter().filter_map(|diagnostic| diagnostic.help.as_deref()).any(is_meant);
        assert!(found, "`{grant}` was not denied before the run:\n\n{self}");
    }
}

#[track_caller]
fn parse(grant: &str) -> Grant {
    match grant.parse() {
        Ok(grant) => grant,
        Err(error) => panic!("{error}"),
    }
}
