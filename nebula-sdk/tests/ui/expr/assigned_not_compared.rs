use nebula_sdk::expr;

fn main() {
    let large = expr!("$input.total = 100");
    let _ = large.source();
}
