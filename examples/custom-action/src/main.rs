//! An action of one's own. Notice: the doc comments are its help (`action show demo.greet`), the types its schema, and
//! the planner knows both: `run examples/custom-action/greet.yaml --input '{"name": "Ada"}'`.
use nebula_sdk::prelude::*;

/// Who is greeted.
#[derive(Parameters)]
struct Person {
    /// Their name.
    #[param(min_len = 1, example = "Ada")]
    name: String,
    /// Say it loudly.
    #[param(default = false)]
    loud: bool,
}

/// What is said.
#[derive(Parameters)]
struct Greeting {
    /// The words.
    text: String,
}

/// Greet somebody.
#[derive(Action)]
#[action(id = "demo.greet", version = "1.0", pure)]
struct Greet;

impl SimpleAction for Greet {
    type Input = Person;
    type Output = Greeting;
    async fn execute(&self, person: Person, _: &ActionContext<Self>) -> Result<Greeting> {
        let text = format!("Hello, {}!", person.name);
        Ok(Greeting { text: if person.loud { text.to_uppercase() } else { text } })
    }
}

fn main() -> std::process::ExitCode {
    nebula_cli::main_with(Registry::new().with::<Greet>())
}
