//! `flow.delay@1`

use std::time::Duration;

use nebula_sdk::prelude::*;

/// Waits. The node is a row in the store meanwhile, not a task in memory; the wait outlives restarts, and ends with the
/// run's cancellation.
///
/// ```yaml
/// - id: cool-down
///   action: flow.delay@1
///   parameters: { for: 1h 30m }
/// ```
#[derive(Debug, Action)]
#[action(
    id = "flow.delay",
    version = "1.0",
    name = "Wait",
    category = "Flow",
    tags("wait", "sleep", "timer"),
    icon = "hourglass",
    pure
)]
pub struct FlowDelay;

/// How long.
#[derive(Debug, Parameters)]
pub struct Delay {
    /// How long, counted from the start of the node: `200ms`, `10s`, `1h 30m`. At most 876000h, which is 100 years.
    #[param(example = "1h 30m")]
    pub r#for: DurationText,
}

/// When it ended.
#[derive(Debug, Parameters)]
pub struct Delayed {
    /// The end of the wait, in UTC.
    #[param(format = "date-time")]
    pub until: String,
}

/// Later times are outside of the calendar.
const LONGEST: Duration = Duration::from_secs(876_000 * 3600);

impl ProcessAction for FlowDelay {
    type Input = Delay;
    type Output = Delayed;

    async fn execute(&self, input: Delay, ctx: &ActionContext<Self>) -> Result<ActionResult<Delayed>> {
        if *input.r#for > LONGEST {
            return Err(
                ActionError::invalid("/for", "the wait is longer than 100 years").with_help("wait at most 876000h")
            );
        }
        let until = ctx.started_at().plus(*input.r#for);
        Ok(ActionResult::DoneAt(until, Delayed { until: until.to_string() }))
    }
}

#[cfg(test)]
mod tests;
