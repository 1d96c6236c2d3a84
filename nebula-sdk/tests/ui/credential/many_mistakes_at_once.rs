use nebula_sdk::prelude::*;

#[derive(Credential)]
#[credential(id = "key", scheme = header("X Key"), schema = 1)]
struct Key {
    key: SecretString,
    other: SecretString,
}


fn main() {
    let _ = Cred::<Key>::fake();
}
