use nebula_sdk::prelude::*;

/// What falls.
#[derive(Parameters)]
enum Sky {
    /// Nothing.
    Sunny,
    /// Water.
    Rainy,
    /// Ice.
    Snowy,
}

/// A day.
#[derive(Parameters)]
struct Day {
    /// How it is.
    sky: Sky,
    /// How it was.
    before: Option<Sky>,
}

fn main() {
    let _: Workflow<Day, String> = Workflow::new("a", |f, day: Expr<Day>| {
        f.switch(&day.sky).on_sunny(|_| "a hat").on_snowy(|_| "boots").end()
    });
}
