//! The examples and the pages of the documentation with `workflow!` and as structs.

use nebula_actions::flow::{FlowWait, Woken};

use super::*;

/// The workflow of a page that has this id.
fn page(text: &str, id: &str) -> String {
    let mut found = text.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next());
    found.find(|yaml| yaml.contains(&format!("\nid: {id}\n"))).expect("a workflow").to_owned()
}

#[derive(Workflow)]
#[workflow(id = "greet", name = "Greet somebody", input = Name)]
#[workflow(output = Twice { quiet: hello.text, loud: shout.text } as Twice)]
struct GreetTwice {
    #[node(with(name = input.name))]
    hello: Greet,
    #[node(after = hello, with(name = text!("{}, once more", input.name), loud = true))]
    shout: Greet,
}

#[test]
fn the_greeting() {
    let text = include_str!("../../../examples/custom-action/greet.yaml");
    assert_same(
        text,
        &workflow! { "greet" (input: Name) -> Twice with (name = "Greet somebody") {
            hello = Greet { name: input.name };
            shout = Greet { name: text!("{}, once more", input.name), loud: true } with (after = hello);
            Twice { quiet: hello.text, loud: shout.text }
        } },
    );
    assert_same(text, &GreetTwice::workflow());
}

#[derive(Workflow)]
#[workflow(id = "sum", output = large.items as Vec<Value>)]
struct Sum {
    #[node(with(values = Members::new().with("list", json!([3, 5, 8]))))]
    numbers: DataSet,
    #[node(with(items = numbers.member::<Vec<Value>>("list"), r#where = expr!("$item > 4")))]
    large: DataFilter,
    #[node(when = large.count > 1_u64, with(r#for = Duration::from_secs(2)))]
    later: FlowDelay,
}

#[test]
fn the_workflow_of_the_readme() {
    let text = page(include_str!("../../../README.md"), "sum");
    assert_same(
        &text,
        &workflow! { "sum" () -> Vec<Value> {
            numbers = DataSet { values: Members::new().with("list", json!([3, 5, 8])) };
            large = DataFilter { items: numbers.member::<Vec<Value>>("list"), r#where: expr!("$item > 4") };
            if large.count > 1_u64 {
                later = FlowDelay { r#for: Duration::from_secs(2) };
            }
            large.items
        } },
    );
    assert_same(&text, &Sum::workflow());
}

fn rows() -> Value {
    json!([
        { "customer": "Alan", "status": "open", "total": 40 },
        { "customer": "Ada", "status": "open", "total": 250 },
        { "customer": "Linus", "status": "paid", "total": 999 },
        { "customer": "Grace", "status": "open", "total": 180 },
    ])
}

/// Which orders are open, and is it so much that somebody should look?
#[derive(Workflow)]
#[workflow(id = "hello", name = "Open orders", input = Limit, vars(limit = 100 as i32), output = Open {
    alarm: list.success(),
    open: open.count,
    total: sums.member::<f64>("total"),
    text: text!(
        "{} open orders, {} in all{}\n{}",
        open.count,
        sums.member::<f64>("total"),
        expr_as::<String>(r#"$nodes.list.skipped ? "" : ":""#),
        list.text.or_default("Nothing to do.")
    ),
} as Open)]
struct OpenOrders {
    #[node(with(values = Members::new().with("rows", rows())))]
    orders: DataSet,
    #[node(with(items = orders.member::<Vec<Value>>("rows"), r#where = expr!(r#"$item.status == "open""#)))]
    open: DataFilter,
    #[node(with(items = open.items, values = [("total", Measure::Sum(expr!("$item.total").into()))]))]
    sums: DataAggregate,
    #[node(when = sums.member::<f64>("total") > input.limit.or_default(limit))]
    #[node(with(items = open.items, by = [SortKey::of(|key| key.key(expr!("$item.total")).order(Order::Desc))]))]
    ranked: DataSort,
    #[node(when = sums.member::<f64>("total") > input.limit.or_default(limit))]
    #[node(with(items = ranked.items, template = template!("- {{ $item.customer }}: {{ $item.total }}")))]
    list: TextTemplate,
}

#[test]
fn the_open_orders() {
    let text = include_str!("../../../examples/hello/hello.yaml");
    assert_same(
        text,
        &workflow! {
            /// Which orders are open, and is it so much that somebody should look?
            "hello" (input: Limit) -> Open with (name = "Open orders") {
                const limit: i32 = 100;
                orders = DataSet { values: Members::new().with("rows", rows()) };
                open = DataFilter {
                    items: orders.member::<Vec<Value>>("rows"),
                    r#where: expr!(r#"$item.status == "open""#),
                };
                sums = DataAggregate {
                    items: open.items,
                    values: [("total", Measure::Sum(expr!("$item.total").into()))],
                };
                let total = sums.member::<f64>("total");
                if total > input.limit.or_default(limit) {
                    ranked = DataSort {
                        items: open.items,
                        by: [SortKey::of(|key| key.key(expr!("$item.total")).order(Order::Desc))],
                    };
                    list = TextTemplate {
                        items: ranked.items,
                        template: template!("- {{ $item.customer }}: {{ $item.total }}"),
                    };
                }
                let colon = if list.skipped() { "" } else { ":" };
                Open {
                    alarm: list.success(),
                    open: open.count,
                    total: total,
                    text: text!(
                        "{} open orders, {} in all{}\n{}",
                        open.count,
                        total,
                        colon,
                        list.text.or_default("Nothing to do.")
                    ),
                }
            }
        },
    );
    assert_same(text, &OpenOrders::workflow());
}

/// An order.
#[derive(Parameters)]
struct Bill {
    /// Its number.
    id: u32,
    /// What it costs.
    cents: f64,
}

/// Orders.
#[derive(Parameters)]
struct Bills {
    /// All of them.
    orders: Vec<Bill>,
}

/// What is taxed.
#[derive(Parameters)]
struct Taxed {
    /// How much.
    cents: f64,
    /// The tax.
    percent: i32,
}

fn with_tax() -> Workflow<Taxed, f64> {
    workflow! { "with-tax" (input: Taxed) -> f64 {
        sum = DataSet {
            values: Members::new().with("cents", &input.cents + &input.cents * &input.percent / 100),
        };
        sum.member::<f64>("cents")
    } }
}

#[derive(Workflow)]
#[workflow(id = "invoices", input = Bills, output = invoices, vars(tax = 25 as i32))]
struct Invoices {
    #[node(with(values = Members::new().with("text", "INV")))]
    prefix: DataSet,
    #[node(each(order = input.orders, index = place, gives = line.any_value()), concurrency = 8, on_item_error = skip)]
    invoices: Vec<Value>,
    #[node(inside = invoices, calls = with_tax(), with(cents = order.cents, percent = tax))]
    total: Workflow<Taxed, f64>,
    #[node(inside = invoices, with(values = Members::new()
        .with("text", text!("{}-{}: {}", prefix.member::<String>("text"), order.id, total))
        .with("place", &place)))]
    line: DataSet,
}

#[test]
fn the_invoices_of_the_page() {
    let text = page(include_str!("../../../docs/blocks.md"), "invoices");
    let built: Workflow<Bills, Vec<Value>> = Workflow::new("invoices", |f, input: Expr<Bills>| {
        let tax: Expr<i32> = f.var("tax", 25);
        let prefix = f.add("prefix", DataSet::call().values(Members::new().with("text", "INV")));
        f.for_each("invoices", &input.orders, |f, order| {
            let total = f.add("total", with_tax().call().cents(&order.cents).percent(&tax));
            let words = text!("{}-{}: {}", prefix.member::<String>("text"), order.id, total);
            let values = Members::new().with("text", words).with("place", f.index());
            f.add("line", DataSet::call().values(values)).any_value()
        })
        .concurrency(8)
        .skip_failed()
    });
    assert_same(&text, &built);
    assert_same(
        &text,
        &workflow! { "invoices" (input: Bills) -> Vec<Value> {
            const tax: i32 = 25;
            prefix = DataSet { values: Members::new().with("text", "INV") };
            invoices = for (place, order) in input.orders {
                total = with_tax() { cents: order.cents, percent: tax };
                line = DataSet {
                    values: Members::new()
                        .with("text", text!("{}-{}: {}", prefix.member::<String>("text"), order.id, total))
                        .with("place", &place),
                };
                line.any_value()
            } with (concurrency = 8, on_item_error = skip);
            invoices
        } },
    );
    assert_same(&text, &Invoices::workflow());
}

/// Who is greeted.
#[derive(Parameters)]
struct Somebody {
    /// Their name.
    name: String,
}

#[derive(Workflow)]
#[workflow(id = "greet", input = Somebody)]
#[workflow(output = expr_as("$input.name != '' ? $nodes.hello.result.text : $nodes.nobody.result.text") as String)]
struct Start {
    #[node(when = input.name != "", with(values = Members::new().with("text", text!("Hello {}", input.name))))]
    hello: DataSet,
    #[node(otherwise, with(values = Members::new().with("text", "Is anybody there?")))]
    nobody: DataSet,
}

#[test]
fn the_beginning_of_the_page() {
    let text = page(include_str!("../../../docs/blocks.md"), "greet");
    let built: Workflow<Somebody, String> = Workflow::new("greet", |f, input: Expr<Somebody>| {
        f.when_else(
            input.name.not_equals(""),
            |f| {
                let values = Members::new().with("text", text!("Hello {}", input.name));
                f.add("hello", DataSet::call().values(values)).member::<String>("text")
            },
            |f| {
                let values = Members::new().with("text", "Is anybody there?");
                f.add("nobody", DataSet::call().values(values)).member::<String>("text")
            },
        )
    });
    assert_same(&text, &built);
    assert_same(
        &text,
        &workflow! { "greet" (input: Somebody) -> String {
            if input.name != "" {
                hello = DataSet { values: Members::new().with("text", text!("Hello {}", input.name)) };
                hello.member::<String>("text")
            } else {
                nobody = DataSet { values: Members::new().with("text", "Is anybody there?") };
                nobody.member::<String>("text")
            }
        } },
    );
    assert_same(&text, &Start::workflow());
}

/// What is to be decided.
#[derive(Parameters)]
struct Amount {
    /// How much.
    amount: i64,
}

const PAY: &str = "http://127.0.0.1:4100/pay";

#[derive(Workflow)]
#[workflow(id = "approval", input = Amount)]
struct Approval {
    #[node(with(signal = "approved", r#for = Duration::from_hours(72)))]
    decision: FlowWait,
    #[node(when = decision.reason == Woken::Signal)]
    #[node(with(method = Method::Post, url = PAY, idempotent = true, json = Members::new().with("amount", &input.amount)))]
    pay: HttpRequest,
    #[node(when = decision.reason == Woken::Signal, when = let Err(failure) = pay)]
    #[node(with(values = Members::new().with("text", text!("not paid: {}", failure.message))))]
    refused: DataSet,
    #[node(otherwise, with(values = Members::new().with("text", "nobody decided")))]
    expired: DataSet,
}

#[test]
fn the_approval_of_the_page() {
    let text = page(include_str!("../../../docs/waiting.md"), "approval");
    let built: Workflow<Amount, ()> = Workflow::new("approval", |f, input: Expr<Amount>| {
        let wait = FlowWait::call().signal("approved").r#for(Duration::from_hours(72));
        let decision = f.add("decision", wait);
        f.when_else(
            decision.reason.equals(Woken::Signal),
            |f| {
                let amount = Members::new().with("amount", &input.amount);
                let pay = HttpRequest::call().method(Method::Post).url(PAY).idempotent(true).json(amount);
                let pay = f.add("pay", pay);
                f.on_error(pay, |f, failure| {
                    let words = Members::new().with("text", text!("not paid: {}", failure.message));
                    f.add("refused", DataSet::call().values(words));
                });
            },
            |f| {
                f.add("expired", DataSet::call().values(Members::new().with("text", "nobody decided")));
            },
        );
    });
    assert_same(&text, &built);
    assert_same(
        &text,
        &workflow! { "approval" (input: Amount) {
            decision = FlowWait { signal: "approved", r#for: Duration::from_hours(72) };
            if decision.reason == Woken::Signal {
                pay = HttpRequest {
                    method: Method::Post,
                    url: PAY,
                    idempotent: true,
                    json: Members::new().with("amount", &input.amount),
                };
                if let Err(failure) = pay {
                    refused = DataSet { values: Members::new().with("text", text!("not paid: {}", failure.message)) };
                }
            } else {
                expired = DataSet { values: Members::new().with("text", "nobody decided") };
            }
        } },
    );
    assert_same(&text, &Approval::workflow());
}
