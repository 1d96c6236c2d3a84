//! A document on the first line, an expression on the others: one ending, always the same, within the limits.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use nebula_expression::{Expression, Limits};
use nebula_expression_fuzz::{Sample, expect, lenient, limits, peak_bytes, report_overflow};

fuzz_target!(init: report_overflow(), |text: &str| -> Corpus {
    let Some((document, source)) = text.split_once('\n') else {
        return Corpus::Reject;
    };
    let Ok(expression) = Expression::parse(source) else {
        return Corpus::Reject;
    };
    let (scope, limits) = (Sample::of(lenient::document(document)), limits());

    let (outcome, bytes) = peak_bytes(|| expression.evaluate(&scope, &limits));
    let may = 4 * limits.alloc_bytes + 64 * text.len() + 16 * 1024;
    assert!(bytes <= may, "{bytes} bytes were allocated where {} are allowed", limits.alloc_bytes);
    let ending = expect::ending(source, outcome);
    scope.expect_only(expression.paths());

    let again = expect::ending(source, expression.evaluate(&scope, &limits));
    assert_eq!(ending, again, "the second time");

    if let Some(canonical) = expect::canonical(&expression) {
        let ending_of_canonical = expect::ending(canonical.source(), canonical.evaluate(&scope, &limits));
        assert_eq!(expect::gist(&ending), expect::gist(&ending_of_canonical), "as {:?}", canonical.source());
    }

    // Less of everything: the same ending, or a limit.
    let tight = Limits { cost: 200, string_bytes: 64, list_len: 8, alloc_bytes: 1_024, wall: limits.wall };
    let tight_ending = expect::ending(source, expression.evaluate(&scope, &tight));
    assert!(
        tight_ending == ending || expect::is_limit(&tight_ending),
        "limits changed {ending:?} into {tight_ending:?}"
    );

    // As a condition: the same, or the reason why it is none.
    let truth = expect::ending(source, expression.evaluate_bool(&scope, &limits).map(serde_json::Value::Bool));
    if !expect::is_limit(&ending) && !expect::is_limit(&truth) {
        match (&ending, &truth) {
            (Ok(value), Ok(flag)) => assert_eq!(value, flag, "as a condition"),
            (Ok(value), Err(error)) => {
                assert!(value != "true" && value != "false", "{value} is a condition, yet: {error}");
                assert!(["E0502", "E0301"].contains(&error.code), "{value} is no condition because of {error}");
            }
            (Err(error), other) => assert_eq!(other.as_ref().map_err(|e| e.code), Err(error.code), "as a condition"),
        }
    }

    for (path, _) in expression.trace(&scope, &limits) {
        assert!(source.contains(&path), "{path:?} is not in the text");
    }
    Corpus::Keep
});
