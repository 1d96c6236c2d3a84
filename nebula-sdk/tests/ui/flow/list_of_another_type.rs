use nebula_sdk::prelude::*;

/// Where to look.
#[derive(Parameters)]
struct City {
    /// City to look up.
    name: String,
    /// How many live there.
    size: Option<u32>,
    /// What it is near to.
    near: Vec<String>,
}

fn main() {
    let _: Workflow<City, City> = Workflow::new("a", |_, city: Expr<City>| City::of(|c| c.name("Oslo").near([1])));
}
