use super::*;

fn effect(method: &str, idempotent: bool) -> EffectClass {
    let input = json!({ "url": URL, "method": method, "idempotent": idempotent });
    crate::registry().get(&"http.request@1".parse().unwrap()).unwrap().effect(&input)
}

#[test]
fn the_method_decides_what_repeating_may_do() {
    for method in ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"] {
        assert_eq!(effect(method, false), EffectClass::Idempotent, "{method}");
    }
    for method in ["POST", "PATCH"] {
        assert_eq!(effect(method, false), EffectClass::AtMostOnce, "{method}");
        assert_eq!(effect(method, true), EffectClass::Idempotent, "{method}");
    }
}

#[test]
fn with_nothing_known_it_is_at_most_once() {
    let descriptor = nebula_sdk::testing::descriptor::<HttpRequest>();
    assert_eq!(descriptor.effect, EffectClass::AtMostOnce);
}
