use nebula_sdk::prelude::*;

struct Answer;

/// Fetch something.
#[derive(Action)]
#[action(id = "demo.fetch", version = "1.0")]
struct Fetch;

impl SimpleAction for Fetch {
    type Input = ();
    type Output = Answer;

    async fn execute(&self, (): (), _: &ActionContext<Self>) -> Result<Answer> {
        Ok(Answer)
    }
}

fn main() {
    let _ = Registry::new().with::<Fetch>();
}
