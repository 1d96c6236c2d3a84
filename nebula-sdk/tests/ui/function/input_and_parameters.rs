use nebula_sdk::prelude::*;

/// What to fetch.
#[derive(Parameters)]
struct What {
    /// Where.
    url: String,
}

/// Fetch something.
#[nebula_sdk::action(id = "demo.fetch", version = "1.0")]
async fn fetch(#[input] what: What, /** Days. */ days: u8) -> Result<String> {
    let _ = days;
    Ok(what.url)
}

fn main() {
    let _ = Registry::new().with::<Fetch>();
}
