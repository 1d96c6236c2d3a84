use nebula_sdk::expr;

fn main() {
    let _ = expr!(r#"$input.name.matches(r"^(\w+$")"#);
}
