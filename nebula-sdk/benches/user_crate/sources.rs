//! The code of the crates that are measured. Each round it is other code, as after an edit.

use std::fmt::Write as _;

/// What workflows call.
pub(crate) const ACTIONS: &str = r#"//! Actions of a user.

use nebula::prelude::*;

/// Where to look.
#[derive(Parameters)]
pub struct City {
    /// City to look up.
    pub name: String,
    /// Days to look ahead.
    #[param(default = 1, min = 1, max = 14)]
    pub days: u8,
}

/// Weather of a day.
#[derive(Parameters)]
pub struct Weather {
    /// Degrees Celsius.
    pub temp: f64,
    /// Where.
    pub city: String,
}

/// Fetch the weather.
#[derive(Action)]
#[action(id = "weather.fetch", version = "1.0", pure)]
pub struct FetchWeather;

impl SimpleAction for FetchWeather {
    type Input = City;
    type Output = Weather;

    async fn execute(&self, input: City, _: &ActionContext<Self>) -> Result<Weather> {
        Ok(Weather { temp: f64::from(input.days), city: input.name })
    }
}

/// A message.
#[derive(Parameters)]
pub struct Message {
    /// Where to.
    pub channel: String,
    /// The text.
    pub text: String,
    /// How much it matters.
    pub weight: Option<f64>,
}

/// What was sent.
#[derive(Parameters)]
pub struct Sent {
    /// Its number.
    pub id: u32,
}

/// Post a message.
#[derive(Action)]
#[action(id = "chat.post", version = "1.0", at_most_once)]
pub struct Post;

impl SimpleAction for Post {
    type Input = Message;
    type Output = Sent;

    async fn execute(&self, _: Message, _: &ActionContext<Self>) -> Result<Sent> {
        Ok(Sent { id: 1 })
    }
}
"#;

/// Nothing to speak of.
pub(crate) fn empty(round: usize) -> String {
    format!("//! Nothing.\n\n/// A number.\npub const ROUND: usize = {round};\n")
}

/// A workflow in one function: steps that read one another, sums, texts, and every fourth in a branch.
pub(crate) fn flow(nodes: usize, round: usize) -> String {
    let mut code = String::from(
        "//! A workflow.\n\nuse actions::{City, FetchWeather, Post, Weather};\nuse nebula::{flow::Text, prelude::*};\n\n\
         /// A workflow.\npub fn workflow() -> Workflow<City, Weather> {\n\
         \x20   Workflow::new(\"large\", |f, city: Expr<City>| {\n\
         \x20       let fetch0 = f.add(\"fetch0\", FetchWeather::call().name(&city.name));\n",
    );
    let mut last = 0;
    for node in 1..nodes {
        let written = match node % 4 {
            1 => {
                let was = std::mem::replace(&mut last, node);
                writeln!(
                    code,
                    "        let fetch{node} = f.add(\"fetch{node}\", FetchWeather::call().name(&fetch{was}.city).days(&city.days));"
                )
            }
            2 => writeln!(
                code,
                "        f.when(fetch{last}.temp.gt({round}), |f| {{\n            \
                 f.add(\"post{node}\", Post::call().channel(\"ops\").text(&fetch{last}.city).weight(&fetch{last}.temp * 2 + {node}));\n        }});"
            ),
            3 => writeln!(
                code,
                "        f.add(\"post{node}\", Post::call().channel(&city.name).text(Text::new().value(&fetch{last}.city).text(\" is \").value(&fetch{last}.temp)));"
            ),
            _ => writeln!(
                code,
                "        f.add(\"post{node}\", Post::call().channel(\"round {round}\").text(&fetch{last}.city));"
            ),
        };
        written.expect("a text takes all that is written into it");
    }
    let _ = writeln!(code, "        fetch{last}\n    }})\n}}");
    code
}
