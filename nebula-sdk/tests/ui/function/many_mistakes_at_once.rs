use nebula_sdk::prelude::*;

#[nebula_sdk::action(id = "fetch", verison = "1.0")]
fn fetch(url: &str, #[param(minimum = 1)] days: u8, #[parm] ctx: Ctx) -> String {
    format!("{url}{days}{}", ctx.attempt())
}

fn main() {
    let _ = Registry::new().with::<Fetch>();
}
