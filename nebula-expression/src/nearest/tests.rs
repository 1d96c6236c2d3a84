use super::nearest;

#[test]
fn one_or_two_edits_find_the_word() {
    let names = ["result", "error", "status", "success", "attempts", "skipped"];
    for (typed, meant) in [
        ("reslt", Some("result")),
        ("resutl", Some("result")),
        ("sucess", Some("success")),
        ("Status", Some("status")),
        ("erorr", Some("error")),
        ("attemps", Some("attempts")),
        ("output", None),
        ("x", None),
        ("", None),
    ] {
        assert_eq!(nearest(typed, names), meant, "{typed}");
    }
}

#[test]
fn short_words_are_not_guessed_at() {
    assert_eq!(nearest("id", ["ip"]), None);
    assert_eq!(nearest("ID", ["id"]), Some("id"));
    assert_eq!(nearest("ids", ["id"]), None);
    assert_eq!(nearest("nam", ["name"]), Some("name"));
    assert_eq!(nearest("abcd", ["abxy"]), None);
}

#[test]
fn the_closest_wins_and_the_first_of_equals() {
    assert_eq!(nearest("colour", ["colors", "color"]), Some("color"));
    assert_eq!(nearest("tests", ["texts", "tents"]), Some("texts"));
}

#[test]
fn endless_words_are_ignored() {
    let long = "a".repeat(100_000);
    assert_eq!(nearest(&long, ["a", long.as_str()]), None);
    assert_eq!(nearest("alpha", [long.as_str()]), None);
}
