use nebula_sdk::expr;

fn main() {
    let _ = expr!("$inptu.total + sum($input.items, 1) > '3' && $input.name.uppr() = 'A'");
}
