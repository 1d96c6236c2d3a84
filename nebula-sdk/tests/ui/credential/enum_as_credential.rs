use nebula_sdk::prelude::*;

#[derive(Credential)]
#[credential(id = "demo.key", scheme = bearer)]
enum Key {
    One,
}


fn main() {
    let _ = Cred::<Key>::fake();
}
