//! Blobs: put by one step, read by the next, and by nobody else.

use nebula_sdk::{
    FailureKind, StreamExt,
    testing::{ActionTestHarness, FakeHost, call, descriptor},
};

use nebula_sdk::reexports::serde_json;

use super::*;

/// A report.
#[derive(Parameters)]
struct Report {
    /// The table.
    table: Blob,
    /// How many rows it has.
    rows: u64,
}

/// Write a table.
#[nebula_sdk::action(id = "report.write", version = "1.0", pure, capabilities(blob))]
async fn write_report(
    /** How many rows. */
    rows: u64,
    ctx: &Ctx,
) -> Result<Report> {
    let text: String = (0..rows).map(|row| format!("{row},a rather long line of a table\n")).collect();
    Ok(Report { table: ctx.blobs().put("text/csv", text).await?, rows })
}

/// Count the lines of a table.
#[nebula_sdk::action(id = "report.count", version = "1.0", pure, capabilities(blob))]
async fn count_lines(
    /** The table. */
    table: Blob,
    /** Another one. */
    other: Option<Blob>,
    ctx: &Ctx,
) -> Result<u64> {
    let mut lines = 0;
    let mut content = ctx.blobs().get(&table).await?;
    while let Some(part) = content.next().await {
        lines += part?.iter().filter(|byte| **byte == b'\n').count() as u64;
    }
    assert!(other.is_none_or(|other| other.media_type() == "text/csv"));
    Ok(lines)
}

/// Read a blob by its digest.
#[nebula_sdk::action(id = "report.guess", version = "1.0", pure, capabilities(blob))]
async fn guess(
    /** The digest. */
    digest: String,
    /** Whether it puts it first. */
    known: bool,
    ctx: &Ctx,
) -> Result<Vec<u8>> {
    if known {
        ctx.blobs().put("text/plain", "known").await?;
    }
    let guessed = json!({ "digest": digest, "size": 5, "media_type": "text/plain" });
    let blob: Blob = serde_json::from_value(guessed)?;
    ctx.blobs().get_bytes(&blob, 5).await
}

const FLOW: &str = "
nebula: 1
id: report
nodes:
  - { id: write, action: report.write@1, parameters: { rows: !expr $input.rows } }
  - { id: count, action: report.count@1, parameters: { table: !expr $nodes.write.result.table } }
connections: [{ from: write, to: count }]
output: !expr '{ lines: $nodes.count.result, bytes: $nodes.write.result.table.size, type: $nodes.write.result.table.media_type }'
";

fn flow() -> TestFlow {
    TestFlow::new(7).flow(FLOW).action::<WriteReport>().action::<CountLines>()
}

#[test]
fn a_step_reads_what_another_has_put() {
    // Far more than fits into a journal entry, and none of it is there.
    let run = flow().run_blocking(json!({ "rows": 5000 }));
    let output = run.output::<Value>();
    assert_eq!((&output["lines"], &output["type"]), (&json!(5000), &json!("text/csv")));
    assert!(output["bytes"].as_u64().unwrap() > 100_000);
    assert!(!run.journal().to_string().contains("a rather long line"));
}

#[test]
fn a_crash_loses_no_blob() {
    flow().crash_everywhere(json!({ "rows": 3 }));
}

#[test]
fn a_blob_is_wired_and_its_members_are_read_in_rust_as_well() {
    let report: Workflow<(), u64> = Workflow::new("report", |f, _: Expr<()>| {
        let write = f.add("write", WriteReport::call().rows(3_u64));
        let _ = f.add("again", WriteReport::call().rows(&write.table.size));
        f.add("count", CountLines::call().table(&write.table).other(&write.table))
    });
    let definition = report.definition().unwrap();
    let text = serde_json::to_string(&definition).unwrap();
    assert!(text.contains("$nodes.write.result.table.size"), "{text}");
    let run = TestFlow::new(7).flow(report).action::<WriteReport>().action::<CountLines>().run_blocking(json!({}));
    assert_eq!(run.output::<u64>(), 3);
}

#[test]
fn the_input_of_a_run_may_name_one() {
    let host = FakeHost::new();
    let table = host.blob("text/csv", "a\nb\n");
    let t = ActionTestHarness::<CountLines>::new(7).host(&host);
    assert_eq!(t.run_blocking(json!({ "table": table })).output::<u64>(), 2);
    assert_eq!(call::<CountLines>(json!({ "table": table })).host(&host).output(), 2);
    let wrong = json!({ "digest": "abc", "size": 1, "media_type": "text/csv" });
    assert_eq!(t.run_blocking(json!({ "table": wrong })).failure().code, "input.invalid");
}

#[test]
fn what_was_put_stays_with_the_host_of_the_test() {
    let host = FakeHost::new();
    let report = call::<WriteReport>(json!({ "rows": 1 })).host(&host).output();
    let report: Report = serde_json::from_value(report).unwrap();
    assert_eq!(host.blob_content(&report.table).unwrap(), "0,a rather long line of a table\n");
    assert_eq!((report.table.size(), report.rows), (32, 1));
}

#[test]
fn a_digest_that_is_guessed_opens_nothing() {
    let host = FakeHost::new();
    let secret = host.blob("text/plain", "known").digest().to_string();
    let read = |input: Value| ActionTestHarness::<Guess>::new(7).host(&host).run_blocking(input);
    let failure = read(json!({ "digest": secret, "known": false })).failure().clone();
    assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Denied, "capability.blob"));
    // Who has the content has it already.
    assert_eq!(read(json!({ "digest": secret, "known": true })).output::<Vec<u8>>(), b"known");
}

#[test]
fn limits_and_media_types_hold() {
    /// Read five bytes.
    #[nebula_sdk::action(id = "report.few", version = "1.0", pure, capabilities(blob))]
    async fn few(#[input] blob: Blob, ctx: &Ctx) -> Result<Blob> {
        let content = ctx.blobs().get_bytes(&blob, 5).await?;
        ctx.blobs().put(std::str::from_utf8(&content)?, "x").await
    }
    let host = FakeHost::new();
    let few = |content: &'static str| call::<Few>(json!(host.blob("text/plain", content))).host(&host);
    assert_eq!(few("a/b").output()["media_type"], "a/b");
    assert_eq!(few("no").failure().code, "blob.media_type");
    assert_eq!(few("123456").failure().code, "blob.too_large");
}

/// Put first, and read in the next step.
#[derive(Action)]
#[action(id = "report.steps", version = "1.0", idempotent, capabilities(blob))]
struct Steps;

impl ProcessAction for Steps {
    type Input = ();
    type Output = String;

    async fn execute(&self, (): (), ctx: &ActionContext<Self>) -> Result<ActionResult<String>> {
        match ctx.state::<Blob>()? {
            None => Ok(ActionResult::carry_on(&ctx.blobs().put("text/plain", "kept").await?)),
            Some(kept) => Ok(ActionResult::Done(String::from_utf8(ctx.blobs().get_bytes(&kept, 10).await?)?)),
        }
    }
}

#[test]
fn what_a_step_keeps_the_next_may_read() {
    assert_eq!(ActionTestHarness::<Steps>::new(7).run_blocking(json!({})).output::<String>(), "kept");
}

#[test]
fn a_blob_has_a_schema_of_its_own() {
    let schema = &descriptor::<CountLines>().input_schema["properties"]["table"];
    assert_eq!(schema["x-nebula-blob"], true);
    assert_eq!((&schema["type"], &schema["additionalProperties"]), (&json!("object"), &json!(false)));
    let plan = flow().plan().to_string();
    assert!(plan.contains("uses: blob"), "{plan}");
}
