use super::parse;

#[test]
fn a_size_is_a_number_with_a_unit_of_bytes() {
    assert_eq!(parse("512B"), Some(512));
    assert_eq!(parse("64KiB"), Some(65_536));
    assert_eq!(parse(" 1 MiB "), Some(1 << 20));
    assert_eq!(parse("2GiB"), Some(2 << 30));
}

#[test]
fn anything_else_is_no_size() {
    for text in ["", "1", "MiB", "1MB", "1.5MiB", "-1B", "1MiB 2KiB", "99999999999999999999B", "17179869184GiB"] {
        assert_eq!(parse(text), None, "{text}");
    }
}
