use nebula_sdk::prelude::*;

#[derive(Credential)]
struct Key {
    key: SecretString,
}


fn main() {
    let _ = Cred::<Key>::fake();
}
