//! What is refused, before a run and in it, and where relative paths start.

use super::*;

#[test]
fn what_was_refused_is_told_with_its_grant() {
    let flow = TestFlow::new(7).flow(LOOK).action::<Look>().grant("net:one.example:443");
    let run = flow.run_blocking(json!({ "url": "https://evil.example/" }));
    run.assert_denied("net:evil.example:443");
    run.assert_denied("net:*.example:443");
    let denied = run.denied::<Look>();
    assert_eq!(denied.len(), 1);
    assert_eq!(
        denied[0].to_string(),
        "`look` (web.look@1.0, attempt 1) was denied `net:evil.example:443`: grant it with  \
         .grant(\"net:evil.example:443\")"
    );
    assert!(run.to_string().contains("denied `net:evil.example:443`"), "{run}");
    assert!(run.denied::<Post>().is_empty());
}

#[test]
#[should_panic(
    expected = "`net:two.example:443` was not denied:\n  `look` (web.look@1.0, attempt 1) was denied `net:evil"
)]
fn what_was_not_refused_is_told_with_what_was() {
    let flow = TestFlow::new(7).flow(LOOK).action::<Look>().grant("net:one.example:443");
    flow.run_blocking(json!({ "url": "https://evil.example/" })).assert_denied("net:two.example:443");
}

#[test]
fn what_the_planner_refuses_is_refused_before_the_run() {
    let flow = alert().action::<FetchWeather>().action::<Post>();
    let error = flow.try_run(oslo()).unwrap_err();
    error.assert_denied("net:api.example.com:443");
    error.assert_denied("net:*:443");
}

/// Where to write.
#[derive(Parameters)]
struct Note {
    /// The path.
    path: String,
}

/// Write a note.
#[derive(Action)]
#[action(id = "note.write", version = "1.0", idempotent, capabilities(fs_write(param = "path"), fs_read("notes")))]
struct Write;

impl SimpleAction for Write {
    type Input = Note;
    type Output = String;

    async fn execute(&self, input: Note, ctx: &ActionContext<Self>) -> Result<String> {
        ctx.files_write().write(&input.path, "a note").await?;
        let whole = ctx.files_read().read_bytes("notes/../notes/a.txt", 100).await;
        assert!(whole.is_err(), "`..` is never allowed");
        Ok(String::from_utf8(ctx.files_read().read_bytes("./notes/a.txt", 100).await?.to_vec())?)
    }
}

const NOTE: &str = "
nebula: 1
id: note
nodes:
  - { id: write, action: note.write@1, parameters: { path: !expr $input.path } }
output: !expr $nodes.write.result
";

#[test]
fn relative_paths_start_at_the_folder_of_the_test() {
    let host = FakeHost::new();
    let flow = TestFlow::new(7).flow(NOTE).action::<Write>().host(&host).grant("fs_write:notes").grant("fs_read:notes");
    for path in ["notes/a.txt", "./notes/./a.txt", "/test/notes/a.txt"] {
        assert_eq!(flow.run_blocking(json!({ "path": path })).output::<String>(), "a note");
    }
    assert_eq!(host.content("notes/a.txt").unwrap(), "a note");
    assert_eq!(host.content("/test/notes/a.txt").unwrap(), "a note");
    let run = flow.run_blocking(json!({ "path": "other/a.txt" }));
    run.assert_denied("fs_write:other");
}
