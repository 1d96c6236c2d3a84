use super::*;

#[test]
fn only_what_differs_is_shown_with_its_neighbours() {
    let before: Vec<String> = (1..=20).map(|line| line.to_string()).collect();
    let after: Vec<String> =
        before.iter().map(|line| if line == "10" { "ten".to_owned() } else { line.clone() }).collect();
    let text = diff(&before.join("\n"), &after.join("\n"));
    assert_eq!(text, "  ...\n  7\n  8\n  9\n- 10\n+ ten\n  11\n  12\n  13\n");
}

#[test]
fn lines_that_come_and_go_are_told_apart() {
    assert_eq!(diff("a\nb\nc", "a\nc\nd"), "  a\n- b\n  c\n+ d\n");
    assert_eq!(diff("", "a\nb"), "+ a\n+ b\n");
    assert_eq!(diff("a\nb", ""), "- a\n- b\n");
    assert_eq!(diff("a\n", "a\n"), "");
}

#[test]
fn what_is_too_long_is_shown_whole() {
    let (before, after) = ("a\n".repeat(3000), "b\n".repeat(3000));
    assert_eq!(diff(&before, &after).lines().count(), 6000);
}
