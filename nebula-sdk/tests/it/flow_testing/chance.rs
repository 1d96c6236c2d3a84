//! Random numbers and the time of day: both from the test.

use std::time::Duration;

use nebula_sdk::testing::{ActionTestHarness, FakeHost, call, descriptor};

use super::*;

/// What was drawn.
#[derive(Parameters, Debug, PartialEq)]
struct Drawn {
    /// A number.
    number: u64,
    /// One of six.
    die: u64,
    /// A name.
    name: String,
    /// When.
    at: String,
}

/// Draw lots.
#[derive(Action)]
#[action(id = "demo.draw", version = "1.0", idempotent, capabilities(random, wall_clock),
         retry(max = 2, backoff = fixed("1h"), jitter = none))]
struct Draw;

impl SimpleAction for Draw {
    type Input = ();
    type Output = Drawn;

    async fn execute(&self, (): (), ctx: &ActionContext<Self>) -> Result<Drawn> {
        let random = ctx.random();
        Ok(Drawn {
            number: random.u64()?,
            die: random.range(1..7)?,
            name: random.uuid()?,
            at: ctx.wall_clock()?.to_string(),
        })
    }
}

#[test]
fn the_seed_decides_what_is_drawn() {
    let draw = |seed| ActionTestHarness::<Draw>::new(seed).run_blocking(json!({})).output::<Drawn>();
    assert_eq!(draw(7), draw(7));
    let (one, other) = (draw(7), draw(8));
    assert_ne!(one.number, other.number);
    assert_ne!(one.name, other.name);
    assert!((1..7).contains(&one.die));
    assert_eq!((one.name.len(), one.name.split('-').count(), &one.name[14..15]), (36, 5, "4"));
}

#[test]
fn a_second_attempt_draws_anew_at_its_own_time() {
    let t = ActionTestHarness::<Draw>::new(7);
    let first = t.run_blocking(json!({})).output::<Drawn>();
    let run = t.fault(1, Fault::Error(ActionError::transient("demo.busy", "busy").into())).run_blocking(json!({}));
    let second = run.output::<Drawn>();
    assert_eq!(run.elapsed(), Duration::from_hours(1));
    assert_ne!(second.number, first.number);
    assert_eq!((first.at.as_str(), second.at.as_str()), ("2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z"));
}

#[test]
fn a_call_that_is_made_twice_draws_twice() {
    let run = ActionTestHarness::<Draw>::new(7).fault(1, Fault::Duplicate).run_blocking(json!({}));
    let drawn: Vec<_> = run.all_calls().iter().map(|call| call.outcome.clone().unwrap().unwrap()).collect();
    assert_eq!(drawn.len(), 2);
    assert_ne!(drawn[0], drawn[1]);
}

#[test]
fn one_call_has_a_seed_and_a_time_of_its_own() {
    let host = FakeHost::new();
    let draw = |seed| call::<Draw>(json!({})).seed(seed).host(&host).output();
    assert_eq!(draw(1), draw(1));
    assert_ne!(draw(1)["number"], draw(2)["number"]);
    let later = Timestamp::from_micros(1_800_000_000_000_000);
    assert_eq!(call::<Draw>(json!({})).started_at(later).output()["at"], later.to_string());
}

#[test]
fn both_are_declared_and_take_no_grant() {
    let needs = serde_json::to_value(&descriptor::<Draw>().capabilities).unwrap();
    assert_eq!(
        needs,
        json!([{ "kind": "random", "target": "declared" }, { "kind": "wall_clock", "target": "declared" }])
    );
    let flow = "{ nebula: 1, id: draw, nodes: [{ id: draw, action: demo.draw@1 }] }";
    let plan = TestFlow::new(7).flow(flow).action::<Draw>().plan();
    assert!(plan.to_string().contains("uses: random, wall_clock"), "{plan}");
    let error = "random".parse::<nebula_ports::model::Grant>().unwrap_err().to_string();
    assert!(error.contains("is not granted"), "{error}");
}

#[test]
fn a_range_without_numbers_is_a_bug_of_the_action() {
    /// Draw from nothing.
    #[nebula_sdk::action(id = "demo.nothing", version = "1.0", idempotent, capabilities(random))]
    async fn nothing(ctx: &Ctx) -> Result<u64> {
        ctx.random().range(3..3)
    }
    assert_eq!(call::<Nothing>(json!({})).failure().code, "random.empty_range");
}
