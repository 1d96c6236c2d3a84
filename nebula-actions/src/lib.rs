//! The actions that come with Nebula. They are written with nebula-sdk as any other package's are.
//!
//! | action | does |
//! |---|---|
//! | [`http.request@1`](http::HttpRequest) | sends an HTTP request |
//! | [`data.set@1`](data::DataSet) | makes an object of values |
//! | [`data.filter@1`](data::DataFilter) | keeps the items for which a condition holds |
//! | [`flow.delay@1`](flow::FlowDelay) | waits, durably |
//! | [`flow.fail@1`](flow::FlowFail) | fails on purpose |
//!
//! ```
//! let actions = nebula_actions::registry();
//! assert!(actions.get(&"http.request@1".parse().unwrap()).is_some());
//! ```

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod data;
pub mod flow;
pub mod http;

mod exclusive;
mod heavy;

use nebula_sdk::Registry;

/// Adds all actions of this package.
///
/// # Panics
/// When the registry has one of them already.
#[track_caller]
pub fn register(registry: &mut Registry) {
    registry.register::<http::HttpRequest>();
    registry.register::<data::DataSet>();
    registry.register::<data::DataFilter>();
    registry.register::<flow::FlowDelay>();
    registry.register::<flow::FlowFail>();
}

/// All actions of this package.
#[must_use]
pub fn registry() -> Registry {
    let mut registry = Registry::new();
    register(&mut registry);
    registry
}

#[cfg(test)]
mod tests;
