use nebula_sdk::testing::TestFlow;

#[nebula_sdk::test(seeds = 7..7)]
async fn hot_days_are_announced(_t: TestFlow) {}

fn main() {}
