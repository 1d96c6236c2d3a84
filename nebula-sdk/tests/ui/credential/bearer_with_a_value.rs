use nebula_sdk::prelude::*;

#[derive(Credential)]
#[credential(id = "demo.key", scheme = bearer("X-Key"))]
struct Key {
    key: SecretString,
}


fn main() {
    let _ = Cred::<Key>::fake();
}
