use nebula_sdk::testing::TestFlow;

#[nebula_sdk::test(flavor = "multi_thread")]
async fn hot_days_are_announced(_t: TestFlow) {}

fn main() {}
