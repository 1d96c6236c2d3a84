struct Tests;

impl Tests {
    #[nebula_sdk::test(seed = 7)]
    async fn hot_days_are_announced(self) {}
}

fn main() {}
