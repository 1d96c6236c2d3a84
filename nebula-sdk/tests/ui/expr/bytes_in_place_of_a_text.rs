use nebula_sdk::template;

fn main() {
    let _ = template!(b"Dear {{ $input.name }}");
}
