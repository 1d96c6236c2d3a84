use super::*;

#[test]
fn a_reference_needs_a_version_and_a_major_alone_means_minor_zero() {
    let reference: ActionReference = "http.request@1".parse().unwrap();
    assert_eq!(reference.to_string(), "http.request@1.0");
    let error = "http.request".parse::<ActionReference>().unwrap_err().to_string();
    assert_eq!(error, "`http.request` names no version: write `http.request@1`");
    for text in ["http.request@", "http.request@1.", "http.request@a", "request@1", "http.request@-1", "a.b@1.2.3"] {
        assert!(text.parse::<ActionReference>().is_err(), "{text}");
    }
}

#[test]
fn the_same_major_serves_smaller_minors() {
    let have = InterfaceVersion::new(1, 2);
    assert!(have.serves(InterfaceVersion::new(1, 0)));
    assert!(have.serves(InterfaceVersion::new(1, 2)));
    assert!(!have.serves(InterfaceVersion::new(1, 3)));
    assert!(!have.serves(InterfaceVersion::new(2, 0)));
}
