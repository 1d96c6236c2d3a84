use nebula_sdk::testing::TestFlow;

#[nebula_sdk::test(seed = 7)]
#[test]
async fn hot_days_are_announced(_t: TestFlow) {}

fn main() {}
