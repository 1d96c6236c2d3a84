//! Tests of addresses.

use super::*;

#[test]
fn an_address_reads_back_as_it_is_written() {
    for text in ["charge", "orders[3]/charge", "enrich/fetch", "a[0]/b/c[4294967295]/d-e"] {
        assert_eq!(text.parse::<NodeAddress>().unwrap().to_string(), text);
    }
}

#[test]
fn what_is_no_address_is_refused() {
    for text in
        ["", "/", "a/", "/a", "a[]/b", "a[x]/b", "a[01]/b", "a[+1]/b", "a[1", "a[1]", "a[4294967296]/b", "a b", "a]/b"]
    {
        assert!(text.parse::<NodeAddress>().is_err(), "{text}");
    }
}

#[test]
fn a_node_outside_of_blocks_is_its_id() {
    let id = NodeId::new("charge").unwrap();
    let address = NodeAddress::from(id.clone());
    assert_eq!(address, id);
    assert_eq!(serde_json::to_string(&address).unwrap(), "\"charge\"");
    assert_eq!(address.inside(Some(2), id).to_string(), "charge[2]/charge");
}
