use serde_json::json;

use super::*;

fn column(texts: &[&str]) -> Vec<Value> {
    let mut column = Column::new(Types::Infer);
    texts.iter().for_each(|text| column.see(text));
    texts.iter().map(|text| column.value(text)).collect()
}

#[test]
fn a_column_has_one_type() {
    assert_eq!(column(&["1", "-2.5", "1e3", ""]), [json!(1), json!(-2.5), json!(1e3), json!(null)]);
    assert_eq!(column(&["true", "", "false"]), [json!(true), json!(null), json!(false)]);
    assert_eq!(column(&["1", "x", ""]), [json!("1"), json!("x"), json!(null)]);
    assert_eq!(column(&["true", "1"]), [json!("true"), json!("1")]);
    assert_eq!(column(&["", ""]), [json!(null), json!(null)]);
}

#[test]
fn codes_stay_as_they_are_written() {
    for code in ["007", "+1", "1.", ".5", " 1", "1 ", "0x1f", "1_000", "1e999", "NaN", "20181234567890123456789", "-"] {
        assert_eq!(column(&[code]), [json!(code)]);
    }
    assert_eq!(column(&["18446744073709551615"]), [json!(u64::MAX)]);
}
