use nebula_sdk::prelude::*;

#[derive(Credential)]
#[credential(id = "demo.key", scheme = custom)]
struct Key {
    key: u64,
    other: SecretString,
}


fn main() {
    let _ = Cred::<Key>::fake();
}
