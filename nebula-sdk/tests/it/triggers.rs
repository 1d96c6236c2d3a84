//! Triggers: what the macro makes of them, one poll, and the engine that polls them.

use std::time::Duration;

use nebula_sdk::{
    EffectClass, FailureKind,
    flow::{Fired, FlowError},
    lock,
    prelude::*,
    testing::{self, ExecutionStatus, FakeHost, TestFlow, descriptor},
};

const MINUTE: Duration = Duration::from_mins(1);

/// Key of the board.
#[derive(Credential)]
#[credential(id = "board.key", scheme = bearer)]
struct BoardKey {
    key: SecretString,
}

/// Posts of a board that are new.
#[derive(Action)]
#[action(
    id = "board.new_posts",
    version = "1.2",
    idempotent(key(name)),
    poll = "60s",
    timeout = "10s",
    capabilities(net("board.example.com:443")),
    max_output = "1MiB",
    category = "Boards"
)]
struct NewPosts {
    /// Who asks.
    key: Option<Cred<BoardKey>>,
}

/// Which board.
#[derive(Parameters)]
struct Board {
    /// Its name.
    #[param(min_len = 1)]
    name: String,
    /// Most posts of one poll.
    #[param(default = 50)]
    limit: u32,
}

/// Something that somebody wrote.
#[derive(Debug, Clone, PartialEq, Parameters)]
struct Post {
    /// Its number, growing.
    id: u64,
    /// What it says.
    text: String,
}

impl TriggerAction for NewPosts {
    type Config = Board;
    type Event = Post;
    type Cursor = u64;

    async fn poll(&self, board: Board, last: Option<u64>, ctx: &ActionContext<Self>) -> Result<Polled<Post, u64>> {
        let last = last.unwrap_or(0);
        let url = format!("https://board.example.com/{}?after={last}&limit={}", board.name, board.limit);
        let mut request = ctx.http().get(url);
        if let Some(key) = &self.key {
            request = request.auth(key);
        }
        let posts: Vec<Post> = request.send().await?.error_for_status()?.json()?;
        let last = posts.last().map_or(last, |post| post.id);
        let is_full = posts.len() >= board.limit as usize;
        let polled = Polled::up_to(last).events(posts.into_iter().map(|post| (post.id.to_string(), post)));
        Ok(if is_full { polled.at_once() } else { polled })
    }
}

/// Say it.
#[nebula_sdk::action(id = "chat.say", version = "1.0", idempotent)]
async fn say(
    /// What.
    text: String,
) -> Result<String> {
    Ok(text.to_uppercase())
}

const YAML: &str = r#"
nebula: 1
id: shout
input: { type: object, required: [text], properties: { text: { type: string } } }
triggers:
  - { id: posts, action: board.new_posts@1.2, parameters: { name: ops }, credentials: { key: board }, input: { text: !expr $trigger.event.text } }
nodes:
  - { id: say, action: chat.say@1, parameters: { text: !expr $input.text } }
output: !expr $nodes.say.result
"#;

fn post(id: u64, text: &str) -> Post {
    Post { id, text: text.to_owned() }
}

#[test]
fn a_trigger_is_described_as_an_action_with_its_interval() {
    let found = descriptor::<NewPosts>();
    assert_eq!(found.trigger.map(|facts| facts.every.get()), Some(MINUTE));
    assert_eq!((found.effect, found.key), (EffectClass::Idempotent, vec!["name".into()]));
    assert_eq!(found.output_schema["properties"]["text"]["type"], json!("string"), "the schema of an event");
    assert_eq!(found.credentials.len(), 1);
    let say = serde_json::to_value(descriptor::<Say>()).unwrap();
    assert_eq!(say.get("trigger"), None, "other actions are as they were");
}

#[test]
fn one_poll_gives_events_with_keys_and_a_cursor() {
    let host = FakeHost::new().answer(200, r#"[{ "id": 3, "text": "a" }, { "id": 4, "text": "b" }]"#);
    let first = testing::poll::<NewPosts>(json!({ "name": "ops" })).host(&host).credential("key", "not-a-secret");
    let first = first.found();
    assert_eq!((first.keys(), first.cursor(), first.wait()), (vec!["3", "4"], Some(4), None));
    assert_eq!(first.events::<Post>(), [post(3, "a"), post(4, "b")]);
    assert_eq!(host.requests()[0].url, "https://board.example.com/ops?after=0&limit=50");

    let host = FakeHost::new().answer(200, "[]").answer(200, r#"[{ "id": 5, "text": "c" }]"#).answer(503, "busy");
    let next = || testing::poll::<NewPosts>(json!({ "name": "ops", "limit": 1 })).host(&host).after(&first);
    assert_eq!((next().found().keys().len(), next().found().wait()), (0, Some(Duration::ZERO)));
    assert_eq!(next().failure().kind, FailureKind::Transient);
    assert_eq!(host.requests()[1].url, "https://board.example.com/ops?after=4&limit=1");
    assert_eq!(
        testing::poll::<NewPosts>(json!({ "name": "ops" }))
            .cursor(&9)
            .host(&FakeHost::new().answer(200, "[]"))
            .found()
            .cursor(),
        Some(9)
    );
}

#[test]
fn each_post_starts_one_run_whatever_dies() {
    let firings = TestFlow::new(7)
        .flow(YAML)
        .mock_polls::<NewPosts>(|board, last| {
            assert_eq!((board.name.as_str(), board.limit), ("ops", 50));
            let last = last.unwrap_or(0);
            // A post that was found before is found again.
            let found = (last.max(1)..=last + 2).map(|id| (id.to_string(), post(id, &format!("post {id}"))));
            Ok(Polled::up_to(last + 2).events(found))
        })
        .action::<Say>()
        .crash_every_poll(MINUTE * 2 + Duration::from_secs(1));
    assert_eq!((firings.polls("posts"), firings.keys()), (3, vec!["1", "2", "3", "4", "5", "6"]));
    assert_eq!(firings.outputs::<String>()[5], "POST 6");
}

#[test]
fn real_polls_reach_the_host_with_their_credential_and_only_what_is_granted() {
    let host = FakeHost::new().answer(200, r#"[{ "id": 1, "text": "hello" }]"#);
    let flow = || TestFlow::new(7).flow(YAML).action::<NewPosts>().action::<Say>().host(&host);
    let firings = flow().grant("net:board.example.com:443").run_triggers(MINUTE / 2);
    assert_eq!(firings.outputs::<String>(), ["HELLO"]);
    assert!(host.requests()[0].headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization")));
}

#[test]
fn a_failing_poll_is_seen_and_tried_again() {
    let host = FakeHost::new().answer(503, "busy").answer(500, "oh").answer(200, r#"[{ "id": 1, "text": "a" }]"#);
    let flow = TestFlow::new(7).flow(YAML).action::<NewPosts>().action::<Say>().host(&host);
    let flow = flow.grant("net:board.example.com:443");
    let firings = flow.run_triggers(Duration::from_secs(10));
    assert_eq!((firings.keys(), firings.polls("posts")), (vec!["1"], 3));
    let host = FakeHost::new().answer(401, "who are you");
    let firings = flow.host(&host).run_triggers(Duration::from_secs(10));
    assert_eq!(firings.failure("posts").map(|failure| failure.kind), Some(FailureKind::Auth));
}

#[test]
fn an_event_that_does_not_fit_is_refused_and_the_others_go_on() {
    let yaml = YAML.replace("text: { type: string }", "text: { type: string, maxLength: 3 }");
    let firings = TestFlow::new(7)
        .flow(yaml.as_str())
        .mock_polls::<NewPosts>(|_, last| {
            let found = [post(1, "one"), post(2, "three"), post(3, "two")].map(|post| (post.id.to_string(), post));
            Ok(if last.is_some() { Polled::unmoved() } else { Polled::up_to(3).events(found) })
        })
        .action::<Say>()
        .run_triggers(MINUTE);
    assert_eq!(firings.keys(), ["1", "3"]);
    assert_eq!(firings.refused("posts")[0].key, "2");
    assert_eq!(firings.refused("posts")[0].error.pointer.as_deref(), Some("/text"));
    assert!(firings.executions().iter().all(|run| run.status == ExecutionStatus::Completed));
}

#[test]
fn a_test_that_does_not_know_the_trigger_says_what_to_add() {
    let flow = TestFlow::new(7).flow(YAML).action::<Say>();
    let told = flow.try_run_triggers(MINUTE).unwrap_err().to_string();
    assert!(told.contains("the trigger `posts` polls `board.new_posts@1.2`, which this test does not know"), "{told}");
    assert!(told.contains(".mock_polls::<..>"), "{told}");
    // A run that is started by hand needs nothing of it.
    assert_eq!(flow.run_blocking(json!({ "text": "a" })).output::<String>(), "A");
}

fn shout() -> Workflow<SayInput, String> {
    Workflow::new("shout", |f, input: Expr<SayInput>| f.add("say", Say::call().text(&input.text)))
}

#[test]
fn a_workflow_in_rust_has_the_triggers_of_its_yaml() {
    let posts = NewPosts::trigger(|board| board.name("ops")).credential("key", "board");
    let input = |fired: Fired<Post>| SayInput::of(|say| say.text(&fired.event.text));
    let built = shout().trigger("posts", posts, input).definition().unwrap();
    let yaml = nebula_runtime::definition::parse(YAML).workflow.unwrap();
    assert_eq!(built.triggers, yaml.triggers);
    let firings = TestFlow::new(7)
        .flow(built)
        .mock_polls::<NewPosts>(|_, _| Ok(Polled::up_to(1).event("1", post(1, "hello"))))
        .action::<Say>()
        .run_triggers(MINUTE);
    assert_eq!(firings.outputs::<String>(), ["HELLO"]);
}

#[test]
fn what_types_do_not_show_of_a_trigger_is_told_by_the_definition() {
    let problems = |workflow: Workflow<Board, String>| -> FlowError { workflow.definition().unwrap_err() };
    let board = || Workflow::<Board, String>::new("boards", |_, board: Expr<Board>| board.name.clone());
    let posts = || NewPosts::trigger(|call| call.name("ops"));
    let twice = board().trigger("a", posts(), |_| text("x")).trigger("a", posts(), |_| text("y"));
    assert!(problems(twice).to_string().contains("there are two triggers of this id"));
    let unnamed = board().trigger("a b", posts(), |_| text("x"));
    assert!(problems(unnamed).to_string().contains("`a b` is no trigger id"));
    let computed = NewPosts::trigger(|call| call.name(expr_as::<String>("$input.name")));
    assert!(
        problems(board().trigger("a", computed, |_| text("x")))
            .to_string()
            .contains("the configuration of a trigger is data")
    );
    let reading = board().trigger("a", posts(), |_| expr_as::<Board>("$nodes.say.result"));
    assert!(problems(reading).to_string().contains("the run has not begun"));
}

fn text(name: &str) -> Board {
    Board { name: name.to_owned(), limit: 1 }
}

#[test]
fn another_event_is_a_breaking_change_of_the_lock() {
    let action = descriptor::<NewPosts>();
    let mut changed = action.clone();
    changed.output_schema["properties"]["id"] = json!({ "type": "string" });
    let old = lock::Lock::from_descriptors([&action]);
    let found = lock::Lock::from_descriptors([&changed]);
    assert!(old.compare(&found).to_string().contains("text"), "{}", old.compare(&found));
}
