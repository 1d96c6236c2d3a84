use super::*;

#[test]
fn the_nearest_word_within_two_edits_is_meant() {
    let known = ["version", "name", "id", "pure"];
    for (word, wanted) in [
        ("verison", Some("version")),
        ("vrsion", Some("version")),
        ("Name", Some("name")),
        ("di", Some("id")),
        ("poor", None),
        ("x", None),
        ("", None),
    ] {
        assert_eq!(nearest(word, &known), wanted, "{word}");
    }
}

#[test]
fn without_a_near_word_all_are_listed() {
    assert_eq!(hint("zzzzzz", &["a", "b", "c"]), "; there are `a`, `b` and `c`");
    assert_eq!(hint("verson", &["version"]), "; did you mean `version`?");
}
