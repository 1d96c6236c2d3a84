#[nebula_sdk::test(sed = 7, seeds = 9..3)]
fn hot_days_are_announced(t: &u8, u: u8) -> u64 {
    7
}

fn main() {}
