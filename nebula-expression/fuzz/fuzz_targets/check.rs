//! Two documents and an expression, a line each: what the types of both promise holds when it runs over either.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use nebula_expression::{Expression, Type, ty::Fit};
use nebula_expression_fuzz::{Sample, Types, expect, lenient, limits, report_overflow};

fuzz_target!(init: report_overflow(), |text: &str| -> Corpus {
    let mut lines = text.splitn(3, '\n');
    let (Some(one), Some(other), Some(source)) = (lines.next(), lines.next(), lines.next()) else {
        return Corpus::Reject;
    };
    let Ok(expression) = Expression::parse(source) else {
        return Corpus::Reject;
    };
    let samples = [Sample::of(lenient::document(one)), Sample::of(lenient::document(other))];
    let types = Types::of(&samples);

    let checked = expression.check(&types);
    checked.errors.iter().chain(&checked.warnings).for_each(|error| expect::well_formed(source, error));
    if !checked.errors.is_empty() {
        return Corpus::Keep;
    }
    // Outside, instants, durations and bytes are text, and a schema says so.
    let promised = Type::from_schema(&checked.ty.to_schema());
    for sample in &samples {
        match expression.evaluate(sample, &limits()) {
            Ok(value) => {
                let found = Type::of_value(&value);
                let fit = found.fits(&promised);
                assert!(!matches!(fit, Fit::No(_)), "{value} is no {}: {fit:?}", checked.ty);
            }
            Err(error) => expect::allowed(source, &types, &error),
        }
    }
    Corpus::Keep
});
