use nebula_sdk::template;

fn main() {
    let _ = template!("All: {{ [1, 2] }}");
}
