#[nebula_sdk::test(seed = 7)]
struct HotDaysAreAnnounced;

fn main() {}
