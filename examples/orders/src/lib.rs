//! The bundled order service. Notice its ledger: a `POST` with an `Idempotency-Key` that it has seen is answered as the
//! first time, without a second effect. That is what makes a repeated call harmless.

#![forbid(unsafe_code)]

mod ledger;
mod routes;
mod service;

pub use ledger::Effect;
pub use service::OrderService;
