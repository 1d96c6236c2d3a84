use super::*;

/// As serde's own table has it.
#[test]
fn names_are_renamed_as_serde_renames_them() {
    let table = [
        ("lowercase", "verytasty", "very_tasty"),
        ("UPPERCASE", "VERYTASTY", "VERY_TASTY"),
        ("PascalCase", "VeryTasty", "VeryTasty"),
        ("camelCase", "veryTasty", "veryTasty"),
        ("snake_case", "very_tasty", "very_tasty"),
        ("SCREAMING_SNAKE_CASE", "VERY_TASTY", "VERY_TASTY"),
        ("kebab-case", "very-tasty", "very-tasty"),
        ("SCREAMING-KEBAB-CASE", "VERY-TASTY", "VERY-TASTY"),
    ];
    for (rule, variant, field) in table {
        let case = Case::of(rule).unwrap();
        assert_eq!(case.variant("VeryTasty"), variant, "{rule}");
        assert_eq!(case.field("very_tasty"), field, "{rule}");
    }
    assert!(Case::of("Snake").is_none());
}

#[test]
fn labels_are_written_for_people() {
    for (name, wanted) in [("max_bytes", "Max bytes"), ("FetchWeather", "Fetch weather"), ("url", "Url"), ("", "")] {
        assert_eq!(label(name), wanted);
    }
}
