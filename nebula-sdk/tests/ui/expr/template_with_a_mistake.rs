use nebula_sdk::template;

fn main() {
    let letter = template!("Dear {{ $input.name.uppr() }}, you owe {{ $input.total + }}");
    let _ = letter.source();
}
