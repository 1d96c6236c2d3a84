use nebula_sdk::prelude::*;

#[derive(Credential)]
#[credential(id = "demo.key", scheme = bearer)]
struct Key<T = String> {
    key: T,
}


fn main() {
    let _ = Cred::<Key>::fake();
}
