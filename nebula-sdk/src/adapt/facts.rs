//! What the macro writes of catalogues and bounds, and what becomes of it in the descriptor.

use std::time::Duration;

use nebula_ports::{
    model::{ActionExample, ActionLimits, ByteSize, Listing, RateLimit},
    time::DurationText,
};
use serde_json::Value;

use crate::Parameters;

/// How an action is found and shown.
#[derive(Debug)]
pub struct ListingFacts {
    pub category: Option<&'static str>,
    pub tags: &'static [&'static str],
    pub icon: Option<&'static str>,
    pub docs: Option<&'static str>,
    /// Title and input.
    pub examples: Vec<(&'static str, Value)>,
}

/// The bounds of an action's calls.
#[derive(Debug)]
pub struct LimitFacts {
    pub deadline: Option<Duration>,
    pub max_input: Option<u64>,
    pub max_output: Option<u64>,
    pub concurrency: Option<u32>,
    /// How many, in which time, how many at once.
    pub rate: Option<(u32, Duration, u32)>,
    pub cache: Option<Duration>,
    pub heartbeat: Option<Duration>,
}

// === impl ListingFacts ===

impl ListingFacts {
    /// # Panics
    /// When an example cannot be read as the input: a mistake in code, found when the program starts.
    #[track_caller]
    pub(super) fn listing<I: Parameters>(self, id: &str) -> Listing {
        let example = |(title, input): (&str, Value)| {
            if let Err(error) = I::decode(&input) {
                panic!("the example `{title}` of the action `{id}` is not an input of it: {error}");
            }
            ActionExample { title: title.to_owned(), input }
        };
        Listing {
            category: self.category.map(str::to_owned),
            tags: self.tags.iter().map(|tag| (*tag).to_owned()).collect(),
            icon: self.icon.map(str::to_owned),
            docs: self.docs.map(str::to_owned),
            examples: self.examples.into_iter().map(example).collect(),
        }
    }
}

// === impl LimitFacts ===

impl LimitFacts {
    pub(super) fn limits(&self) -> ActionLimits {
        ActionLimits {
            deadline: self.deadline.map(DurationText::new),
            max_input: self.max_input.map(ByteSize),
            max_output: self.max_output.map(ByteSize),
            concurrency: self.concurrency,
            cache: self.cache.map(DurationText::new),
            heartbeat: self.heartbeat.map(DurationText::new),
            rate: self.rate.map(|(count, per, burst)| RateLimit { count, per: per.into(), burst }),
        }
    }
}
