//! Triggers and constants: built, written and derived, as in YAML.

use std::time::Duration;

use nebula_runtime::{
    catalogue::Catalogue,
    plan::{Policy, plan},
};
use nebula_sdk::{flow::Definition, prelude::*};

use super::parsed;

/// Lines that were added to a file.
#[derive(Action)]
#[action(id = "log.new_lines", version = "1.0", pure, poll = "1m")]
pub(crate) struct NewLines;

/// Which file.
#[derive(Parameters)]
pub(crate) struct Log {
    /// Its path.
    pub(crate) path: String,
    /// Most lines of one poll.
    #[param(default = 500, min = 1, max = 1000)]
    pub(crate) limit: u32,
}

/// A line of the file.
#[derive(Parameters)]
pub(crate) struct Line {
    /// Which one, from 1.
    pub(crate) number: u64,
    /// What it says.
    pub(crate) text: String,
}

impl TriggerAction for NewLines {
    type Config = Log;
    type Event = Line;
    type Cursor = u64;

    async fn poll(&self, _: Log, _: Option<u64>, _: &ActionContext<Self>) -> Result<Polled<Line, u64>> {
        Ok(Polled::unmoved())
    }
}

/// What is said.
#[derive(Parameters)]
pub(crate) struct Words {
    /// The words.
    pub(crate) text: String,
    /// Where.
    pub(crate) room: Option<String>,
}

/// Say it.
#[nebula_sdk::action(id = "log.say", version = "1.0", pure)]
pub(crate) async fn tell(#[input] words: Words) -> Result<String> {
    Ok(words.text)
}

#[track_caller]
fn accepted<In, Out>(workflow: &Workflow<In, Out>) -> Definition {
    let definition = workflow.definition().unwrap_or_else(|error| panic!("{error}"));
    let catalogue = Catalogue::new(Registry::new().with::<NewLines>().with::<Tell>()).expect("each action once");
    let found = plan(&definition, &catalogue, &Policy::default()).err().unwrap_or_default();
    assert!(found.is_empty(), "{found:?}");
    definition
}

fn in_yaml() -> String {
    let input = Words::input_schema();
    parsed(&format!(
        r##"
nebula: 1
id: announce
input: {input}
vars: {{ room: "#ops", loud: true, most: 3 }}
triggers:
  - id: lines
    name: New lines
    action: log.new_lines@1.0
    parameters: {{ path: app.log, limit: 5 }}
    every: 10s
    timeout: 5s
    input:
      text: !template "{{{{ $trigger.event.number }}}}: {{{{ $trigger.event.text }}}}"
      room: !expr $trigger.key
  - id: other-lines
    action: log.new_lines@1.0
    parameters: {{ path: other.log }}
    input: {{ text: something }}
nodes:
  - id: say
    action: log.say@1.0
    parameters: {{ text: !expr $input.text, room: !expr $vars.room }}
output: !expr $nodes.say.result
"##
    ))
    .canonical_json()
}

fn built() -> Workflow<Words, String> {
    Workflow::new("announce", |f, input: Expr<Words>| {
        let room: Expr<String> = f.var("room", "#ops");
        let _: Expr<bool> = f.var("loud", true);
        let _: Expr<u8> = f.var("most", 3_u8);
        f.add("say", Tell::call().text(&input.text).room(&room))
    })
    .trigger(
        "lines",
        NewLines::trigger(|log| log.path("app.log").limit(5_u32))
            .name("New lines")
            .every(Duration::from_secs(10))
            .timeout(Duration::from_secs(5)),
        |fired| Words::of(|words| words.text(text!("{}: {}", fired.event.number, fired.event.text)).room(&fired.key)),
    )
    .trigger("other-lines", NewLines::trigger(|log| log.path("other.log")), |_| {
        Words::of(|words| words.text("something"))
    })
}

fn written() -> Workflow<Words, String> {
    workflow! { "announce" (input: Words) -> String {
        trigger lines = NewLines { path: "app.log", limit: 5_u32 } with (
            name = "New lines",
            every = "10s",
            timeout = "5s",
        ) => |fired| Words { text: text!("{}: {}", fired.event.number, fired.event.text), room: fired.key };
        trigger other = NewLines { path: "other.log" } with (id = "other-lines") => |_| Words::of(|words| words.text("something"));
        const room = "#ops";
        const loud = true;
        const most: u8 = 3;
        say = Tell { text: input.text, room };
        say
    } }
}

#[derive(Workflow)]
#[workflow(id = "announce", input = Words, output = say, vars(room = "#ops", loud = true, most = 3 as u8))]
#[workflow(trigger(
    lines = NewLines,
    with(path = "app.log", limit = 5_u32),
    name = "New lines",
    every = "10s",
    timeout = "5s",
    input = Words { text: text!("{}: {}", fired.event.number, fired.event.text), room: fired.key },
))]
#[workflow(trigger(other = NewLines, id = "other-lines", with(path = "other.log"), input = Words::of(|words| words.text("something"))))]
struct Announce {
    #[node(with(text = input.text, room = room))]
    say: Tell,
}

#[test]
fn triggers_and_constants_are_those_of_the_definition() {
    assert_eq!(accepted(&written()).canonical_json(), in_yaml());
    assert_eq!(accepted(&built()).canonical_json(), in_yaml());
    assert_eq!(accepted(&Announce::workflow()).canonical_json(), in_yaml());
}

#[test]
fn an_event_that_is_the_input_needs_no_words() {
    let workflow = workflow! { "shout" (line: Line) -> String {
        trigger lines = NewLines { path: "app.log" };
        line.text.upper()
    } };
    let definition = workflow.definition().unwrap();
    assert_eq!((definition.triggers[0].id.as_str(), &definition.triggers[0].input), ("lines", &None));
    let same = workflow! { "shout" (line: Line) -> String {
        trigger lines = NewLines { path: "app.log" } => |fired| fired.event;
        line.text.upper()
    } };
    assert_eq!(definition, same.definition().unwrap());
}

#[test]
fn a_workflow_without_an_input_looks_at_no_event() {
    let workflow = workflow! { "tick" () {
        trigger lines = NewLines { path: "app.log" };
        say = Tell { text: "tick" };
    } };
    let definition = accepted(&workflow);
    assert_eq!(definition.triggers[0].input.as_ref().map(|input| input.to_json()), Some(json!({})));
}
