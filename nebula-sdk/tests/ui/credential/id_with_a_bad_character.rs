use nebula_sdk::prelude::*;

#[derive(Credential)]
#[credential(id = "demo.my key", scheme = bearer)]
struct Key {
    key: SecretString,
}


fn main() {
    let _ = Cred::<Key>::fake();
}
