//! The two larger examples with `workflow!` and as structs.

use nebula_sdk::flow::Composed;

use super::*;

/// Reads a CSV file, keeps what is paid, sums it by region, writes CSV.
#[derive(Workflow)]
#[workflow(id = "sales", name = "Sales by region", input = Folder, vars(folder = "target/sales"))]
#[workflow(output = Members::new()
    .with("rows", &rows.count)
    .with("paid", &paid.count)
    .with("regions", &ranked.items) as Value)]
struct Sales {
    #[node(with(path = text!("{}/sales.csv", input.folder.or_default(folder))))]
    read: FileRead,
    #[node(with(text = read.text.or_default("")))]
    rows: CsvParse,
    #[node(with(items = rows.rows.any_items(), r#where = expr!(r#"$item.status == "paid""#)))]
    paid: DataFilter,
    #[node(id = "by-region", with(items = paid.items, group_by = groups(), values = measures()))]
    by_region: DataAggregate,
    #[node(with(items = by_region.member::<Vec<Value>>("groups"), by = [largest_first()]))]
    ranked: DataSort,
    #[node(with(rows = ranked.member::<Vec<_>>("items"), columns = COLUMNS))]
    text: CsvFormat,
    #[node(with(path = text!("{}/by-region.csv", input.folder.or_default(folder)), text = text.text))]
    write: FileWrite,
}

const COLUMNS: [&str; 5] = ["region", "sales", "units", "cents", "largest"];

fn groups() -> [(&'static str, &'static nebula_sdk::expression::Expression); 1] {
    [("region", expr!("$item.region"))]
}

fn measures() -> [(&'static str, Measure); 4] {
    [
        ("sales", Measure::Count(True)),
        ("units", Measure::Sum(expr!("$item.units").into())),
        ("cents", Measure::Sum(expr!("$item.amount").into())),
        ("largest", Measure::Max(expr!("$item.amount").into())),
    ]
}

fn largest_first() -> Composed<SortKey> {
    SortKey::of(|key| key.key(expr!("$item.cents")).order(Order::Desc))
}

#[test]
fn the_sales() {
    let text = include_str!("../../../examples/sales/sales.yaml");
    assert_same(
        text,
        &workflow! {
            /// Reads a CSV file, keeps what is paid, sums it by region, writes CSV.
            "sales" (input: Folder) -> Value with (name = "Sales by region") {
                const folder = "target/sales";
                let place = input.folder.or_default(folder);
                read = FileRead { path: text!("{}/sales.csv", place) };
                rows = CsvParse { text: read.text.or_default("") };
                paid = DataFilter { items: rows.rows.any_items(), r#where: expr!(r#"$item.status == "paid""#) };
                by_region = DataAggregate { items: paid.items, group_by: groups(), values: measures() } with (
                    id = "by-region",
                );
                ranked = DataSort { items: by_region.member::<Vec<Value>>("groups"), by: [largest_first()] };
                text = CsvFormat { rows: ranked.member::<Vec<_>>("items"), columns: COLUMNS };
                write = FileWrite { path: text!("{}/by-region.csv", place), text: text.text };
                Members::new().with("rows", &rows.count).with("paid", &paid.count).with("regions", &ranked.items)
            }
        },
    );
    assert_same(text, &Sales::workflow());
}

/// Reserves, charges and announces an order; orders above 100 get a discount.
#[derive(Workflow)]
#[workflow(id = "orders", name = "Order", timeout = "2m", input = OrderId)]
#[workflow(vars(discount = 0.1 as f64, service = "http://127.0.0.1:4100"))]
#[workflow(output = Members::new()
    .with("reservation", reserve.body.member::<Value>("reservation"))
    .with("charge", charge.body.member::<Value>("charge"))
    .with("amount", charge.body.member::<f64>("amount"))
    .with("discounted", expr_as::<bool>("$nodes.fetch.result.body.total > 100 ? $nodes.discount.success : false"))
    .with("told", notify.body.member::<Value>("sent")) as Value)]
struct Orders {
    #[node(timeout = "5s", with(url = text!("{}/orders/{}", input.service.or_default(service), input.order_id)))]
    fetch: HttpRequest,
    #[node(retry(max = 5, backoff = exp("50ms", max = "1s"), jitter = none), with(
        method = Method::Post,
        url = text!("{}/reserve", input.service.or_default(service)),
        json = Members::new().with("order", &input.order_id).with("items", fetch.body.member::<Value>("items")),
        idempotent = true,
    ))]
    reserve: HttpRequest,
    #[node(id = "discount", when = fetch.body.member::<f64>("total") > 100, after = reserve, with(
        values = Members::new()
            .with("amount", fetch.body.member::<f64>("total") * (Expr::<f64>::of(1) - discount))
            .with("note", "thank you for a large order"),
    ))]
    reduced: DataSet,
    #[node(id = "full-price", otherwise, after = reserve, with(
        values = Members::new().with("amount", fetch.body.member::<f64>("total")),
    ))]
    full: DataSet,
    #[node(retry(max = 5, backoff = exp("50ms"), jitter), with(
        method = Method::Post,
        url = text!("{}/charge", input.service.or_default(service)),
        json = Members::new().with("order", &input.order_id).with("amount", expr_as::<f64>(
            "$nodes.fetch.result.body.total > 100 ? $nodes.discount.result.amount : $nodes.full-price.result.amount",
        )),
        idempotent = true,
    ))]
    charge: HttpRequest,
    #[node(with(
        method = Method::Post,
        url = text!("{}/notify", input.service.or_default(service)),
        json = Members::new()
            .with("to", fetch.body.member::<Value>("customer"))
            .with("text", text!("Order {}: {} charged", input.order_id, charge.body.member::<f64>("amount"))),
    ))]
    notify: HttpRequest,
}

#[test]
fn the_order() {
    let text = include_str!("../../../examples/orders/orders.yaml");
    assert_same(
        text,
        &workflow! {
            /// Reserves, charges and announces an order; orders above 100 get a discount.
            "orders" (input: OrderId) -> Value with (name = "Order", timeout = "2m") {
                const discount: f64 = 0.1;
                const service = "http://127.0.0.1:4100";
                let place = input.service.or_default(service);
                fetch = HttpRequest { url: text!("{}/orders/{}", place, input.order_id) } with (timeout = "5s");
                reserve = HttpRequest {
                    method: Method::Post,
                    url: text!("{}/reserve", place),
                    json: Members::new()
                        .with("order", &input.order_id)
                        .with("items", fetch.body.member::<Value>("items")),
                    idempotent: true,
                } with (retry(max = 5, backoff = exp("50ms", max = "1s"), jitter = none));
                let total = fetch.body.member::<f64>("total");
                let (amount, discounted) = if total > 100 {
                    reduced = DataSet {
                        values: Members::new()
                            .with("amount", &total * (Expr::<f64>::of(1) - discount))
                            .with("note", "thank you for a large order"),
                    } with (id = "discount", after(reserve));
                    (reduced.member::<f64>("amount"), reduced.success())
                } else {
                    full = DataSet { values: Members::new().with("amount", &total) } with (
                        id = "full-price",
                        after(reserve),
                    );
                    (full.member::<f64>("amount"), false)
                };
                charge = HttpRequest {
                    method: Method::Post,
                    url: text!("{}/charge", place),
                    json: Members::new().with("order", &input.order_id).with("amount", amount),
                    idempotent: true,
                } with (retry(max = 5, backoff = exp("50ms"), jitter));
                notify = HttpRequest {
                    method: Method::Post,
                    url: text!("{}/notify", place),
                    json: Members::new().with("to", fetch.body.member::<Value>("customer")).with(
                        "text",
                        text!("Order {}: {} charged", input.order_id, charge.body.member::<f64>("amount")),
                    ),
                };
                Members::new()
                    .with("reservation", reserve.body.member::<Value>("reservation"))
                    .with("charge", charge.body.member::<Value>("charge"))
                    .with("amount", charge.body.member::<f64>("amount"))
                    .with("discounted", discounted)
                    .with("told", notify.body.member::<Value>("sent"))
            }
        },
    );
    assert_same(text, &Orders::workflow());
}
