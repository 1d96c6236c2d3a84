use nebula_sdk::expr;

fn main() {
    let _ = expr!("$input.total" => number, 3);
}
