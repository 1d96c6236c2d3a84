use nebula_sdk::prelude::*;

/// A database.
#[derive(Resource)]
#[resource(id = "demo.database", shared)]
struct Database;

impl ResourceLifecycle for Database {
    type Config = ();
    type Handle = std::rc::Rc<u8>;

    async fn create(&self, (): (), _: &ResourceContext<Self>) -> Result<std::rc::Rc<u8>> {
        Ok(std::rc::Rc::new(1))
    }
}

fn main() {}
