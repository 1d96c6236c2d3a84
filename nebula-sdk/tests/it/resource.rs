//! Resources in whole runs: created when first needed, shared or handed on, closed at the end.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use nebula_sdk::{
    HttpClientConfig, HttpClientHandle,
    prelude::*,
    testing::{ActionCheck, ActionTestHarness, ExecutionStatus, FakeHost, TestFlow, call, descriptor},
};

/// A place where things are written down.
#[derive(Resource)]
#[resource(id = "demo.book", shared)]
struct Book;

/// Whose book.
#[derive(Parameters)]
struct BookConfig {
    /// The owner.
    #[param(min_len = 2)]
    owner: String,
    /// The first page.
    #[param(default = 7)]
    page: u32,
}

struct OpenBook {
    owner: String,
    lines: Mutex<Vec<String>>,
    page: u32,
}

impl ResourceLifecycle for Book {
    type Config = BookConfig;
    type Handle = OpenBook;

    async fn create(&self, config: BookConfig, ctx: &ResourceContext<Self>) -> Result<OpenBook> {
        if config.owner == "nobody" {
            return Err(ActionError::permanent("book.nobody", format!("`{}` belongs to nobody", ctx.name())));
        }
        Ok(OpenBook { owner: config.owner, lines: Mutex::default(), page: config.page })
    }
}

/// Write a line.
#[nebula_sdk::action(id = "demo.write", version = "1.0", idempotent)]
async fn write(
    /// The line.
    text: String,
    book: Res<Book>,
) -> Result<String> {
    let mut lines = book.lines.lock().unwrap();
    lines.push(text);
    Ok(format!("{} {} {}", book.owner, book.page, lines.len()))
}

const TWO: &str = r#"
nebula: 1
id: two
nodes:
  - { id: one, action: demo.write@1, parameters: { text: a } }
  - { id: two, action: demo.write@1, parameters: { text: b } }
connections: [{ from: one, to: two }]
output: [!expr $nodes.one.result, !expr $nodes.two.result]
"#;

#[test]
fn a_shared_one_is_created_once_and_every_slot_has_it() {
    let t = TestFlow::new(7).flow(TWO).action::<Write>();
    let run = t.clone().resource_config::<Book>("mine", json!({ "owner": "Ada" })).run_blocking(json!({}));
    assert_eq!(run.output::<Value>(), json!(["Ada 7 1", "Ada 7 2"]));
    // With two of the type, nodes say which.
    let t = t.resource_config::<Book>("mine", json!({ "owner": "Ada" }));
    let t = t.resource_config::<Book>("yours", json!({ "owner": "Bob", "page": 1 }));
    let error = t.try_run(json!({})).unwrap_err().to_string();
    assert!(error.contains("P0507") && error.contains("resources: { book: mine }"), "{error}");
    let named = TWO.replace("{ text: a }", "{ text: a }, resources: { book: yours }");
    let named = named.replace("{ text: b }", "{ text: b }, resources: { book: mine }");
    let run = t.flow(named.as_str()).run_blocking(json!({}));
    assert_eq!(run.output::<Value>(), json!(["Bob 1 1", "Ada 7 1"]));
}

#[test]
fn what_stands_in_for_one_is_given_to_the_action() {
    let book = || OpenBook { owner: "Eve".into(), lines: Mutex::new(vec!["x".into()]), page: 3 };
    let run = TestFlow::new(7).flow(TWO).action::<Write>().resource::<Book>("any", book()).run_blocking(json!({}));
    assert_eq!(run.output::<Value>(), json!(["Eve 3 2", "Eve 3 3"]));
    let t = ActionTestHarness::<Write>::new(7).resource::<Book>("book", book());
    assert_eq!(t.run_blocking(json!({ "text": "a" })).output::<String>(), "Eve 3 2");
    let t = ActionTestHarness::<Write>::new(7).resource_config::<Book>("book", json!({ "owner": "Ada" }));
    assert_eq!(t.run_blocking(json!({ "text": "a" })).output::<String>(), "Ada 7 1");
    assert_eq!(call::<Write>(json!({ "text": "a" })).resource::<Book>("book", book()).output(), "Eve 3 2");
    let configured = call::<Write>(json!({ "text": "a" })).resource_config::<Book>("book", json!({ "owner": "Ada" }));
    assert_eq!(configured.output(), "Ada 7 1");
    let checked = ActionCheck::new().runs(5).resource::<Book>("book", book()).check::<Write>();
    assert_eq!(checked.completed, 5);
}

#[test]
fn what_is_missing_is_told_with_the_line_to_paste() {
    let error = TestFlow::new(7).flow(TWO).action::<Write>().try_run(json!({})).unwrap_err().to_string();
    assert!(error.contains(r#".resource::<Book>("book", ..)"#), "{error}");
    assert!(error.contains(r#".resource_config::<Book>("book", json!({ .. }))"#), "{error}");
    let failure = call::<Write>(json!({ "text": "a" })).failure();
    assert_eq!(failure.code, "resource.missing");
    assert!(failure.help.unwrap().contains(r#".resource::<Book>("book", ..)"#));
    let wrong = TestFlow::new(7).flow(TWO).action::<Write>().resource_config::<Book>("b", json!({ "owner": "A" }));
    let error = wrong.try_run(json!({})).unwrap_err().to_string();
    assert!(error.contains("P0502") && error.contains("/b/config/owner"), "{error}");
}

#[test]
fn what_is_mocked_needs_none() {
    let named = TWO.replace("{ text: a }", "{ text: a }, resources: { book: yours }");
    for flow in [TWO, &named] {
        let run = TestFlow::new(7).flow(flow).mock::<Write>(|_| Ok("said".into())).run_blocking(json!({}));
        assert_eq!(run.output::<Value>(), json!(["said", "said"]));
        let run = TestFlow::new(7).flow(flow).mock_id("demo.write", |_| Ok(json!("said"))).run_blocking(json!({}));
        assert_eq!(run.output::<Value>(), json!(["said", "said"]));
    }
}

#[test]
fn a_creation_that_fails_for_good_fails_the_attempt_before_it_begins() {
    let t = TestFlow::new(7).flow(TWO).action::<Write>();
    let run = t.resource_config::<Book>("mine", json!({ "owner": "nobody" })).run_blocking(json!({}));
    assert_eq!(run.status(), ExecutionStatus::Failed);
    assert_eq!(run.failure().code, "book.nobody");
    assert_eq!(run.failure().message, "node `one` failed: the resource `mine` is not there: `mine` belongs to nobody");
    assert_eq!(run.all_calls().len(), 0);
}

#[test]
fn the_descriptor_has_the_slots() {
    let descriptor = descriptor::<Write>();
    assert_eq!(descriptor.resources.len(), 1);
    assert_eq!(descriptor.resources[0].resource.as_str(), "demo.book");
    assert_eq!(descriptor.resources[0].description, "A resource of type `demo.book`.");
    assert!(descriptor.resources[0].required && descriptor.credentials.is_empty());
}

/// A door for one at a time.
#[derive(Resource)]
#[resource(id = "demo.door", exclusive, acquire_timeout = "10s")]
struct Door;

static OPENED: AtomicUsize = AtomicUsize::new(0);

impl ResourceLifecycle for Door {
    type Config = ();
    type Handle = AtomicUsize;

    async fn create(&self, (): (), _: &ResourceContext<Self>) -> Result<AtomicUsize> {
        OPENED.fetch_add(1, Ordering::SeqCst);
        Ok(AtomicUsize::new(0))
    }

    async fn reset(&self, handle: &AtomicUsize, _: &ResourceContext<Self>) -> Result<()> {
        match handle.load(Ordering::SeqCst) {
            0 => Ok(()),
            _ => Err(ActionError::permanent("door.busy", "somebody stands in it")),
        }
    }
}

/// Go through.
#[nebula_sdk::action(id = "demo.pass", version = "1.0", idempotent)]
async fn pass(door: Res<Door>, ctx: &Ctx) -> Result<usize> {
    let inside = door.fetch_add(1, Ordering::SeqCst) + 1;
    ctx.blocking(|| ()).await?;
    door.fetch_sub(1, Ordering::SeqCst);
    Ok(inside)
}

#[test]
fn an_exclusive_one_needs_no_configuration_and_is_handed_from_one_attempt_to_the_next() {
    let nodes: Vec<String> = (0..20).map(|i| format!("{{ id: n{i}, action: demo.pass@1 }}")).collect();
    let flow = format!("{{ nebula: 1, id: many, nodes: [{}] }}", nodes.join(", "));
    let run = TestFlow::new(7).flow(flow.as_str()).action::<Pass>().run_blocking(json!({}));
    let output = run.output::<std::collections::BTreeMap<String, usize>>();
    assert_eq!(output.len(), 20);
    assert!(output.values().all(|inside| *inside == 1), "{output:?}");
    assert_eq!(OPENED.load(Ordering::SeqCst), 1);
}

/// Ask a service.
#[nebula_sdk::action(id = "demo.ask", version = "1.0", idempotent, capabilities(net("api.example.com:443")))]
async fn ask(
    /** What. */
    path: String,
    http: Res<HttpClient>,
    ctx: &Ctx,
) -> Result<String> {
    Ok(http.get(ctx, path).header("x", "1").send().await?.error_for_status()?.text()?.to_owned())
}

#[test]
fn the_http_client_has_what_is_configured_and_goes_through_the_door_of_the_attempt() {
    let host = FakeHost::new().answer(200, "fine").answer(200, "fine").answer(200, "fine");
    let config =
        json!({ "base_url": "https://api.example.com/v1/", "headers": { "accept": "text/plain" }, "timeout": "5s" });
    let t = ActionTestHarness::<Ask>::new(7).resource_config::<HttpClient>("http", &config).host(&host);
    assert_eq!(t.run_blocking(json!({ "path": "/a?b=1" })).output::<String>(), "fine");
    let request = &host.requests()[0];
    assert_eq!(request.url, "https://api.example.com/v1/a?b=1");
    assert_eq!(request.timeout, Some(Duration::from_secs(5)));
    assert_eq!(request.headers, [("accept".to_owned(), "text/plain".to_owned()), ("x".to_owned(), "1".to_owned())]);
    // Another host than the action declares.
    let config = json!({ "base_url": "https://other.example.com" });
    let t = ActionTestHarness::<Ask>::new(7).resource_config::<HttpClient>("http", &config).host(&host);
    assert_eq!(t.run_blocking(json!({ "path": "a" })).failure().code, "capability.denied");
    // Nothing configured.
    let t = ActionTestHarness::<Ask>::new(7).host(&host);
    assert_eq!(t.run_blocking(json!({ "path": "https://api.example.com/x" })).output::<String>(), "fine");
    assert_eq!(t.run_blocking(json!({ "path": "x" })).failure().code, "http.no_base_url");
    let handle = HttpClientHandle::new(HttpClientConfig {
        base_url: Some("https://api.example.com".into()),
        headers: Default::default(),
        timeout: None,
    });
    let t = ActionTestHarness::<Ask>::new(7).resource::<HttpClient>("http", handle).host(&host);
    assert_eq!(t.run_blocking(json!({ "path": "x" })).output::<String>(), "fine");
    assert_eq!(host.requests().last().unwrap().url, "https://api.example.com/x");
}

#[test]
fn what_a_resource_needs_its_users_must_be_granted() {
    let flow = "{ nebula: 1, id: ask, nodes: [{ id: ask, action: demo.ask@1, parameters: { path: a } }] }";
    let t = TestFlow::new(7).flow(flow).action::<Ask>().grant("net:api.example.com:443");
    let t = t.resource_config::<HttpClient>("http", json!({ "base_url": "https://other.example.com" }));
    let error = t.try_run(json!({})).unwrap_err().to_string();
    assert!(error.contains("P0508") && error.contains("--grant net:other.example.com:443"), "{error}");
}

/// Who may enter.
#[derive(Credential)]
#[credential(id = "demo.pass_word", scheme = bearer)]
struct PassWord {
    word: SecretString,
}

/// A session, which is entered with a word.
#[derive(Resource)]
#[resource(id = "demo.session", pool(max = 2), capabilities(net(param = "url")))]
struct Session {
    /// The word.
    word: Cred<PassWord>,
}

/// Where it is.
#[derive(Parameters)]
struct SessionConfig {
    /// Its address.
    url: String,
}

impl ResourceLifecycle for Session {
    type Config = SessionConfig;
    type Handle = String;

    async fn create(&self, config: SessionConfig, ctx: &ResourceContext<Self>) -> Result<String> {
        let answer = ctx.http().post(config.url).auth(&*self.word).send().await?;
        Ok(answer.error_for_status()?.text()?.to_owned())
    }
}

/// Use the session.
#[nebula_sdk::action(id = "demo.use", version = "1.0", idempotent)]
async fn use_session(session: Res<Session>) -> Result<String> {
    Ok(session.clone().to_string())
}

#[test]
fn a_resource_has_credentials_and_doors_of_its_own_and_comes_back_when_the_other_side_does() {
    let host = FakeHost::new().answer(503, "busy").answer(503, "busy").answer(200, "s-1");
    let config = json!({ "url": "https://door.example.com/in" });
    let t = ActionTestHarness::<UseSession>::new(7).resource_config::<Session>("session", &config).host(&host);
    let run = t.run_blocking(json!({}));
    assert_eq!(run.output::<String>(), "s-1");
    assert_eq!(run.all_calls().len(), 1);
    assert_eq!(host.requests().len(), 3);
    assert!(host.requests()[0].headers[0].1.starts_with("Bearer "));
    // Two pauses of 100 to 250 ms.
    assert!((200..=500).contains(&run.elapsed().as_millis()), "{:?}", run.elapsed());
    // Not granted.
    let error = t.grant("net:other.example.com:443").try_run(json!({})).unwrap_err().to_string();
    assert!(error.contains("P0508") && error.contains("--grant net:door.example.com:443"), "{error}");
}

#[test]
fn one_that_never_comes_is_a_failure_that_may_pass() {
    let host = FakeHost::new();
    let host = (0..1000).fold(host, |host, _| host.answer(503, "busy"));
    let config = json!({ "url": "https://door.example.com/in" });
    let t = ActionTestHarness::<UseSession>::new(7).resource_config::<Session>("session", &config).host(&host);
    let run = t.run_blocking(json!({}));
    let failure = run.failure();
    assert_eq!((failure.code.as_str(), failure.kind), ("resource.timeout", nebula_sdk::FailureKind::Transient));
    assert!(failure.before_effect && failure.message.contains("creating it fails"), "{failure}");
    assert_eq!(run.elapsed(), Duration::from_secs(30));
    // At most ten in a second.
    assert!((120..=300).contains(&host.requests().len()), "{}", host.requests().len());
}

#[test]
fn flows_in_rust_name_resources() {
    let flow = workflow! { "named" () -> String {
        one = Write { text: "a" } with (resources(book = "yours"));
        one
    } };
    let definition = flow.definition().unwrap();
    assert_eq!(definition.nodes[0].resources["book"].as_str(), "yours");
    let built: Workflow<(), String> =
        Workflow::new("named", |f, _| f.add("one", Write::call().text("a")).resource("book", "yours"));
    assert_eq!(built.definition().unwrap().nodes, definition.nodes);
}

#[test]
fn clones_are_the_same_one() {
    let book = Res::<Book>::new(OpenBook { owner: "Ada".into(), lines: Mutex::default(), page: 1 });
    let other = book.clone();
    other.lines.lock().unwrap().push("x".into());
    assert_eq!(book.lines.lock().unwrap().len(), 1);
    assert_eq!(format!("{book:?}"), "Res(demo.book)");
    let _ = Arc::new(other);
}
