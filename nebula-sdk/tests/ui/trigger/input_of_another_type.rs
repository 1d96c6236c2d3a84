use nebula_sdk::prelude::*;

/// New lines.
#[derive(Action)]
#[action(id = "demo.lines", version = "1.0", pure, poll = "1m")]
struct Lines;

impl TriggerAction for Lines {
    type Config = ();
    type Event = String;
    type Cursor = u64;

    async fn poll(&self, (): (), _: Option<u64>, _: &ActionContext<Self>) -> Result<Polled<String, u64>> {
        Ok(Polled::unmoved())
    }
}

/// A number.
#[derive(Parameters)]
struct Number {
    /// Which.
    value: u64,
}

fn main() {
    let workflow: Workflow<Number, u64> = Workflow::new("w", |_, number: Expr<Number>| number.value.clone());
    let _ = workflow.trigger("lines", Lines::trigger(|call| call), |fired| fired.event);
}
