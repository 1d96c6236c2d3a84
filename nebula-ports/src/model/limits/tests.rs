use super::ByteSize;

#[test]
fn sizes_are_shown_in_the_largest_unit_that_fits() {
    let shown = [0, 999, 1024, 1536, 1 << 20, (1 << 20) + 1, 10 << 20, 5 << 30, u64::MAX]
        .map(|bytes| ByteSize(bytes).to_string());
    let expected = ["0 bytes", "999 bytes", "1 KiB", "1.5 KiB", "1 MiB", "1 MiB", "10 MiB", "5 GiB", "16777215.9 TiB"];
    assert_eq!(shown, expected);
}
