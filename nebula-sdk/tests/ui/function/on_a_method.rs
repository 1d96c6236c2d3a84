use nebula_sdk::prelude::*;

struct Service;

impl Service {
    /// Fetch something.
    #[nebula_sdk::action(id = "demo.fetch", version = "1.0")]
    async fn fetch(&self) -> Result<()> {
        Ok(())
    }
}

fn main() {
    drop(Service.fetch());
}
