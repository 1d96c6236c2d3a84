//! Blocks: a graph for each item, and workflows that are called.

use nebula_ports::model::JournalEntry;

use super::*;

/// Fails for the values that the input lists.
fn picky() -> ArcAction {
    TestAction::new("test.picky", EffectClass::Pure, |input, _| {
        if input["bad"].as_array().is_some_and(|bad| bad.contains(&input["value"])) {
            return Err(Failure::new(FailureKind::Permanent, "test.bad", "a bad value"));
        }
        Ok(ActionOutput::Done(json!({ "value": input["value"], "twice": input["value"].as_i64().unwrap_or(0) * 2 })))
    })
    .arc()
}

fn each(settings: &str, body: &str) -> String {
    format!(
        "
nebula: 1
id: each
nodes:
  - {{ id: first, action: test.echo@1, parameters: {{ add: 100 }} }}
  - id: items
    action: flow.for_each@1
    parameters: {{ items: !expr $input.items, {settings} }}
    body:
{body}
  - {{ id: last, action: test.echo@1, parameters: {{ all: !expr $nodes.items.result }} }}
connections:
  - {{ from: first, to: items }}
  - {{ from: items, to: last }}
output: !expr $nodes.last.result.all
"
    )
}

const PICKY: &str = "
      nodes:
        - { id: pick, action: test.picky@1, parameters: { value: !expr $item, bad: !expr $input.bad } }
        - { id: sum, action: test.echo@1, parameters: { value: !expr $nodes.pick.result.twice + $index + $nodes.first.result.add } }
      connections:
        - { from: pick, to: sum }
      output: !expr $nodes.sum.result.value
";

async fn run(yaml: &str, input: Value) -> (RunEnd, Vec<JournalEntry>) {
    let world = World::new([echo(), picky(), delay(), flaky("test.effect", EffectClass::Idempotent, 0).0]);
    let engine = world.engine();
    let end = world.run(&engine, yaml, input).await;
    let journal = world.journal(end.execution).await;
    (end, journal)
}

#[tokio::test]
async fn a_graph_runs_for_each_item_and_gives_the_results_in_order() {
    for settings in ["concurrency: 1", "concurrency: 3", "concurrency: 100"] {
        let (end, journal) = run(&each(settings, PICKY), json!({ "items": [1, 2, 3, 4, 5], "bad": [] })).await;
        assert_eq!(end.output.as_deref(), Some(&json!([102, 105, 108, 111, 114])), "{settings}: {:?}", end.error);
        let outline = outline(&journal);
        assert!(outline.contains(&"attempt_finished items[4]/sum".to_owned()), "{outline:?}");
    }
}

#[tokio::test]
async fn no_more_items_are_open_than_the_block_allows() {
    let (_, journal) = run(&each("concurrency: 2", PICKY), json!({ "items": [1, 2, 3, 4, 5], "bad": [] })).await;
    let mut open = std::collections::BTreeSet::new();
    for entry in &journal {
        match entry {
            JournalEntry::AttemptStarted { node, .. } if !node.blocks().is_empty() => {
                open.insert(node.blocks()[0].item);
            }
            JournalEntry::ItemFinished { item, .. } => {
                open.remove(&Some(*item));
            }
            _ => {}
        }
        assert!(open.len() <= 2, "{open:?}");
    }
}

#[tokio::test]
async fn an_empty_list_gives_an_empty_list() {
    let (end, _) = run(&each("concurrency: 2", PICKY), json!({ "items": [], "bad": [] })).await;
    assert_eq!(end.output.as_deref(), Some(&json!([])));
}

#[tokio::test]
async fn an_item_that_fails_fails_the_block_unless_it_says_otherwise() {
    let input = json!({ "items": [1, 2, 3], "bad": [2] });
    let (end, journal) = run(&each("concurrency: 1", PICKY), input.clone()).await;
    let error = end.error.unwrap();
    assert_eq!((end.status, error.code.as_str()), (ExecutionStatus::Failed, "test.bad"));
    assert_eq!(error.message, "node `items[1]/pick` failed: a bad value");
    assert!(!outline(&journal).iter().any(|line| line.contains("items[2]")), "nothing begins after a failure");

    let (end, _) = run(&each("on_item_error: skip", PICKY), input.clone()).await;
    assert_eq!(end.output.as_deref(), Some(&json!([102, 108])));

    let (end, _) = run(&each("on_item_error: collect", PICKY), input).await;
    let output = end.output.unwrap();
    assert_eq!(output["results"], json!([102, 108]));
    assert_eq!((&output["errors"][0]["index"], &output["errors"][0]["error"]["code"]), (&json!(1), &json!("test.bad")));
}

#[tokio::test]
async fn items_wait_beside_each_other_without_a_task() {
    let body = "
      nodes:
        - { id: sleep, action: test.delay@1, parameters: { seconds: !expr $item } }
        - { id: after, action: test.echo@1, parameters: { value: !expr $item } }
      connections: [{ from: sleep, to: after }]
      output: !expr $nodes.after.result.value
";
    let world = World::new([echo(), delay()]);
    let engine = world.engine();
    let begun = world.ports.clock.now();
    let end = world.run(&engine, &each("concurrency: 3", body), json!({ "items": [300, 100, 200] })).await;
    assert_eq!(end.output.as_deref(), Some(&json!([300, 100, 200])));
    let took = world.ports.clock.now().since(begun);
    assert!(took >= Duration::from_secs(300) && took < Duration::from_secs(400), "{took:?}");
}

#[tokio::test]
async fn blocks_stand_in_blocks() {
    let body = "
      nodes:
        - id: inner
          action: flow.for_each@1
          parameters: { items: !expr $item.lines, concurrency: 2 }
          body:
            nodes: [{ id: line, action: test.picky@1, parameters: { value: !expr $item } }]
            output: !expr $nodes.line.result.twice + $nodes.first.result.add
      output: !expr $nodes.inner.result
";
    let items = json!({ "items": [{ "lines": [1, 2] }, { "lines": [] }, { "lines": [3] }] });
    let (end, journal) = run(&each("concurrency: 2", body), items).await;
    assert_eq!(end.output.as_deref(), Some(&json!([[102, 104], [], [106]])), "{:?}", end.error);
    assert!(outline(&journal).contains(&"attempt_finished items[0]/inner[1]/line".to_owned()));
}

const CALLS: &str = "
nebula: 1
id: caller
nodes:
  - id: items
    action: flow.for_each@1
    parameters: { items: !expr $input.items, concurrency: 2 }
    body:
      nodes:
        - { id: double, action: flow.call@1, flow: doubled, parameters: { n: !expr $item } }
      output: !expr $nodes.double.result.result
  - { id: once, action: flow.call@1, flow: doubled, parameters: {} }
connections: [{ from: items, to: once }]
output: { all: !expr $nodes.items.result, once: !expr $nodes.once.result.result }
flows:
  doubled:
    input: { type: object, properties: { n: { type: integer, default: 21 } }, additionalProperties: false }
    vars: { factor: 2 }
    nodes:
      - { id: pick, action: test.echo@1, parameters: { value: !expr $input.n * $vars.factor } }
    output: { result: !expr $nodes.pick.result.value }
";

#[tokio::test]
async fn a_called_workflow_sees_its_own_input_and_nothing_of_the_caller() {
    let (end, journal) = run(CALLS, json!({ "items": [1, 2] })).await;
    assert_eq!(end.output.as_deref(), Some(&json!({ "all": [2, 4], "once": 42 })), "{:?}", end.error);
    let outline = outline(&journal);
    assert!(outline.contains(&"attempt_finished items[1]/double/pick".to_owned()), "{outline:?}");
    assert!(outline.contains(&"attempt_finished once/pick".to_owned()), "{outline:?}");
}

#[tokio::test]
async fn keys_of_items_differ() {
    let body = "
      nodes: [{ id: pay, action: test.effect@1, parameters: { value: 1 } }]
      output: !expr $nodes.pay.result.value
";
    let (_, journal) = run(&each("concurrency: 2", body), json!({ "items": [1, 1, 1] })).await;
    let keys: std::collections::BTreeSet<String> = journal
        .iter()
        .filter_map(|entry| match entry {
            JournalEntry::AttemptStarted { key: Some(key), .. } => Some(key.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(keys.len(), 3);
}

#[tokio::test]
async fn large_items_and_results_go_through_blobs() {
    let large = "x".repeat(100_000);
    let body = "
      nodes: [{ id: copy, action: test.echo@1, parameters: { value: !expr $item } }]
      output: !expr $nodes.copy.result.value
";
    let (end, _) = run(&each("concurrency: 2", body), json!({ "items": [large, large] })).await;
    assert_eq!(end.output.as_deref(), Some(&json!([large, large])), "{:?}", end.error);
}

fn codes(yaml: &str) -> Vec<(String, String)> {
    let parsed = crate::definition::parse(yaml);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    let catalogue = Catalogue::new([echo(), picky()]).unwrap();
    let policy = Policy::default();
    match plan::plan(&parsed.workflow.unwrap(), &catalogue, &policy) {
        Ok(planned) => panic!("it is planned: {:?}", planned.notes),
        Err(found) => found
            .into_iter()
            .filter(Diagnostic::is_error)
            .map(|found| (found.code.to_owned(), format!("{}: {}", found.pointer, found.message)))
            .collect(),
    }
}

#[test]
fn mistakes_in_blocks_are_told_at_their_place() {
    let body = |nodes: &str| each("concurrency: 1", &format!("      nodes: [{nodes}]\n"));
    let one = |yaml: &str| {
        let found = codes(yaml);
        assert_eq!(found.len(), 1, "{found:?}");
        found.into_iter().next().unwrap()
    };
    // Reading a node beside, from inside another block.
    let (code, at) = one(&body("{ id: a, action: test.echo@1, parameters: { v: !expr $nodes.items.result } }"));
    assert_eq!(code, "P0306");
    assert!(at.starts_with("/nodes/1/body/nodes/0/parameters/v: this is inside the block `items`"), "{at}");
    let (code, at) = one(&body("{ id: a, action: test.nothing@1 }"));
    assert_eq!((code.as_str(), at.starts_with("/nodes/1/body/nodes/0/action:")), ("P0201", true), "{at}");
    let (code, at) = one(&body("{ id: first, action: test.echo@1 }")
        .replace(
            "{ id: first, action: test.echo@1, parameters: { add: 100 } }\n",
            "{ id: first2, action: test.echo@1 }\n",
        )
        .replace("from: first,", "from: first2,")
        .replace("$nodes.items.result", "$nodes.first.result"));
    assert_eq!(code, "P0306");
    assert!(at.contains("`first` is inside the block `items`: it has an outcome for each item"), "{at}");
    let (code, at) = one(&CALLS.replace("flow: doubled, parameters: {}", "flow: doubles, parameters: {}"));
    assert_eq!(
        (code.as_str(), at.starts_with("/nodes/1/flow: there is no workflow `doubles`")),
        ("P0108", true),
        "{at}"
    );
    let (code, at) = one(&CALLS.replace("parameters: {} }", "parameters: { m: 1 } }"));
    assert_eq!((code.as_str(), at.starts_with("/nodes/1/parameters/m:")), ("P0204", true), "{at}");
    let (code, at) = one(&CALLS.replace("$nodes.once.result.result", "$nodes.once.result.reslt"));
    assert_eq!((code.as_str(), at.starts_with("/output/once:")), ("E0203", true), "{code} {at}");
    let circle = CALLS
        .replace("test.echo@1, parameters: { value: !expr $input.n * $vars.factor }", "flow.call@1, flow: doubled");
    let found = codes(&circle);
    assert!(found.iter().any(|(code, at)| code == "P0108" && at.contains("doubled → doubled")), "{found:?}");
}

#[test]
fn a_definition_with_blocks_reads_back_as_it_was() {
    let workflow = crate::definition::parse(CALLS).workflow.unwrap();
    let json: Value = serde_json::from_str(&workflow.canonical_json()).unwrap();
    let again = crate::definition::decode(&json);
    assert!(again.diagnostics.is_empty(), "{:?}", again.diagnostics);
    assert_eq!(again.workflow.unwrap(), workflow);
    let stored: Workflow = serde_json::from_value(json).unwrap();
    assert_eq!(stored, workflow);
}

#[tokio::test]
async fn an_item_may_begin_with_a_condition() {
    let body = "
      nodes:
        - { id: pick, action: test.picky@1, parameters: { value: !expr $item } }
        - { id: sum, action: test.echo@1, parameters: { value: !expr $nodes.pick.result?.twice ?? $item } }
      connections:
        - { from: items, to: pick, when: $item > 1 && $nodes.first.result.add == 100 }
        - { from: items, to: sum }
        - { from: pick, to: sum }
      output: !expr $nodes.sum.result.value
";
    let (end, journal) = run(&each("concurrency: 2", body), json!({ "items": [1, 2, 3, 0] })).await;
    assert_eq!(end.output.as_deref(), Some(&json!([1, 4, 6, 0])), "{:?}", end.error);
    let skipped = journal.iter().filter(|entry| matches!(entry, JournalEntry::NodeSkipped { .. })).count();
    assert_eq!(skipped, 2);
}
