use nebula_sdk::testing::TestFlow;

#[nebula_sdk::test(seed = 0..20)]
async fn hot_days_are_announced(_t: TestFlow) {}

fn main() {}
