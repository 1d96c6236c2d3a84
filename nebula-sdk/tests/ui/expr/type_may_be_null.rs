use nebula_sdk::expr;

fn main() {
    let _ = expr!("$input.name.extract('[a-z]+')" => string);
}
