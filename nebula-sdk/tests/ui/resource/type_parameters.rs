use nebula_sdk::prelude::*;

/// A database.
#[derive(Resource)]
#[resource(id = "demo.database", shared)]
struct Database<T>(std::marker::PhantomData<T>);

fn main() {}
