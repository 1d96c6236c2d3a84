//! What an editor offers while a workflow is written: the fields of a step's output.
//!
//! rust-analyzer is asked as an editor asks it, over a crate whose only dependency is the SDK. It is started once for all
//! questions, as it reads that crate and builds the macros first.

mod client;
mod server;

use std::{fs, path::Path};

use client::Session;

/// Where the cursor stands in the texts below.
const CURSOR: &str = "<|>";

const ACTIONS: &str = r#"//! Actions.

pub mod written;

use nebula::prelude::*;

/// Where to look.
#[derive(Parameters)]
pub struct City {
    /// City to look up.
    pub name: String,
}

/// Where to look.
#[derive(Parameters)]
pub struct Cities {
    /// All of them.
    pub all: Vec<City>,
}

/// Weather of a day.
#[derive(Parameters)]
pub struct Weather {
    /// Degrees Celsius.
    pub temp: f64,
    /// Where.
    pub city: String,
    /// The wind.
    pub wind: Wind,
}

/// Wind.
#[derive(Parameters)]
pub struct Wind {
    /// Metres per second.
    pub speed: u8,
}

/// Fetch the weather.
#[derive(Action)]
#[action(id = "weather.fetch", version = "1.0", pure)]
pub struct FetchWeather;

impl SimpleAction for FetchWeather {
    type Input = City;
    type Output = Weather;

    async fn execute(&self, input: City, _: &ActionContext<Self>) -> Result<Weather> {
        Ok(Weather { temp: 30.0, city: input.name, wind: Wind { speed: 3 } })
    }
}

/// Days that are hot.
#[derive(Action)]
#[action(id = "weather.hot", version = "1.0", pure, poll = "1h")]
pub struct HotDays;

impl TriggerAction for HotDays {
    type Config = ();
    type Event = Weather;
    type Cursor = u64;

    async fn poll(&self, (): (), _: Option<u64>, _: &ActionContext<Self>) -> Result<Polled<Weather, u64>> {
        Ok(Polled::unmoved())
    }
}
"#;

/// A question: a name, the text as far as it is written, and what is offered at the cursor.
struct Question {
    name: &'static str,
    text: &'static str,
    fields: &'static [&'static str],
}

const QUESTIONS: [Question; 13] = [
    Question {
        name: "a step of the builder, with nothing behind the dot yet",
        text: r#"
            pub fn alert() -> Workflow<City, Weather> {
                Workflow::new("alert", |f, city: Expr<City>| {
                    let fetch = f.add("fetch", FetchWeather::call().name(&city.name));
                    fetch.<|>
                })
            }"#,
        fields: &["temp", "city", "wind"],
    },
    Question {
        name: "a step in a condition, with more behind it",
        text: r#"
            pub fn alert() -> Workflow<City, Weather> {
                Workflow::new("alert", |f, city: Expr<City>| {
                    let fetch = f.add("fetch", FetchWeather::call().name(&city.name));
                    f.when(fetch.<|>temp.gt(30), |f| {
                        f.add("again", FetchWeather::call().name("Rome"));
                    });
                    fetch
                })
            }"#,
        fields: &["temp", "city", "wind"],
    },
    Question {
        name: "an object in the output of a step",
        text: r#"
            pub fn alert() -> Workflow<City, Weather> {
                Workflow::new("alert", |f, city: Expr<City>| {
                    let fetch = f.add("fetch", FetchWeather::call().name(&city.name));
                    f.when(fetch.wind.<|>speed.gt(3), |_| ());
                    fetch
                })
            }"#,
        fields: &["speed"],
    },
    Question {
        name: "the input of the workflow",
        text: r#"
            pub fn alert() -> Workflow<City, Weather> {
                Workflow::new("alert", |f, city: Expr<City>| {
                    f.add("fetch", FetchWeather::call().name(&city.<|>))
                })
            }"#,
        fields: &["name"],
    },
    Question {
        name: "a step in `workflow!`, with nothing behind the dot yet",
        text: r#"
            pub fn alert() -> Workflow<City, Weather> {
                workflow! { "alert" (city: City) -> Weather {
                    fetch = FetchWeather { name: city.name };
                    fetch.<|>
                } }
            }"#,
        fields: &["temp", "city", "wind"],
    },
    Question {
        name: "a step in a condition of `workflow!`, with nothing behind the dot yet",
        text: r#"
            pub fn alert() -> Workflow<City, Weather> {
                workflow! { "alert" (city: City) -> Weather {
                    fetch = FetchWeather { name: city.name };
                    if fetch.<|> {
                        again = FetchWeather { name: "Rome" };
                    }
                    fetch
                } }
            }"#,
        fields: &["temp", "city", "wind"],
    },
    Question {
        name: "a step in a text of `workflow!`",
        text: r#"
            pub fn alert() -> Workflow<City, Weather> {
                workflow! { "alert" (city: City) -> Weather {
                    fetch = FetchWeather { name: city.name };
                    again = FetchWeather { name: text!("{} again", fetch.<|>) };
                    fetch
                } }
            }"#,
        fields: &["temp", "city", "wind"],
    },
    Question {
        name: "a parameter of a step in `workflow!`, with more behind it",
        text: r#"
            pub fn alert() -> Workflow<City, Weather> {
                workflow! { "alert" (city: City) -> Weather {
                    fetch = FetchWeather { name: city.name };
                    if fetch.temp > 30 {
                        again = FetchWeather { name: fetch.wind.<|> };
                        last = FetchWeather { name: again.city };
                    }
                    fetch
                } }
            }"#,
        fields: &["speed"],
    },
    Question {
        name: "the input of a workflow in `workflow!`",
        text: r#"
            pub fn alert() -> Workflow<City, Weather> {
                workflow! { "alert" (city: City) -> Weather {
                    fetch = FetchWeather { name: city.<|> };
                    fetch
                } }
            }"#,
        fields: &["name"],
    },
    Question {
        name: "an item of a loop in `workflow!`",
        text: r#"
            pub fn alert() -> Workflow<Cities, Vec<Weather>> {
                workflow! { "alert" (cities: Cities) -> Vec<Weather> {
                    all = for city in cities.all {
                        fetch = FetchWeather { name: city.<|> };
                        fetch
                    };
                    all
                } }
            }"#,
        fields: &["name"],
    },
    Question {
        name: "an item of a loop in a loop in `workflow!`",
        text: r#"
            pub fn alert() -> Workflow<Cities, ()> {
                workflow! { "alert" (cities: Cities) {
                    all = for (place, _) in cities.all {
                        again = for city in cities.all {
                            fetch = FetchWeather { name: city.<|> };
                        };
                    };
                } }
            }"#,
        fields: &["name"],
    },
    Question {
        name: "an event of a trigger in `workflow!`",
        text: r#"
            pub fn alert() -> Workflow<City, Weather> {
                workflow! { "alert" (city: City) -> Weather {
                    trigger hot = HotDays {} => |fired| City { name: fired.event.<|> };
                    fetch = FetchWeather { name: city.name };
                    fetch
                } }
            }"#,
        fields: &["temp", "city", "wind"],
    },
    Question {
        name: "a failure in `workflow!`",
        text: r#"
            pub fn alert() -> Workflow<City, ()> {
                workflow! { "alert" (city: City) {
                    fetch = FetchWeather { name: city.name };
                    if let Err(failure) = fetch {
                        again = FetchWeather { name: failure.<|> };
                    }
                } }
            }"#,
        fields: &["code", "kind", "message"],
    },
];

#[test]
fn an_editor_offers_the_fields_of_what_a_step_gives() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("completion");
    write_crate(&folder);
    let file = folder.join("src/written.rs");
    let mut session = Session::start(&folder);
    session.open(&file, "//! Nothing yet.\n");
    for question in &QUESTIONS {
        let text = format!("use nebula::prelude::*;\n\nuse super::*;\n{}\n", question.text);
        let (before, after) = text.split_once(CURSOR).unwrap();
        let at = (before.matches('\n').count(), before.len() - before.rfind('\n').map_or(0, |end| end + 1));
        session.change(&file, &format!("{before}{after}"));
        session.ask_until(question.name, &file, at, |found| question.fields.iter().all(|field| found.contains(*field)));
    }
    session.stop();
}

fn write_crate(folder: &Path) {
    let sdk = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = format!(
        "[package]\nname = \"completion\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         nebula = {{ package = \"nebula-sdk\", path = {sdk:?} }}\n\n[workspace]\n"
    );
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::write(folder.join("src/lib.rs"), ACTIONS).unwrap();
    fs::write(folder.join("src/written.rs"), "//! Nothing yet.\n").unwrap();
    // The versions and the compiler of this workspace.
    for file in ["Cargo.lock", "rust-toolchain.toml"] {
        fs::copy(sdk.join("..").join(file), folder.join(file)).unwrap();
    }
}
