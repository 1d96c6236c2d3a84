use nebula_sdk::expr;

fn main() {
    const LARGE: &str = "$input.total > 100";
    let _ = expr!(LARGE);
}
