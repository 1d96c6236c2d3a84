//! `flow.wait@1`

use std::time::Duration;

use nebula_sdk::prelude::*;

/// Waits for a time, or for a signal, for which a time is the deadline. The node is a row in the store meanwhile, not a task
/// in memory; the wait outlives restarts, and ends with the run's cancellation.
///
/// ```yaml
/// - id: approval
///   action: flow.wait@1
///   parameters: { signal: approved, for: 72h }
/// ```
#[derive(Debug, Action)]
#[action(
    id = "flow.wait",
    version = "1.0",
    name = "Wait for a signal or a time",
    category = "Flow",
    tags("wait", "signal", "approval", "timer"),
    icon = "bell",
    pure
)]
pub struct FlowWait;

/// What for. `signal`, `for` or `until` must be given; of `for` and `until` one.
#[derive(Debug, Parameters)]
pub struct Wait {
    /// The signal's name: letters, digits, `-`, `_` and `.`. It is sent with `nebula execution signal`. A signal goes to one
    /// node, the one that has waited longest; one that came before is there already.
    #[param(min_len = 1, max_len = 128, example = "approved")]
    pub signal: Option<String>,
    /// At most so long, counted from the start of the node: `10s`, `1h 30m`. At most 876000h, which is 100 years.
    #[param(example = "72h")]
    pub r#for: Option<DurationText>,
    /// At most until this time, as in `2030-01-01T09:00:00Z`.
    #[param(format = "date-time")]
    pub until: Option<String>,
}

/// Why the wait ended.
#[derive(Debug, Parameters)]
pub struct Waited {
    /// What ended it.
    pub reason: Woken,
    /// What the signal brings; null when none came.
    pub payload: Value,
}

/// What ended a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Parameters)]
#[serde(rename_all = "snake_case")]
pub enum Woken {
    /// The time came that was waited for.
    Time,
    /// The signal came.
    Signal,
    /// The time came before the signal.
    Deadline,
}

/// Later times are outside of the calendar.
const LONGEST: Duration = Duration::from_secs(876_000 * 3600);

impl ProcessAction for FlowWait {
    type Input = Wait;
    type Output = Waited;

    async fn execute(&self, input: Wait, ctx: &ActionContext<Self>) -> Result<ActionResult<Waited>> {
        let ended = |reason, payload| Ok(ActionResult::Done(Waited { reason, payload }));
        match ctx.resumed() {
            Resumed::Signal => return ended(Woken::Signal, ctx.signal()?.unwrap_or_default()),
            Resumed::Time => return ended(Woken::Time, Value::Null),
            Resumed::Deadline => return ended(Woken::Deadline, Value::Null),
            Resumed::First | Resumed::Continued => {}
        }
        let time = time(&input, ctx.started_at())?;
        match (input.signal, time) {
            (Some(signal), Some(deadline)) => Ok(ActionResult::wait_for(signal).until(deadline).keeping(&())),
            (Some(signal), None) => Ok(ActionResult::wait_for(signal).keeping(&())),
            (None, Some(time)) => Ok(ActionResult::wait_until(time).keeping(&())),
            (None, None) => {
                Err(ActionError::invalid("", "there is nothing to wait for")
                    .with_help("give `for`, `until` or `signal`"))
            }
        }
    }
}

fn time(input: &Wait, now: Timestamp) -> Result<Option<Timestamp>> {
    match (&input.r#for, &input.until) {
        (Some(_), Some(_)) => {
            Err(ActionError::invalid("/until", "`for` is given already").with_help("keep one of the two"))
        }
        (Some(wait), None) if **wait > LONGEST => {
            Err(ActionError::invalid("/for", "the wait is longer than 100 years").with_help("wait at most 876000h"))
        }
        (Some(wait), None) => Ok(Some(now.plus(**wait))),
        (None, Some(until)) => match Timestamp::from_rfc3339(until) {
            Some(time) => Ok(Some(time)),
            None => Err(ActionError::invalid("/until", format!("`{until}` is no time"))
                .with_help("write a date, a time and a zone, as in `2030-01-01T09:00:00Z`")),
        },
        (None, None) => Ok(None),
    }
}

#[cfg(test)]
mod tests;
