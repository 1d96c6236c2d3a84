use nebula_sdk::prelude::*;

#[derive(Credential)]
#[credential(id = "demo.key", scheme = header)]
struct Key {
    key: SecretString,
}


fn main() {
    let _ = Cred::<Key>::fake();
}
