use super::*;

#[test]
fn well_formed_ids_are_accepted() {
    assert!(NodeId::new("fetch_1-b").is_ok());
    assert!(ActionId::new("http.request").is_ok());
    assert!(WorkflowId::new("2-orders.v1").is_ok());
}

#[test]
fn malformed_ids_are_refused_with_the_rule() {
    for text in ["", "1st", "a b", "ä", &"x".repeat(129)] {
        assert!(NodeId::new(text).is_err(), "{text}");
    }
    let error = ActionId::new("request").unwrap_err().to_string();
    assert_eq!(error, "`request` is no action id: an action id has a namespace, as in `http.request`");
    assert!(ActionId::new("http.").is_err());
}

#[test]
fn deserialising_checks_too() {
    assert!(serde_json::from_str::<NodeId>("\"a b\"").is_err());
    assert_eq!(serde_json::from_str::<NodeId>("\"a\"").unwrap().as_str(), "a");
}
