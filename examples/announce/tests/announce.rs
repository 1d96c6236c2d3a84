//! The trigger does what `docs/triggers.md` says, and is what it shows.

use std::{fs, path::Path};

use nebula_announce::{Line, NewLines, Say, SayInput, announce};
use nebula_sdk::prelude::*;

fn file(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

// docs: test
use std::time::Duration;

use nebula_sdk::testing::{self, FakeHost, TestFlow};

#[test]
fn each_line_starts_one_execution_whatever_dies() {
    let host = FakeHost::new().file("app.log", "one\ntwo\nthr");
    let found = testing::poll::<NewLines>(json!({ "path": "app.log" })).host(&host).found();
    assert_eq!((found.keys(), found.cursor()), (vec!["1", "2"], Some(2)));

    let firings = TestFlow::new(7)
        .flow(include_str!("../announce.yaml"))
        .mock_polls::<NewLines>(|log, seen| {
            let next = seen.unwrap_or(0) + 1;
            Ok(Polled::up_to(next).event(next.to_string(), Line { number: next, text: format!("{} {next}", log.path) }))
        })
        .mock_id("data.set", |input| Ok(input["values"].clone()))
        .crash_every_poll(Duration::from_secs(15));
    assert_eq!(firings.keys(), ["1", "2"]);
}
// docs: end

#[test]
fn a_line_that_is_still_being_written_is_not_there_yet_and_more_is_asked_for_at_once() {
    let host = FakeHost::new().file("app.log", "one\ntwo\nthree\n");
    let poll = || testing::poll::<NewLines>(json!({ "path": "app.log", "limit": 2 })).host(&host);
    let first = poll().found();
    assert_eq!((first.keys(), first.wait()), (vec!["1", "2"], Some(Duration::ZERO)));
    let second = poll().after(&first).found();
    assert_eq!((second.keys(), second.wait(), second.cursor()), (vec!["3"], None, Some(3)));
    assert_eq!(second.events::<Line>()[0], Line { number: 3, text: "three".to_owned() });
    let nothing = testing::poll::<NewLines>(json!({ "path": "app.log" })).host(&FakeHost::new().file("app.log", "o"));
    assert_eq!(nothing.found().keys().len(), 0);
}

#[test]
fn the_workflow_in_rust_starts_by_itself_as_well() {
    let firings = TestFlow::new(7)
        .flow(announce())
        .mock_polls::<NewLines>(|log, _| {
            let line = Line { number: 1, text: log.path };
            Ok(Polled::up_to(1).event("1", line))
        })
        .action::<Say>()
        .run_triggers(Duration::from_secs(25));
    assert_eq!((firings.outputs::<String>(), firings.polls("lines")), (vec!["app.log".to_owned()], 3));
}

/// Each part of the sources between `// docs: name` and `// docs: end` stands in the page as it is.
#[test]
fn the_page_shows_what_is_compiled() {
    let page = file("../../docs/triggers.md");
    for name in ["src/lib.rs", "tests/announce.rs"] {
        let source = file(name);
        let parts: Vec<_> = source.split("\n// docs: ").skip(1).filter(|part| !part.starts_with("end\n")).collect();
        assert!(!parts.is_empty(), "{name} has parts for the page");
        for part in parts {
            // What is behind the mark's line.
            let Some((mark, code)) = part.split_once('\n') else { continue };
            assert!(
                page.contains(&format!("```rust\n{code}\n```")),
                "docs/triggers.md has another `{mark}` than {name}"
            );
        }
    }
    let yaml = file("announce.yaml");
    assert!(page.contains(&format!("```yaml\n{yaml}```")), "docs/triggers.md has another workflow file");
}

#[test]
fn its_document_says_what_it_is() {
    testing::assert_documents(&Registry::new().with::<NewLines>());
    let document = nebula_sdk::document::Document::of_action::<NewLines>().into_json();
    assert_eq!(document["x-nebula"]["kind"], "trigger");
    assert!(document["$defs"]["output"]["properties"]["number"].is_object());
}

#[derive(Workflow)]
#[workflow(id = "announce", input = SayInput, output = say)]
#[workflow(trigger(lines = NewLines, with(path = "app.log"), every = "10s", input = SayInput { text: fired.event.text }))]
struct Announce {
    #[node(with(text = input.text))]
    say: Say,
}

#[test]
fn it_is_the_same_however_it_is_written() {
    let written = workflow! { "announce" (input: SayInput) -> String {
        trigger lines = NewLines { path: "app.log" } with (every = "10s") => |fired| SayInput { text: fired.event.text };
        say = Say { text: input.text };
        say
    } };
    let built = announce().definition().unwrap();
    assert_eq!(written.definition().unwrap().canonical_json(), built.canonical_json());
    assert_eq!(Announce::definition().unwrap().canonical_json(), built.canonical_json());
}
