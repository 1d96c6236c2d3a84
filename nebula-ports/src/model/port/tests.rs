use super::*;

#[test]
fn a_port_is_written_behind_its_node() {
    for text in ["review", "review.approved", "a-1.on_hold"] {
        let port: PortRef = text.parse().unwrap();
        assert_eq!(port.to_string(), text);
        assert_eq!(serde_json::from_value::<PortRef>(serde_json::json!(text)).unwrap(), port);
        assert_eq!(serde_json::to_value(&port).unwrap(), text);
    }
}

#[test]
fn what_is_no_node_or_no_port_is_refused_with_the_rule() {
    let refused = |text: &str| text.parse::<PortRef>().unwrap_err().to_string();
    assert!(refused("").contains("no node id"), "{}", refused(""));
    assert!(refused("1st.approved").contains("`1st` is no node id"), "{}", refused("1st.approved"));
    assert!(refused("review.").contains("`` is no port name"), "{}", refused("review."));
    assert!(refused("review.a.b").contains("`a.b` is no port name"), "{}", refused("review.a.b"));
}
