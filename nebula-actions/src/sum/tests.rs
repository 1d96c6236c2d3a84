use serde_json::json;

use super::*;

#[expect(clippy::needless_pass_by_value, reason = "the calls stay short")]
fn sum(numbers: Value) -> Sum {
    let mut sum = Sum::default();
    for number in numbers.as_array().unwrap() {
        sum.add(number.as_number().unwrap());
    }
    sum
}

#[test]
fn whole_numbers_stay_exact() {
    assert_eq!(sum(json!([9_007_199_254_740_993_i64, 1])).total(), Some(json!(9_007_199_254_740_994_i64)));
    assert_eq!(sum(json!([u64::MAX, -1])).total(), Some(json!(u64::MAX - 1)));
    assert_eq!(sum(json!([])).total(), Some(json!(0)));
}

#[test]
fn fractions_do_not_lose_what_small_numbers_add() {
    assert_eq!(sum(json!([0.1, 0.2, 0.3, 0.4])).total(), Some(json!(1)));
    assert_eq!(sum(json!([1e16, 0.5, 0.5, -1e16])).total(), Some(json!(1)));
    assert_eq!(sum(json!([10.5, 2])).total(), Some(json!(12.5)));
}

#[test]
fn what_no_number_can_say_is_no_sum() {
    assert_eq!(sum(json!([u64::MAX, 1])).total(), None);
    assert_eq!(sum(json!([1.7e308, 1.7e308])).total(), None);
}

#[test]
fn the_mean_is_whole_when_it_can_be() {
    assert_eq!(sum(json!([1, 2, 3])).mean(), Some(json!(2)));
    assert_eq!(sum(json!([1, 2])).mean(), Some(json!(1.5)));
    assert_eq!(sum(json!([0.5, 1.5])).mean(), Some(json!(1)));
    assert_eq!(sum(json!([])).mean(), Some(json!(null)));
}
