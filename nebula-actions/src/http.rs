//! HTTP.

mod auth;
mod pairs;
mod request;

pub use auth::HttpAuth;
pub use pairs::{Pair, Pairs};
pub use request::{HttpAnswer, HttpRequest, HttpRequestInput, Method, RequestFields};
