#![deny(warnings, missing_docs)]
//! One credential, as an author writes it.

use nebula_sdk::prelude::*;

/// Key of a service.
#[derive(Credential)]
#[credential(id = "demo.key", scheme = header("X-Api-Key"))]
pub struct ServiceKey {
    key: SecretString,
}

/// Ask the service.
#[nebula_sdk::action(id = "demo.ask", version = "1.0", pure, capabilities(net("example.com:443")))]
pub async fn ask(key: Cred<ServiceKey>, ctx: &Ctx) -> Result<u16> {
    Ok(ctx.http().get("https://example.com").auth(&key).send().await?.status)
}

fn main() {
    let _ = Registry::new().with::<Ask>();
}
