//! The promise of how little there is to write, counted in the example as rustfmt leaves it.
//!
//! A line counts when it has code on it: not when it is empty, and not when it is a comment. Doc comments are no code
//! here, although the macros read them: they are the text that forms and plans show, and as long as one likes.

/// A part of the example and the most lines of code that it may have.
const LIMITS: [(&str, usize); 3] = [("action", 20), ("workflow", 8), ("test", 10)];

const EXAMPLE: &str = include_str!("../../examples/weather.rs");

fn lines(name: &str) -> usize {
    let (_, part) = EXAMPLE.split_once(&format!("// measure: {name}\n")).unwrap();
    let (part, _) = part.split_once("// measure: end").unwrap();
    part.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")).count()
}

#[test]
fn an_action_a_workflow_and_its_test_are_as_short_as_promised() {
    for (name, limit) in LIMITS {
        let lines = lines(name);
        assert!((1..=limit).contains(&lines), "{name}: {lines} lines of code, and it may have {limit}");
    }
}

#[test]
fn what_is_counted_is_what_is_promised() {
    let part = |name: &str| {
        EXAMPLE.split_once(&format!("// measure: {name}\n")).unwrap().1.split("// measure: end").next().unwrap()
    };
    for (name, has) in [
        (
            "action",
            &["#[derive(Credential)]", "Cred<", "Res<HttpClient>", "city: String", "days: u8", "-> Result<Weather>"][..],
        ),
        ("workflow", &["fetch = ", "if ", "hot = ", "done = "][..]),
        ("test", &["#[nebula_sdk::test", ".mock::<", ".mock_seq::<", "assert_eq!"][..]),
    ] {
        for word in has {
            assert!(part(name).contains(word), "{name} has `{word}`");
        }
    }
}
