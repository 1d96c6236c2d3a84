//! Asks for payment of an order, waits two hours, and sends a mail if it is not paid by then. Notice:
//!
//! - the wait is a row in the store, not a task: the process may end meanwhile, for as long as you like;
//! - `send_invoice` is idempotent and repeated after a crash with the same key; `send_mail` never is, unless somebody
//!   decides so;
//! - a field that the invoice does not have, or a step that only one branch has, does not compile in `reminder()`.
//!
//! `docs/coming-from.md` shows the same job for n8n, Temporal and Restate.

#![forbid(unsafe_code)]

use std::time::Duration;

use nebula_actions::flow::FlowDelay;
use nebula_sdk::{flow::Text, prelude::*};

/// An order.
#[derive(Debug, Parameters)]
pub struct Order {
    /// Its number.
    pub id: String,
    /// In cents.
    #[param(min = 1)]
    pub cents: u32,
    /// Whom to remind.
    #[param(format = "email")]
    pub mail: String,
}

/// An invoice.
#[derive(Debug, Parameters)]
pub struct Invoice {
    /// Its number.
    pub number: String,
}

/// What is known of a payment.
#[derive(Debug, Parameters)]
pub struct Payment {
    /// Whether all of it has come.
    pub paid: bool,
}

/// Key of the payment service.
#[derive(Credential)]
#[credential(id = "pay.api", scheme = bearer)]
pub struct PayApi {
    token: SecretString,
}

// docs: actions
/// Ask for payment.
#[nebula_sdk::action(id = "shop.invoice", version = "1.0", idempotent, retry(max = 5, backoff = exp("1s"), jitter),
    capabilities(net("pay.example.com:443")))]
pub async fn send_invoice(
    /// Number of the order.
    order: String,
    /// In cents.
    cents: u32,
    key: Cred<PayApi>,
    ctx: &Ctx,
) -> Result<Invoice> {
    let body = json!({ "order": order, "cents": cents, "key": ctx.idempotency_key() });
    ctx.http().post("https://pay.example.com/invoices").json(&body).auth(&key).send().await?.error_for_status()?.json()
}
// docs: end

/// See whether an invoice is paid.
#[nebula_sdk::action(id = "shop.payment", version = "1.0", idempotent, retry(max = 5, backoff = exp("1s"), jitter),
    capabilities(net("pay.example.com:443")))]
pub async fn find_payment(
    /// Number of the invoice.
    invoice: String,
    key: Cred<PayApi>,
    ctx: &Ctx,
) -> Result<Payment> {
    let url = format!("https://pay.example.com/invoices/{invoice}");
    ctx.http().get(url).auth(&key).send().await?.error_for_status()?.json()
}

/// Send a mail.
#[nebula_sdk::action(id = "shop.mail", version = "1.0", at_most_once, capabilities(net("mail.example.com:443")))]
pub async fn send_mail(
    /// To whom.
    to: String,
    /// The text.
    text: String,
    ctx: &Ctx,
) -> Result<()> {
    let body = json!({ "to": to, "text": text });
    ctx.http().post("https://mail.example.com/send").json(&body).send().await?.error_for_status()?;
    Ok(())
}

// docs: workflow
/// Reminds who has not paid after two hours.
pub fn reminder() -> Workflow<Order, Payment> {
    Workflow::new("reminder", |f, order: Expr<Order>| {
        let ask = SendInvoice::call().order(&order.id).cents(&order.cents);
        let invoice = f.add("invoice", ask).credential("key", "pay");
        let pause = f.add("pause", FlowDelay::call().r#for(hours(2))).after(&invoice);
        let find = FindPayment::call().invoice(&invoice.number);
        let payment = f.add("payment", find).credential("key", "pay").after(&pause);
        f.when(payment.paid.not(), |f| {
            let text = Text::new().text("Order ").value(&order.id).text(" is not paid yet.");
            f.add("mail", SendMail::call().to(&order.mail).text(text));
        });
        payment
    })
}
// docs: end

const fn hours(hours: u64) -> DurationText {
    DurationText::new(Duration::from_hours(hours))
}

/// The actions of this shop.
#[must_use]
pub fn registry() -> Registry {
    Registry::new().with::<SendInvoice>().with::<FindPayment>().with::<SendMail>()
}
