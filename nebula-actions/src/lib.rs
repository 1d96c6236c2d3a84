//! The actions that come with Nebula. They are written with nebula-sdk as any other package's are.
//!
//! | action | does |
//! |---|---|
//! | [`http.request@1`](http::HttpRequest) | sends an HTTP request |
//! | [`data.set@1`](data::DataSet) | makes an object of values |
//! | [`data.filter@1`](data::DataFilter) | keeps the items for which a condition holds |
//! | [`data.sort@1`](data::DataSort) | sorts a list by one or more keys |
//! | [`data.aggregate@1`](data::DataAggregate) | counts, sums and picks over a list or its groups |
//! | [`text.template@1`](text::TextTemplate) | renders a template once for each item |
//! | [`json.parse@1`](json::JsonParse) | reads JSON from text |
//! | [`csv.parse@1`](csv::CsvParse) | reads comma-separated values into objects |
//! | [`csv.format@1`](csv::CsvFormat) | writes objects as comma-separated values |
//! | [`file.read@1`](file::FileRead) | reads a file |
//! | [`file.write@1`](file::FileWrite) | writes a file, whole or not at all |
//! | [`flow.delay@1`](flow::FlowDelay) | waits, durably |
//! | [`flow.wait@1`](flow::FlowWait) | waits for a signal or a time, durably |
//! | [`flow.fail@1`](flow::FlowFail) | fails on purpose |
//!
//! ```
//! let actions = nebula_actions::registry();
//! assert!(actions.get(&"http.request@1".parse().unwrap()).is_some());
//! ```

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod csv;
pub mod data;
pub mod file;
pub mod flow;
pub mod http;
pub mod json;
pub mod text;

mod exclusive;
mod heavy;
mod order;
mod sum;

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
    registry.register::<data::DataSort>();
    registry.register::<data::DataAggregate>();
    registry.register::<text::TextTemplate>();
    registry.register::<json::JsonParse>();
    registry.register::<csv::CsvParse>();
    registry.register::<csv::CsvFormat>();
    registry.register::<file::FileRead>();
    registry.register::<file::FileWrite>();
    registry.register::<flow::FlowDelay>();
    registry.register::<flow::FlowFail>();
    registry.register::<flow::FlowWait>();
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
