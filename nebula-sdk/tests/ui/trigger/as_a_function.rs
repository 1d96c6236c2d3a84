use nebula_sdk::prelude::*;

/// New lines.
#[nebula_sdk::action(id = "demo.lines", version = "1.0", pure, poll = "1m")]
async fn lines() -> Result<()> {
    Ok(())
}

fn main() {
    let _ = Registry::new().with::<Lines>();
}
