//! Any two documents as JSON Schemas, a line each: types are found, agree with themselves and can be shown.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nebula_expression::{Type, ty::Fit};
use nebula_expression_fuzz::{expect, lenient, report_overflow};

/// Types are cut off where they are nested deeper than some 60 levels; below this none is.
const DEEP: usize = 40;

fuzz_target!(init: report_overflow(), |text: &str| -> () {
    let (one, other) = text.split_once('\n').unwrap_or((text, ""));
    let (one, other) = (lenient::document(one), lenient::document(other));
    let types = [Type::from_schema(&one), Type::from_schema(&other), Type::of_value(&one)];
    assert_eq!(types[0], Type::from_schema(&one), "the second time");

    for ty in &types {
        assert!(!ty.to_string().is_empty() && !ty.noun().is_empty());
        assert!(!matches!(ty.fits(ty), Fit::No(_)), "{ty} does not fit itself");
        assert_eq!(Type::union([ty.clone(), ty.clone()]), *ty, "twice the same");
        let again = Type::from_schema(&ty.to_schema());
        assert!(!matches!(ty.fits(&again), Fit::No(_)), "{ty} does not fit {again}, read from its schema");
        // What is nested deeper may be cut off at another depth.
        assert!(again == *ty || expect::depth(ty) > DEEP, "the schema {} is of another type", ty.to_schema());
        let wide = ty.widen();
        assert_eq!(wide.widen(), wide, "wide is wide");
        assert!(!matches!(ty.fits(&wide), Fit::No(_)), "{ty} does not fit {wide}");
        let _ = (ty.without_null(), ty.has_null(), ty.element());
    }

    let either = Type::union(types.iter().cloned());
    for ty in &types {
        assert!(!matches!(ty.fits(&either), Fit::No(_)), "{ty} does not fit {either}, a union with it");
    }
    assert!(types[2].could_equal(&either), "{} cannot equal {either}, a union with it", types[2]);
    let _ = Type::from_schema_with_defaults(&one);
});
