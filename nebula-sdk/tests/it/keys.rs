//! The keys of `#[action(..)]` beyond what an action needs.

use std::time::Duration;

use nebula_sdk::{prelude::*, testing::descriptor};

/// Which city.
#[derive(Parameters)]
struct City {
    /// Its name.
    name: String,
}

/// What the doc comment says.
#[derive(Action)]
#[action(
    id = "keys.listed",
    version = "1.0",
    idempotent,
    description = "What people read.",
    category = "Weather",
    tags("forecast", "rain"),
    icon = "cloud-sun",
    docs = "https://example.com/weather",
    example(title = "Oslo", input = json!({ "name": "Oslo" })),
    example(title = "Bergen", input = json!({ "name": "Bergen" })),
    timeout = "10s",
    deadline = "5m",
    max_input = "1MiB",
    max_output = "10MiB",
    concurrency = 4,
    rate_limit = "10/s"
)]
struct Listed;

impl SimpleAction for Listed {
    type Input = City;
    type Output = String;

    async fn execute(&self, input: City, _: &ActionContext<Self>) -> Result<String> {
        Ok(input.name)
    }
}

/// Has an example that is of another action.
#[nebula_sdk::action(id = "keys.wrong_example", version = "1.0", pure, example(title = "Oslo", input = json!({ "nmae": 1 })))]
async fn wrong_example(
    /// A name.
    name: String,
) -> Result<String> {
    Ok(name)
}

#[test]
fn the_descriptor_has_what_catalogues_show() {
    let listing = descriptor::<Listed>().listing;
    assert_eq!(descriptor::<Listed>().description, "What people read.");
    assert_eq!(listing.category.as_deref(), Some("Weather"));
    assert_eq!(listing.tags, ["forecast", "rain"]);
    assert_eq!(listing.icon.as_deref(), Some("cloud-sun"));
    assert_eq!(listing.docs.as_deref(), Some("https://example.com/weather"));
    let titles: Vec<_> = listing.examples.iter().map(|example| example.title.as_str()).collect();
    assert_eq!(titles, ["Oslo", "Bergen"]);
    assert_eq!(listing.examples[1].input, json!({ "name": "Bergen" }));
}

#[test]
fn the_descriptor_has_the_bounds() {
    let limits = descriptor::<Listed>().limits;
    assert_eq!(limits.deadline.map(|deadline| deadline.get()), Some(Duration::from_mins(5)));
    assert_eq!(limits.max_input.unwrap().to_string(), "1 MiB");
    assert_eq!(limits.max_output.unwrap().0, 10 << 20);
    assert_eq!(limits.concurrency, Some(4));
    assert_eq!(limits.rate.unwrap().to_string(), "10/s");
}

#[test]
#[should_panic(expected = "the example `Oslo` of the action `keys.wrong_example` is not an input of it")]
fn an_example_that_is_no_input_is_found_when_the_program_starts() {
    let _ = Registry::new().with::<WrongExample>();
}

/// What is paid.
#[derive(Parameters)]
#[serde(rename_all = "camelCase")]
struct Order {
    /// Which order.
    order_id: u64,
    /// Of whom.
    #[serde(rename = "bought by")]
    customer: Option<String>,
    /// For people.
    note: String,
}

/// Pay.
#[derive(Action)]
#[action(id = "keys.pay", version = "1.0", idempotent(key(order_id, customer)))]
struct Pay;

impl ProcessAction for Pay {
    type Input = Order;
    type Output = String;

    async fn execute(&self, input: Order, ctx: &ActionContext<Self>) -> Result<ActionResult<String>> {
        let _ = (input.order_id, input.customer, input.note);
        Ok(ActionResult::Done(ctx.idempotency_key().to_string()))
    }
}

#[test]
fn the_fields_of_the_key_have_the_names_of_the_parameters() {
    assert_eq!(descriptor::<Pay>().key, ["orderId", "bought by"]);
    assert_eq!(descriptor::<Pay>().effect, EffectClass::Idempotent);
    assert!(descriptor::<Listed>().key.is_empty());
}

#[test]
fn a_call_in_a_test_has_the_key_of_its_values() {
    let key = |order: u64, note: &str| {
        nebula_sdk::testing::call::<Pay>(json!({ "orderId": order, "note": note })).output().to_string()
    };
    assert_eq!(key(1, "a"), key(1, "b"));
    assert_ne!(key(1, "a"), key(2, "a"));
}
