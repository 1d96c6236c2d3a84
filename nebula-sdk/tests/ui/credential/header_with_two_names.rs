use nebula_sdk::prelude::*;

#[derive(Credential)]
#[credential(id = "demo.key", scheme = header("X-Key", "Y-Key"))]
struct Key {
    key: SecretString,
}


fn main() {
    let _ = Cred::<Key>::fake();
}
