//! A test, in each of its forms.

#![deny(warnings)]

use nebula_sdk::testing::TestFlow;

/// Nothing but the seed.
#[nebula_sdk::test]
pub async fn without_a_seed(_: TestFlow) {}

#[nebula_sdk::test(seeds = 0..=3)]
pub async fn with_a_result(t: TestFlow) -> nebula_sdk::Result<()> {
    let _ = t;
    Ok(())
}

fn main() {}
