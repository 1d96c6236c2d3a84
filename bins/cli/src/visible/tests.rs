use super::{spelled, visible};

#[test]
fn only_colours_and_ends_of_lines_are_obeyed() {
    for (text, seen) in [
        ("plain, ü\n\ttext", "plain, ü\n\ttext"),
        ("\u{1b}[1;31mred\u{1b}[0m", "\u{1b}[1;31mred\u{1b}[0m"),
        ("\u{1b}[2Jgone", "\\u{1b}[2Jgone"),
        ("\u{1b}]0;title\u{7}", "\\u{1b}]0;title\\u{7}"),
        ("a\rb\u{8}", "a\\u{d}b\\u{8}"),
        ("\u{202e}txt.exe", "\\u{202e}txt.exe"),
        ("\u{1b}[", "\\u{1b}["),
        ("\u{9b}31m", "\\u{9b}31m"),
    ] {
        assert_eq!(visible(text), seen, "{text:?}");
    }
}

#[test]
fn words_stay_on_one_line_without_colour() {
    assert_eq!(spelled("a\n\u{1b}[31mb\u{202e}"), "a\\u{a}\\u{1b}[31mb\\u{202e}");
}
