use nebula_sdk::prelude::*;

#[derive(Credential)]
#[credential(id = "demo.key", scheme = basic)]
struct Key {
    user_name: String,
    secret: SecretString,
}


fn main() {
    let _ = Cred::<Key>::fake();
}
