use std::collections::HashSet;

use super::codes;

#[test]
fn codes_are_unique_and_in_order() {
    let all: Vec<_> = codes().iter().map(|code| code.code).collect();
    let mut sorted = all.clone();
    sorted.sort_unstable();
    assert_eq!(all, sorted);
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
}

#[test]
fn every_code_has_a_title_and_advice() {
    for code in codes() {
        assert!(!code.title.is_empty() && code.advice.ends_with('.'), "{}", code.code);
    }
}
