//! The service's addresses.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Value, json};

use crate::ledger::Ledger;

type Shared = State<Arc<Ledger>>;

pub(crate) fn router(ledger: Arc<Ledger>) -> Router {
    Router::new()
        .route("/orders/{id}", get(order))
        .route("/reserve", post(reserve))
        .route("/charge", post(charge))
        .route("/notify", post(notify))
        .route("/effects", get(effects))
        .with_state(ledger)
}

async fn order(Path(id): Path<String>) -> Response {
    let (customer, items, total) = match id.as_str() {
        "A-1001" => ("Ada", json!([{ "sku": "lamp", "count": 2 }, { "sku": "desk", "count": 1 }]), 250),
        "A-1002" => ("Grace", json!([{ "sku": "pen", "count": 8 }]), 40),
        _ => return refusal(StatusCode::NOT_FOUND, "there is no such order"),
    };
    Json(json!({ "id": id, "customer": customer, "items": items, "total": total })).into_response()
}

async fn reserve(State(ledger): Shared, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    const ENDPOINT: &str = "/reserve";
    let Some(key) = key(&headers) else { return needs_key() };
    if ledger.refuses(ENDPOINT, key) {
        return refusal(StatusCode::SERVICE_UNAVAILABLE, "the stock is being counted, try again");
    }
    Json(ledger.once(ENDPOINT, key, || json!({ "reservation": format!("R-{}", text(&body["order"])) }))).into_response()
}

async fn charge(State(ledger): Shared, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    let Some(key) = key(&headers) else { return needs_key() };
    let charged = || json!({ "charge": format!("C-{}", text(&body["order"])), "amount": body["amount"] });
    Json(ledger.once("/charge", key, charged)).into_response()
}

async fn notify(State(ledger): Shared, Json(_): Json<Value>) -> Response {
    ledger.always("/notify");
    Json(json!({ "sent": true })).into_response()
}

async fn effects(State(ledger): Shared) -> Response {
    Json(ledger.effects()).into_response()
}

fn key(headers: &HeaderMap) -> Option<&str> {
    headers.get("idempotency-key")?.to_str().ok().filter(|key| !key.is_empty())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("?")
}

fn needs_key() -> Response {
    refusal(StatusCode::BAD_REQUEST, "send an Idempotency-Key, so that the call can be repeated")
}

fn refusal(status: StatusCode, reason: &str) -> Response {
    (status, Json(json!({ "error": reason }))).into_response()
}
