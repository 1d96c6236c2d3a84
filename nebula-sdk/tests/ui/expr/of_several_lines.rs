use nebula_sdk::expr;

fn main() {
    let _ = expr!(
        "let total = $input.items.fold(0, (sum, item) => sum + item.price) in
         total >= 100
             && $input.customer.tier.uppr() == 'GOLD'"
    );
}
