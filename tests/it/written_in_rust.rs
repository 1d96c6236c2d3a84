//! Every example, once more in Rust: the definition is the one that its YAML gives, byte by byte.
//!
//! Three things differ, and are put in place before: the schema of the input comes from a type in Rust, and so does the
//! minor version of an action; and a workflow in Rust says what it gives, also when that is nothing.

mod larger;
mod ways;

use std::time::Duration;

use nebula_actions::{
    csv::{CsvFormat, CsvParse},
    data::{DataAggregate, DataFilter, DataSet, DataSort, Measure, Order, SortKey, True},
    file::{FileRead, FileWrite},
    flow::FlowDelay,
    http::{HttpRequest, Method},
    text::TextTemplate,
};
use nebula_ports::model::Node;
use nebula_runtime::{
    catalogue::Catalogue,
    definition,
    plan::{Policy, plan},
};
use nebula_sdk::{
    flow::{Backoff, Definition, Jitter, Members, RetryPolicy, Text},
    prelude::*,
};

/// Everything that the examples use.
fn catalogue() -> Catalogue {
    Catalogue::new(nebula_actions::registry().with::<Greet>()).expect("each action once")
}

/// The workflow is the one in the file, and planned without a note of a mistake.
#[track_caller]
fn assert_same<In, Out>(text: &str, workflow: &Workflow<In, Out>) {
    let built = workflow.definition().unwrap_or_else(|error| panic!("{error}"));
    let parsed = definition::parse(text);
    let mut written = parsed.workflow.unwrap_or_else(|| panic!("{:?}", parsed.diagnostics));
    written.input.clone_from(&built.input);
    written.output = written.output.or_else(|| built.output.clone());
    let catalogue = catalogue();
    put_versions(&mut written.nodes, &catalogue);
    for (id, flow) in &mut written.flows {
        flow.input = built.flows.get(id).and_then(|flow| flow.input.clone());
        put_versions(&mut flow.nodes, &catalogue);
    }
    assert_eq!(pretty(&built), pretty(&written));
    assert_eq!(built.canonical_json(), written.canonical_json());
    let found = plan(&built, &catalogue, &Policy::default()).err().unwrap_or_default();
    assert_eq!(found, []);
}

fn put_versions(nodes: &mut [Node], catalogue: &Catalogue) {
    for node in nodes {
        node.action.version = catalogue.resolve(&node.action).expect("an action").action.descriptor().version;
        put_versions(node.body.as_mut().map_or(&mut [], |body| &mut body.nodes), catalogue);
    }
}

fn pretty(definition: &Definition) -> String {
    let value: Value = serde_json::from_str(&definition.canonical_json()).expect("JSON");
    serde_json::to_string_pretty(&value).expect("JSON")
}

/// What is greeted.
#[derive(Parameters)]
struct Person {
    /// Their name.
    #[param(min_len = 1, example = "Ada")]
    name: String,
    /// Say it loudly.
    #[param(default = false)]
    loud: bool,
}

/// What is said.
#[derive(Parameters)]
struct Greeting {
    /// The words.
    text: String,
}

/// Greet somebody: the action of the example, which is in a program of its own.
#[derive(Action)]
#[action(id = "demo.greet", version = "1.0", pure)]
struct Greet;

impl SimpleAction for Greet {
    type Input = Person;
    type Output = Greeting;

    async fn execute(&self, person: Person, _: &ActionContext<Self>) -> Result<Greeting> {
        let text = format!("Hello, {}!", person.name);
        Ok(Greeting { text: if person.loud { text.to_uppercase() } else { text } })
    }
}

/// Who is greeted, twice.
#[derive(Parameters)]
struct Name {
    /// Their name.
    #[param(min_len = 1)]
    name: String,
}

/// How it was said.
#[derive(Parameters)]
struct Twice {
    /// The first time.
    quiet: String,
    /// The second time.
    loud: String,
}

#[test]
fn the_greeting() {
    let workflow: Workflow<Name, Twice> = Workflow::new("greet", |f, input: Expr<Name>| {
        f.name("Greet somebody");
        let hello = f.add("hello", Greet::call().name(&input.name));
        let again = Text::new().value(&input.name).text(", once more");
        let shout = f.add("shout", Greet::call().name(again).loud(true)).after(&hello);
        Twice::of(|said| said.quiet(&hello.text).loud(&shout.text))
    });
    assert_same(include_str!("../../examples/custom-action/greet.yaml"), &workflow);
}

#[test]
fn the_workflow_of_the_readme() {
    let readme = include_str!("../../README.md");
    let text = readme.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a workflow");
    let workflow: Workflow<(), Vec<Value>> = Workflow::new("sum", |f, _: Expr<()>| {
        let values = Members::new().with("list", json!([3, 5, 8]));
        let numbers = f.add("numbers", DataSet::call().values(values));
        let large =
            f.add("large", DataFilter::call().items(numbers.member::<Vec<Value>>("list")).r#where(expr!("$item > 4")));
        f.when(large.count.gt(1_u64), |f| f.add("later", FlowDelay::call().r#for(Duration::from_secs(2))));
        large.items.clone()
    });
    assert_same(text, &workflow);
}

/// From which total on.
#[derive(Parameters)]
struct Limit {
    /// From which total on a list is written.
    limit: Option<f64>,
}

/// What is open.
#[derive(Parameters)]
struct Open {
    /// Whether somebody should look.
    alarm: bool,
    /// How many.
    open: u64,
    /// How much.
    total: f64,
    /// In words.
    text: String,
}

#[test]
fn the_open_orders() {
    let rows = json!([
        { "customer": "Alan", "status": "open", "total": 40 },
        { "customer": "Ada", "status": "open", "total": 250 },
        { "customer": "Linus", "status": "paid", "total": 999 },
        { "customer": "Grace", "status": "open", "total": 180 },
    ]);
    let workflow: Workflow<Limit, Open> = Workflow::new("hello", |f, input: Expr<Limit>| {
        f.name("Open orders").description("Which orders are open, and is it so much that somebody should look?");
        let limit: Expr<i32> = f.var("limit", 100);
        let orders = f.add("orders", DataSet::call().values(Members::new().with("rows", rows)));
        let all = orders.member::<Vec<Value>>("rows");
        let open = f.add("open", DataFilter::call().items(all).r#where(expr!(r#"$item.status == "open""#)));
        let sum = [("total", Measure::Sum(expr!("$item.total").into()))];
        let sums = f.add("sums", DataAggregate::call().items(&open.items).values(sum));
        let total: Expr<f64> = sums.member("total");
        let list = f.when(total.gt(input.limit.or_default(&limit)), |f| {
            let by = SortKey::of(|key| key.key(expr!("$item.total")).order(Order::Desc));
            let ranked = f.add("ranked", DataSort::call().items(&open.items).by([by]));
            let line = template!("- {{ $item.customer }}: {{ $item.total }}");
            f.add("list", TextTemplate::call().items(&ranked.items).template(line))
        });
        let colon = f.when_else(list.skipped(), |_| "", |_| ":");
        let text = Text::new()
            .value(&open.count)
            .text(" open orders, ")
            .value(&total)
            .text(" in all")
            .value(&colon)
            .text("\n")
            .value(&list.text.or_default("Nothing to do."));
        Open::of(|it| it.alarm(list.success()).open(&open.count).total(&total).text(text))
    });
    assert_same(include_str!("../../examples/hello/hello.yaml"), &workflow);
}

/// Where the files are.
#[derive(Parameters)]
struct Folder {
    /// Where sales.csv is, and by-region.csv goes.
    folder: Option<String>,
}

#[test]
fn the_sales() {
    let workflow: Workflow<Folder, Value> = Workflow::new("sales", |f, input: Expr<Folder>| {
        f.name("Sales by region");
        f.description("Reads a CSV file, keeps what is paid, sums it by region, writes CSV.");
        let folder: Expr<String> = f.var("folder", "target/sales");
        let folder = input.folder.or_default(&folder);
        let read = f.add("read", FileRead::call().path(Text::new().value(&folder).text("/sales.csv")));
        let rows = f.add("rows", CsvParse::call().text(read.text.or_default("")));
        let paid =
            f.add("paid", DataFilter::call().items(rows.rows.any_items()).r#where(expr!(r#"$item.status == "paid""#)));
        let by_region = f.add(
            "by-region",
            DataAggregate::call().items(&paid.items).group_by([("region", expr!("$item.region"))]).values([
                ("sales", Measure::Count(True)),
                ("units", Measure::Sum(expr!("$item.units").into())),
                ("cents", Measure::Sum(expr!("$item.amount").into())),
                ("largest", Measure::Max(expr!("$item.amount").into())),
            ]),
        );
        let by = SortKey::of(|key| key.key(expr!("$item.cents")).order(Order::Desc));
        let ranked = f.add("ranked", DataSort::call().items(by_region.member::<Vec<Value>>("groups")).by([by]));
        let columns = ["region", "sales", "units", "cents", "largest"];
        let text = f.add("text", CsvFormat::call().rows(ranked.member::<Vec<_>>("items")).columns(columns));
        let path = Text::new().value(&folder).text("/by-region.csv");
        f.add("write", FileWrite::call().path(path).text(&text.text));
        Members::new().with("rows", &rows.count).with("paid", &paid.count).with("regions", &ranked.items)
    });
    assert_same(include_str!("../../examples/sales/sales.yaml"), &workflow);
}

/// Which order.
#[derive(Parameters)]
struct OrderId {
    /// Its number.
    order_id: String,
    /// Where the order service is.
    service: Option<String>,
}

#[test]
fn the_order() {
    let patient = |attempts, longest: Option<u64>, jitter| RetryPolicy {
        max_attempts: attempts,
        backoff: Backoff::Exponential {
            exponential: Duration::from_millis(50).into(),
            max: longest.map(|seconds| Duration::from_secs(seconds).into()),
        },
        jitter,
    };
    let workflow: Workflow<OrderId, Value> = Workflow::new("orders", |f, input: Expr<OrderId>| {
        f.name("Order").timeout(Duration::from_mins(2));
        f.description("Reserves, charges and announces an order; orders above 100 get a discount.");
        let discount: Expr<f64> = f.var("discount", 0.1);
        let service: Expr<String> = f.var("service", "http://127.0.0.1:4100");
        let service = input.service.or_default(&service);
        let at = |path: &str| Text::new().value(&service).text(path);
        let fetch = f
            .add("fetch", HttpRequest::call().url(at("/orders/").value(&input.order_id)))
            .timeout(Duration::from_secs(5));
        let items = Members::new().with("order", &input.order_id).with("items", fetch.body.member::<Value>("items"));
        let reserve = f
            .add("reserve", HttpRequest::call().method(Method::Post).url(at("/reserve")).json(items).idempotent(true))
            .retry(patient(5, Some(1), Jitter::None));
        let total: Expr<f64> = fetch.body.member("total");
        let (amount, discounted) = f.when_else(
            total.gt(100),
            |f| {
                let amount = &total * (Expr::<f64>::of(1) - &discount);
                let values = Members::new().with("amount", amount).with("note", "thank you for a large order");
                let discount = f.add("discount", DataSet::call().values(values)).after(&reserve);
                (discount.member::<f64>("amount"), discount.success())
            },
            |f| {
                let full = f.add("full-price", DataSet::call().values(Members::new().with("amount", &total)));
                (full.after(&reserve).member::<f64>("amount"), false)
            },
        );
        let charge = f
            .add(
                "charge",
                HttpRequest::call()
                    .method(Method::Post)
                    .url(at("/charge"))
                    .json(Members::new().with("order", &input.order_id).with("amount", amount))
                    .idempotent(true),
            )
            .retry(patient(5, None, Jitter::Full));
        let charged = charge.body.member::<f64>("amount");
        let words = Text::new().text("Order ").value(&input.order_id).text(": ").value(&charged).text(" charged");
        let told = Members::new().with("to", fetch.body.member::<Value>("customer")).with("text", words);
        let notify = f.add("notify", HttpRequest::call().method(Method::Post).url(at("/notify")).json(told));
        Members::new()
            .with("reservation", reserve.body.member::<Value>("reservation"))
            .with("charge", charge.body.member::<Value>("charge"))
            .with("amount", charged)
            .with("discounted", discounted)
            .with("told", notify.body.member::<Value>("sent"))
    });
    assert_same(include_str!("../../examples/orders/orders.yaml"), &workflow);
}
