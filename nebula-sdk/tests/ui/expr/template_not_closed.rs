use nebula_sdk::template;

fn main() {
    let _ = template!("Dear {{ $input.name }, hello");
}
