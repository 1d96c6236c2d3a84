use std::cmp::Ordering;

use super::{Num, NumError};

fn text(result: Result<Num, NumError>) -> String {
    match result {
        Ok(num) => num.text(),
        Err(error) => format!("{error:?}"),
    }
}

#[test]
fn integers_stay_exact_to_their_bounds() {
    let max = Num::Int(i64::MAX);
    assert_eq!(text(max.add(Num::Int(1))), "9223372036854775808");
    assert_eq!(text(Num::Big(u64::MAX).add(Num::Int(1))), "Overflow");
    assert_eq!(text(Num::Int(i64::MIN).subtract(Num::Int(1))), "Overflow");
    assert_eq!(text(Num::Big(u64::MAX).multiply(Num::Big(u64::MAX))), "Overflow");
    assert_eq!(text(Num::Int(i64::MIN).negate()), "9223372036854775808");
    assert_eq!(text(Num::Big(u64::MAX).negate()), "Overflow");
    assert_eq!(text(Num::Int(i64::MIN).divide(Num::Int(-1))), "9223372036854775808");
    assert_eq!(text(Num::Int(i64::MIN).remainder(Num::Int(-1))), "0");
}

#[test]
fn whole_results_are_integers() {
    assert!(matches!(Num::Int(6).divide(Num::Int(3)), Ok(Num::Int(2))));
    assert!(matches!(Num::Float(1.5).add(Num::Float(1.5)), Ok(Num::Int(3))));
    assert_eq!(text(Num::Int(7).divide(Num::Int(2))), "3.5");
    assert_eq!(text(Num::parse("3.0")), "3");
    assert_eq!(text(Num::parse("1e20")), "100000000000000000000");
    assert_eq!(text(Num::parse("1e300")), "1e+300");
    assert_eq!(Num::Float(-0.0).text(), "0");
}

#[test]
fn nothing_is_ever_infinite() {
    assert_eq!(text(Num::parse("1e999")), "NotFinite");
    assert_eq!(text(Num::parse("99999999999999999999")), "Overflow");
    assert_eq!(text(Num::Float(1e308).multiply(Num::Int(10))), "NotFinite");
    assert_eq!(text(Num::Int(1).divide(Num::Int(0))), "DivideByZero");
    assert_eq!(text(Num::Int(1).divide(Num::Float(-0.0))), "DivideByZero");
    assert_eq!(text(Num::Float(1.5).remainder(Num::Int(0))), "DivideByZero");
}

#[test]
fn comparison_is_exact_between_kinds() {
    let near = Num::Int(9_007_199_254_740_993);
    assert_eq!(near.compare(Num::Float(9_007_199_254_740_992.0)), Ordering::Greater);
    assert_eq!(Num::Int(3).compare(Num::Float(3.0)), Ordering::Equal);
    assert_eq!(Num::Int(3).compare(Num::Float(3.5)), Ordering::Less);
    assert_eq!(Num::Int(-3).compare(Num::Float(-3.5)), Ordering::Greater);
    assert_eq!(Num::Float(1e30).compare(Num::Big(u64::MAX)), Ordering::Greater);
    assert_eq!(Num::Big(u64::MAX).compare(Num::Int(-1)), Ordering::Greater);
}
