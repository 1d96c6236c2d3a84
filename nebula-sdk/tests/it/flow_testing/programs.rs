//! Programs: answered by the host of the test, bounded by manifest and grants.

use nebula_sdk::{
    ProgramStatus,
    testing::{ActionTestHarness, FakeHost, call, descriptor},
};

use super::*;

/// Which commit a branch points to.
#[derive(Action)]
#[action(id = "git.head", version = "1.0", idempotent, capabilities(exec("git"), fs_read("repo")))]
struct GitHead;

impl SimpleAction for GitHead {
    type Input = ();
    type Output = String;

    async fn execute(&self, (): (), ctx: &ActionContext<Self>) -> Result<String> {
        let output = ctx.exec("git").args(["rev-parse", "HEAD"]).env("GIT_DIR", ".git").folder("repo").run().await?;
        Ok(output.error_for_status()?.text()?.trim().to_owned())
    }
}

/// Which program.
#[derive(Parameters)]
struct Tool {
    /// Its name or path.
    program: String,
}

/// Run a tool.
#[derive(Action)]
#[action(id = "demo.tool", version = "1.0", capabilities(exec(param = "program")))]
struct RunTool;

impl SimpleAction for RunTool {
    type Input = Tool;
    type Output = String;

    async fn execute(&self, input: Tool, ctx: &ActionContext<Self>) -> Result<String> {
        let output = ctx.exec(input.program).stdin("some input").max_output_bytes(10).run().await?;
        Ok(output.text()?.to_owned())
    }
}

#[test]
fn the_host_of_the_test_answers_for_programs() {
    let host = FakeHost::new().answer_exec(0, "abc123\n").answer_exec(128, "");
    assert_eq!(call::<GitHead>(json!({})).host(&host).output(), "abc123");
    let failure = call::<GitHead>(json!({})).host(&host).failure();
    assert_eq!((failure.kind, failure.code.as_str()), (nebula_sdk::FailureKind::Permanent, "exec.status_128"));
    assert_eq!(failure.message, "`git` ended with status 128");
    let executed = host.executed();
    assert_eq!(executed.len(), 2);
    assert_eq!((executed[0].program.as_str(), executed[0].args.join(" ")), ("git", "rev-parse HEAD".to_owned()));
    assert_eq!(executed[0].env, [("GIT_DIR".to_owned(), ".git".to_owned())]);
    assert_eq!(executed[0].folder.as_deref(), Some("repo"));
    assert_eq!(call::<GitHead>(json!({})).failure().code, "testing.no_answer");
}

#[test]
fn an_end_by_a_signal_and_too_much_output_are_failures() {
    let killed = nebula_ports::host::ProgramOutput {
        status: ProgramStatus::Signalled(9),
        stdout: Default::default(),
        stderr: Default::default(),
    };
    let host = FakeHost::new().answer_exec_with(Ok(killed)).answer_exec(0, "more than ten bytes");
    assert_eq!(call::<GitHead>(json!({})).host(&host).failure().code, "exec.signal_9");
    assert_eq!(call::<RunTool>(json!({ "program": "git" })).host(&host).failure().code, "exec.output_too_large");
}

#[test]
fn what_is_granted_decides_which_program_a_parameter_may_name() {
    let host = FakeHost::new().answer_exec(0, "fine").answer_exec(0, "fine");
    let t = ActionTestHarness::<RunTool>::new(7).host(&host).grant("exec:/usr/bin/git");
    assert_eq!(t.run_blocking(json!({ "program": "git" })).output::<String>(), "fine");
    let run = t.run_blocking(json!({ "program": "sh" }));
    run.assert_denied("exec:sh");
    assert_eq!(run.failure().help.as_deref(), Some("grant it with `.grant(\"exec:PROGRAM\")`"));
    assert_eq!(t.run_blocking(json!({ "program": "./git" })).failure().code, "exec.invalid_program");
    let fixed = ActionTestHarness::<GitHead>::new(7).grant("exec:sh").grant("fs_read:repo");
    fixed.try_run(json!({})).unwrap_err().assert_denied("exec:git");
}

#[test]
fn what_a_definition_names_is_checked_before_the_run() {
    let flow = |program: &str| {
        let text = format!(
            "{{ nebula: 1, id: tool, nodes: [{{ id: tool, action: demo.tool@1, parameters: {{ program: '{program}' }} }}] }}"
        );
        TestFlow::new(7).flow(text).action::<RunTool>().grant("exec:git").host(&FakeHost::new().answer_exec(0, "fine"))
    };
    let _ = flow("git").run_blocking(json!({}));
    flow("sh").try_run(json!({})).unwrap_err().assert_denied("exec:sh");
    let error = flow("bin/git").try_run(json!({})).unwrap_err().to_string();
    assert!(error.contains("P0406") && error.contains("`bin/git` is no program"), "{error}");
    let plan = flow("git").plan().to_string();
    assert!(plan.contains("runs: what `program` names"), "{plan}");
}

#[test]
fn a_program_works_only_where_the_action_may_look() {
    /// Work elsewhere.
    #[nebula_sdk::action(
        id = "demo.elsewhere",
        version = "1.0",
        idempotent,
        capabilities(exec("git"), fs_write("out"))
    )]
    async fn elsewhere(
        /** Where. */
        folder: String,
        ctx: &Ctx,
    ) -> Result<()> {
        ctx.exec("git").folder(folder).run().await?;
        Ok(())
    }
    let host = FakeHost::new().answer_exec(0, "");
    let _ = call::<Elsewhere>(json!({ "folder": "out/sub" })).host(&host).output();
    assert_eq!(call::<Elsewhere>(json!({ "folder": "in" })).host(&host).failure().code, "capability.denied");
}

#[test]
fn bounds_that_the_macro_accepts_are_grants() {
    let needs = serde_json::to_value(&descriptor::<GitHead>().capabilities).unwrap();
    assert_eq!(needs[0], json!({ "kind": "exec", "target": { "exact": "exec:git" } }));
}
