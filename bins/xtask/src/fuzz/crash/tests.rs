use super::*;

#[test]
fn a_crash_is_shown_from_its_panic_on() {
    let log = "#1 NEW\n#2 NEW\nthread 'main' panicked at src/lib.rs:1:2:\nleft != right\n0x24,0x69,\n";
    assert_eq!(complaint(log).collect::<Vec<_>>(), ["thread 'main' panicked at src/lib.rs:1:2:", "left != right"]);
}

#[test]
fn the_input_survives_the_shell() {
    let input = b"$a == 'x%d' \\ \xf0\x9f\n9";
    let text = printf(input);
    assert_eq!(text, r"$a == \047x\045d\047 \134 \360\237\0129");
}
