use nebula_sdk::expr;

fn main() {
    let _ = expr!("$input.name" => String);
}
