use nebula_sdk::prelude::*;

/// New lines.
#[derive(Action)]
#[action(id = "demo.lines", version = "1.0", pure)]
struct Lines;

impl SimpleAction for Lines {
    type Input = ();
    type Output = ();

    async fn execute(&self, (): (), _: &ActionContext<Self>) -> Result<()> {
        Ok(())
    }
}

fn main() {
    let workflow: Workflow<(), ()> = Workflow::new("w", |_, _: Expr<()>| ());
    let _ = workflow.trigger("lines", Lines::trigger(|call| call), |_| ());
}
