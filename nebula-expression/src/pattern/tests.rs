use proptest::prelude::*;

use super::{Bounds, Excess, Pattern, PatternError, Replacement};

fn pattern(text: &str) -> Pattern {
    Pattern::new(text).unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

fn wide() -> Bounds {
    Bounds { items: 1_000_000, bytes: 10_000_000, units: 1_000_000_000 }
}

fn replaced(text: &str, by: &str, from: &str) -> String {
    let pattern = pattern(text);
    pattern.replace_all(from, &Replacement::new(by, &pattern).unwrap(), &mut wide()).unwrap()
}

#[test]
fn first_matches() {
    for (text, within, found) in [
        (r"\d+", "order 42 of 43", Some("42")),
        (r"\d+", "none", None),
        ("", "any", Some("")),
        (r"(?i)straße", "STRASSE STRAßE", Some("STRAßE")),
        (r"\p{Lu}\p{Ll}+", "vi ser Ålesund", Some("Ålesund")),
        (r"^b$", "a\nb", None),
        (r"(?m)^b$", "a\nb", Some("b")),
        (r"a.c", "a\nc", None),
        (r"(?s)a.c", "a\nc", Some("a\nc")),
        (r"x*?y", "xxy", Some("xxy")),
        (r"\bcat\b", "concat cat", Some("cat")),
        (r"[^\s,]+", " ,a b", Some("a")),
        (r"(a|ab)(c|bcd)?", "abcd", Some("abcd")),
        (r"\w+", "æab", Some("ab")),
    ] {
        let pattern = pattern(text);
        assert_eq!(pattern.find(within), found, "{text} in {within}");
        assert_eq!(pattern.is_match(within), found.is_some(), "{text} in {within}");
        assert_eq!(pattern.find_at(within).map(|at| &within[at]), found, "{text} in {within}");
    }
}

#[test]
fn groups() {
    let date = pattern(r"(?<year>\d{4})-(\d\d)(?:-(?<day>\d\d))?");
    let found = date.captures("on 2026-03, later").unwrap();
    assert_eq!(found.whole, "2026-03");
    assert_eq!(found.groups, [Some("2026"), Some("03"), None]);
    assert_eq!(found.named, [("year".to_owned(), Some("2026")), ("day".to_owned(), None)]);
    assert_eq!(date.captures("never"), None);
    assert!(pattern("a").captures("a").unwrap().groups.is_empty());
}

#[test]
fn all_matches() {
    for (text, within, all) in [
        (r"\d+", "1, 22, 333", &["1", "22", "333"][..]),
        (r"x", "abc", &[]),
        (r"", "aé", &["", "", ""]),
        (r"a*", "baac", &["", "aa", ""]),
        (r"\w+", "én to", &["n", "to"]),
        (r"[\p{L}\p{N}_]+", "én to", &["én", "to"]),
    ] {
        assert_eq!(pattern(text).find_all(within, &mut wide()).unwrap(), all, "{text} in {within}");
    }
    for (text, within, parts) in [
        (r",\s*", "a, b,c", &["a", "b", "c"][..]),
        (r",", ",a,", &["", "a", ""]),
        (r"", "aé", &["a", "é"]),
        (r"x", "", &[""]),
        (r"", "", &[""]),
        (r"\s*", "a b", &["a", "b"]),
    ] {
        assert_eq!(pattern(text).split(within, &mut wide()).unwrap(), parts, "{text} in {within}");
    }
}

#[test]
fn replacements() {
    for (text, by, from, to) in [
        ("a", "b", "banana", "bbnbnb"),
        ("", "-", "ab", "-a-b-"),
        (r"(\w+) (\w+)", "$2 $1", "one two", "two one"),
        (r"(?<first>\w)\w*", "${first}.", "ann bob", "a. b."),
        (r"\d+", "<$0>", "a1b22", "a<1>b<22>"),
        (r"\d", "$$", "a1", "a$"),
        (r"\d", "$", "a1", "a$"),
        (r"\d", "$x", "a1", "a$x"),
        (r"(a)|(b)", "[$1$2]", "ab", "[a][b]"),
        (r"(a)", "${1}0", "a", "a0"),
        (r"x", "é$$é", "x", "é$é"),
        ("q", "z", "none", "none"),
    ] {
        assert_eq!(replaced(text, by, from), to, "{text} by {by}");
    }
    let first = pattern("a");
    let by = Replacement::new("b", &first).unwrap();
    assert_eq!(first.replace_up_to(1, "aaa", &by, &mut wide()).unwrap(), "baa");
    for (text, by, at, word) in [
        (r"(a)", "x$2", 1..3, "one group"),
        ("a", "$1", 0..2, "no groups"),
        ("a", "costs $5", 6..8, "`$$`"),
        (r"(?<name>a)", "${nmae}", 0..7, "did you mean `${name}`?"),
        ("a", "${name", 0..6, "`}`"),
        ("(a)(b)", "${3}", 0..4, "2 groups"),
        ("(a)", "$11", 0..3, "one group"),
        ("(a)", "${99999999999999999999}", 0..23, "one group"),
    ] {
        let error = Replacement::new(by, &pattern(text)).unwrap_err();
        assert_eq!(error.at, at, "{by}");
        assert!(error.help.as_deref().unwrap_or_default().contains(word), "{by}: {error:?}");
    }
}

#[test]
fn mistakes_have_a_place_and_a_way_out() {
    for (text, at, word) in [
        ("(a", 0..1, "parenthesis"),
        ("a)", 1..2, "parenthesis"),
        ("[a", 0..1, "bracket"),
        ("*a", 0..1, "repeat"),
        ("a{5,2}", 1..6, "smaller"),
        (r"a\", 1..2, "backslash"),
        (r"\q", 0..2, "escaped"),
        ("(?=a)", 0..3, "look-around is not supported"),
        ("a(?<!b)", 1..5, "look-around is not supported"),
        (r"(a)\1", 3..5, "backreferences are not supported"),
        (r"\p{Nonesuch}", 0..12, "properties"),
        (r"(?-u:\xFF)", 3..4, "leave it out"),
        (r"é(?iu)", 5..6, "leave it out"),
        (r"\w(?:\b\p{Nonesuch})", 7..19, "properties"),
        (r"[\d&&\p{Nonesuch}]", 5..17, "properties"),
        ("(?<a>x)(?<a>y)", 10..11, "own"),
        (r"\p{L}{500}", 0..10, "too large"),
        ("(a{1000}){1000}", 0..15, "too large"),
        ("((((a{100}){100}){100}){100})", 0..29, "too large"),
        ("(?:){4294967295}", 0..16, "too large"),
        (r"(?i)[\s\S]", 0..10, "too large"),
    ] {
        let error = Pattern::new(text).unwrap_err();
        assert_eq!(error.at, at, "{text}: {error:?}");
        let said = format!("{} {}", error.message, error.help.unwrap_or_default());
        assert!(said.contains(word), "{text}: {said}");
    }
    let long = Pattern::new(&"é".repeat(501)).unwrap_err();
    assert!(long.help.unwrap().contains("1000"));
    for open in ["(", "(?:", "[", "(?:a|"] {
        assert!(Pattern::new(&open.repeat(1000 / open.len())).is_err(), "{open}");
    }
    let nested = Pattern::new(&format!("{}a{}", "(?:".repeat(60), ")".repeat(60))).unwrap_err();
    assert!(nested.help.unwrap().contains("fewer groups"));
}

#[test]
fn weights_and_units() {
    for (text, weight) in [
        ("", 0),
        ("abc", 3),
        ("a|b", 3),
        ("a*", 2),
        ("[a-z]{10}", 11),
        ("(?:ab){2,5}", 11),
        ("(?:a{3}){4}", 17),
        (r"^\w+$", 4),
    ] {
        assert_eq!(pattern(text).weight(), weight, "{text}");
    }
    assert_eq!(pattern("abcd").units(0), 2);
    assert_eq!(pattern("abcd").units(100), 22);
    assert_eq!(pattern("[a-z]{799}").units(1000), 101 * 201);
    assert!(pattern("a").units(usize::MAX) > 0);
}

#[test]
fn searches_that_may_run_on_are_known() {
    for (text, rescans) in [
        ("abc", false),
        (r",\s*", false),
        (r"\d+", false),
        (r"\d+(?:\.\d*)?", false),
        (r"a|b+", false),
        (r"(?:ab*)*", false),
        (r"[a-z]{1,20}\d", false),
        (r"a.*b|a", true),
        (r"a+$|a", true),
        (r"(?:a*b)*", true),
        (r"(?:a*){2}b", true),
        (r"(?:a+b){3}", true),
        (r#""[^"]*""#, false),
        (r"<[^>]+>", false),
        (r"<.*?>", true),
        (r"<[^>]+>|<", true),
        (r"(?:<[^>]+>)?<", true),
        (r"(\d+)(-)\d+x?", false),
        (r"(\d+)(-)\d+x", false),
        (r"[\w.]+@[\w.]+", false),
        (r"(?i)k+K", true),
        (r"a*(?:b|c)", false),
        (r"a+b?c", true),
        // Not really, but the rule is simple.
        (r"(?:a*){3}", true),
    ] {
        assert_eq!(pattern(text).rescans, rescans, "{text}");
    }
}

#[test]
fn groups_are_extracted_within_bounds() {
    let text = "a1b2c".repeat(2);
    let all = |of: &str, mut bounds| pattern(of).extract_all(&text, &mut bounds).map(|all| all.join("|"));
    assert_eq!(all(r"\d", wide()), Ok("1|2|1|2".into()));
    assert_eq!(all(r"([a-z])\d", wide()), Ok("a|b|a|b".into()));
    assert_eq!(all(r"([ac])?\d?", wide()), Ok("a|c|a|c".into()));
    assert_eq!(all("(z)", wide()), Ok(String::new()));
    assert_eq!(all("([a-z])", Bounds { items: 5, ..wide() }), Err(Excess::Items));
    assert_eq!(all("([a-z])", Bounds { units: 6 * 8, ..wide() }).map(|all| all.len()), Ok(11));
    assert_eq!(all("([a-z])", Bounds { units: 6 * 8 - 1, ..wide() }), Err(Excess::Units));
    assert_eq!(pattern(r"(x)?(\d)").extract(&text), None);
    assert_eq!(pattern(r"b(\d)").extract(&text), Some("2"));
    // Groups take longest where there are many of them.
    assert_eq!(pattern("a+").group_units(1000), 0);
    assert!(pattern("(a)+").group_units(1000) < 2 * 1002);
    assert!(pattern(&format!("(?:{}.)*", "()".repeat(300))).group_units(1000) > 100 * 1000);
    assert_eq!(Pattern::groups_of(r"(a)(?<b>c)(?:d(e))").unwrap().join(" "), "1 2 b 3");
    assert_eq!(Pattern::groups_of("("), None);
}

#[test]
fn bounds_hold() {
    let text = "ab".repeat(100);
    let a = pattern("a");
    let some = |items, bytes, units| Bounds { items, bytes, units };
    assert_eq!(a.find_all(&text, &mut some(99, 1000, 500)), Err(Excess::Items));
    assert_eq!(a.find_all(&text, &mut some(100, 99, 500)), Err(Excess::Bytes));
    let mut bounds = some(100, 100, 500);
    assert_eq!(a.find_all(&text, &mut bounds).map(|all| all.len()), Ok(100));
    assert_eq!((bounds.items, bounds.bytes, bounds.units), (0, 0, 0));
    assert_eq!(a.find_all(&text, &mut some(100, 100, 499)), Err(Excess::Units));
    assert_eq!(a.split(&text, &mut some(100, 1000, 500)), Err(Excess::Items));
    assert_eq!(a.split(&text, &mut some(101, 1000, 500)).map(|all| all.len()), Ok(101));
    let by = Replacement::new("$0$0$0$0", &a).unwrap();
    assert_eq!(a.replace_all(&text, &by, &mut some(0, 499, 500)), Err(Excess::Bytes));
    assert_eq!(a.replace_all(&text, &by, &mut some(0, 500, 500)).map(|out| out.len()), Ok(500));
    // Each match may cost a search of all that is left.
    let far = pattern("a.*c|a");
    assert_eq!(far.find_all(&text, &mut some(1000, 1000, 500)), Err(Excess::Units));
    assert_eq!(
        far.replace_all(&text, &Replacement::new("", &far).unwrap(), &mut some(0, 1000, 500)),
        Err(Excess::Units)
    );
    assert_eq!(far.split(&text, &mut some(1000, 1000, 500)), Err(Excess::Units));
    assert_eq!(far.find_all(&text, &mut some(1000, 1000, 100_000)).map(|all| all.len()), Ok(100));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_text_panics(
        text in r"(\PC|[()\[\]{}|*+?.^$\\]|\\[wdsbpPx]|\(\?[imsux:<=!-]|\{[0-9]{1,4}(,[0-9]{0,4})?\}){0,12}",
        within in "\\PC{0,30}",
        by in "(\\PC|\\$[0-9{}a]){0,6}",
    ) {
        match Pattern::new(&text) {
            Ok(pattern) => {
                let found = pattern.find(&within);
                prop_assert_eq!(pattern.captures(&within).map(|captured| captured.whole), found);
                let all = pattern.find_all(&within, &mut wide()).unwrap();
                prop_assert_eq!(all.first().copied(), found);
                let _ = pattern.split(&within, &mut wide());
                if let Ok(by) = Replacement::new(&by, &pattern) {
                    prop_assert!(pattern.replace_all(&within, &by, &mut wide()).is_ok());
                }
            }
            Err(PatternError { at, .. }) => prop_assert!(at.start <= at.end && text.get(at).is_some()),
        }
    }

    #[test]
    fn replacing_by_the_match_changes_nothing(within in "[ab ]{0,30}", text in "[ab]{0,2}[*+?]?") {
        prop_assume!(Pattern::new(&text).is_ok());
        prop_assert_eq!(replaced(&text, "$0", &within), within);
    }
}

#[test]
fn short_classes_are_ascii_as_in_re2() {
    // Letters, digits, spaces and signs of several scripts; U+212A and U+017F are what `k` and `s` are in another case.
    let every = "09Az_ \t\n\x0B\x0C\r-é\u{a0}\u{3000}٣ß\u{212a}\u{17f}\u{1f600}\u{2028}";
    let taken = |text: &str| -> String { pattern(text).find_all(every, &mut wide()).unwrap().concat() };
    let except = |out: &str| -> String { every.chars().filter(|c| !out.contains(*c)).collect() };
    for (class, taking) in [(r"\d", "09"), (r"\w", "09Az_"), (r"\s", " \t\n\x0C\r")] {
        let opposite = class.to_uppercase();
        for text in
            [class.to_owned(), format!("[{class}]"), format!("[^{opposite}]"), format!("(?x) [ {class} ] # all")]
        {
            assert_eq!(taken(&text), taking, "{text}");
        }
        for text in [opposite.clone(), format!("[{opposite}]"), format!("[^{class}]"), format!("[é{opposite}]")] {
            assert_eq!(taken(&text), except(taking), "{text}");
        }
        assert_eq!(taken(&format!("[{class}{opposite}]")), every);
        assert_eq!(taken(&format!("[^{class}{opposite}]")), "");
    }
    assert_eq!(taken(r"[\w&&[^\d_]]"), "Az");
    assert_eq!(taken(r"[\w--A-Z]"), "09z_");
    assert_eq!(taken(r"[\s-]"), " \t\n\x0C\r-");
    // Case is ignored as in what they are written out to.
    assert_eq!(taken(r"(?i)\w"), taken(r"(?i)[0-9A-Za-z_]"));
    assert_eq!(taken(r"(?i)\w"), "09Az_\u{212a}\u{17f}");
    assert_eq!(taken(r"(?i)\W"), except("09Az_\u{212a}\u{17f}"));
    // What is about all scripts stays so.
    assert_eq!(taken(r"\p{L}"), "Azéß\u{212a}\u{17f}");
    assert_eq!(taken(r"\p{N}"), "09٣");
    assert_eq!(taken(r"(?s)."), every);
    assert_eq!(pattern(r"(?i)ÉCOLE").find("école"), Some("école"));
}

#[test]
fn boundaries_are_of_ascii_words() {
    for (text, within, all) in [
        (r"\b", "é a", &["", ""][..]),
        (r"\bn\b", "én", &["n"]),
        (r"\B.", "éa", &["é"]),
        (r"\b{start}\w", "ab éc", &["a", "c"]),
        (r"\b{end}.", "ab é", &[" "]),
        (r"\<.", "éa", &["a"]),
        (r".\>", "aé", &["a"]),
        (r"(?i:x\b)", "Xé", &["X"]),
        (r"(?:\b|q)+x", "qx x", &["qx", "x"]),
    ] {
        assert_eq!(pattern(text).find_all(within, &mut wide()).unwrap(), all, "{text} in {within}");
    }
}

#[test]
fn short_classes_are_cheap() {
    for text in [r"^\w{3,30}$", r"^\w{1,255}$", r"\d{1000}", r"(?i)^\w{3,30}@\w{3,30}$", r"[\w.-]{1,200}", r"\W{100}"] {
        pattern(text);
    }
    let nested = |inner: &str| Pattern::new(&format!("{}{inner}{}", "(?:".repeat(49), ")".repeat(49)));
    assert_eq!(nested(r"\b").map(|pattern| pattern.is_match("a")), Ok(true));
    assert_eq!(nested(r"[\w]").map(|pattern| pattern.is_match("a")), Ok(true));
}
