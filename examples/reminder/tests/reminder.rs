//! The workflow does what `docs/coming-from.md` says, and is what it shows.

use std::{fs, path::Path, time::Duration};

use nebula_actions::flow::FlowDelay;
use nebula_reminder::{FindPayment, Invoice, Order, Payment, SendInvoice, SendMail, reminder};
use nebula_sdk::{prelude::*, testing::TestFlow};

fn order() -> Value {
    json!({ "id": "A-1", "cents": 4200, "mail": "ada@example.com" })
}

fn file(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

fn busy<T>() -> Result<T> {
    Err(ActionError::transient("pay.busy", "busy"))
}

// docs: test
#[nebula_sdk::test(seed = 7)]
async fn who_has_not_paid_after_two_hours_gets_one_mail(t: TestFlow) {
    let run = t
        .flow(reminder())
        .action::<FlowDelay>()
        .mock_seq::<SendInvoice>([busy(), busy(), Ok(Invoice { number: "7".into() })])
        .mock::<FindPayment>(|_| Ok(Payment { paid: false }))
        .mock::<SendMail>(|_| Ok(()))
        .run(order())
        .await;
    assert!(run.elapsed() >= Duration::from_hours(2));
    assert_eq!(run.calls::<SendMail>()[0].text, "Order A-1 is not paid yet.");
}
// docs: end

#[nebula_sdk::test]
async fn who_has_paid_gets_none(t: TestFlow) {
    let run = t
        .flow(reminder())
        .action::<FlowDelay>()
        .mock::<SendInvoice>(|_| Ok(Invoice { number: "7".into() }))
        .mock::<FindPayment>(|_| Ok(Payment { paid: true }))
        .mock::<SendMail>(|_| Ok(()))
        .may_be_unused()
        .run(order())
        .await;
    assert!(run.calls::<SendMail>().is_empty());
    assert!(run.output::<Payment>().paid);
}

#[nebula_sdk::test]
async fn the_file_does_the_same(t: TestFlow) {
    let run = t
        .flow(file("reminder.yaml").as_str())
        .action::<FlowDelay>()
        .mock::<SendInvoice>(|_| Ok(Invoice { number: "7".into() }))
        .mock::<FindPayment>(|_| Ok(Payment { paid: false }))
        .mock::<SendMail>(|_| Ok(()))
        .run(order())
        .await;
    assert_eq!(run.calls::<SendMail>()[0].to, "ada@example.com");
}

/// Each part of the sources between `// docs: name` and `// docs: end` stands in the page as it is.
#[test]
fn the_page_shows_what_is_compiled() {
    let page = file("../../docs/coming-from.md");
    for name in ["src/lib.rs", "tests/reminder.rs"] {
        let source = file(name);
        let parts: Vec<_> = source.split("\n// docs: ").skip(1).filter(|part| !part.starts_with("end\n")).collect();
        assert!(!parts.is_empty(), "{name} has parts for the page");
        for part in parts {
            // What is behind the mark's line.
            let Some((mark, code)) = part.split_once('\n') else { continue };
            assert!(
                page.contains(&format!("```rust\n{code}\n```")),
                "docs/coming-from.md has another `{mark}` than {name}"
            );
        }
    }
    assert!(
        page.contains(&format!("```yaml\n{}```", file("reminder.yaml"))),
        "docs/coming-from.md has another workflow file"
    );
}

#[test]
fn the_documents_say_what_the_actions_are() {
    nebula_sdk::testing::assert_documents(&nebula_reminder::registry());
}

/// Reminds who has not paid after two hours.
#[derive(Workflow)]
#[workflow(id = "reminder", input = Order, output = payment)]
struct Reminder {
    #[node(with(order = input.id, cents = input.cents), credentials(key = "pay"))]
    invoice: SendInvoice,
    #[node(with(r#for = Duration::from_hours(2)), after = invoice)]
    pause: FlowDelay,
    #[node(with(invoice = invoice.number), credentials(key = "pay"), after = pause)]
    payment: FindPayment,
    #[node(when = !payment.paid, with(to = input.mail, text = text!("Order {} is not paid yet.", input.id)))]
    mail: SendMail,
}

#[test]
fn it_is_the_same_however_it_is_written() {
    let written = workflow! { "reminder" (order: Order) -> Payment {
        invoice = SendInvoice { order: order.id, cents: order.cents } with (credentials(key = "pay"));
        pause = FlowDelay { r#for: Duration::from_hours(2) } with (after = invoice);
        payment = FindPayment { invoice: invoice.number } with (credentials(key = "pay"), after = pause);
        if !payment.paid {
            mail = SendMail { to: order.mail, text: text!("Order {} is not paid yet.", order.id) };
        }
        payment
    } };
    let built = reminder().definition().unwrap();
    assert_eq!(written.definition().unwrap().canonical_json(), built.canonical_json());
    let mut derived = Reminder::definition().unwrap();
    // A struct's own words are the description.
    assert_eq!(derived.description.take().as_deref(), Some("Reminds who has not paid after two hours."));
    assert_eq!(derived.canonical_json(), built.canonical_json());
}
