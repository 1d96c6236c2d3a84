#[nebula_sdk::test(sed = 7, seeds = 9..3)]
fn hot_days_are_announced(_t: &u8, _u: u8) -> u64 {
    7
}

fn main() {}
