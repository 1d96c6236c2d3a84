use nebula_sdk::prelude::*;

#[derive(Credential)]
#[credential(id = "demo.key", scheme = bearer)]
struct Key {
    key: Option<SecretString>,
}


fn main() {
    let _ = Cred::<Key>::fake();
}
