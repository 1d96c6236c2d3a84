#[nebula_sdk::test(seed = 7)]
async fn hot_days_are_announced(_t: u64) {}

fn main() {}
