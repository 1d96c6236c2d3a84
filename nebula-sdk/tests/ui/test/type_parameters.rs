use nebula_sdk::testing::TestFlow;

#[nebula_sdk::test(seed = 7)]
async fn hot_days_are_announced<T>(_t: TestFlow) {}

fn main() {}
