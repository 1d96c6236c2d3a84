use super::{super::SINKS, WIDGETS};

/// What documents of actions may say, without spaces.
fn vocabulary() -> String {
    let text = include_str!("../../../../../nebula-sdk/src/document/vocabulary.json");
    text.split_whitespace().collect()
}

fn list(words: &[&str]) -> String {
    let words: Vec<_> = words.iter().map(|word| format!("\"{word}\"")).collect();
    format!("\"enum\":[{}]", words.join(","))
}

#[test]
fn widgets_sinks_and_rules_of_expressions_are_those_of_the_vocabulary() {
    let vocabulary = vocabulary();
    for words in [list(&WIDGETS.map(|(name, _)| name)), list(&SINKS), list(&["never", "only"])] {
        assert!(vocabulary.contains(&words), "nebula-sdk/src/document/vocabulary.json has no {words}");
    }
}
