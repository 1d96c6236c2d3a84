use super::*;

fn reason(text: &str) -> Option<&'static str> {
    why_not_public(text.parse().unwrap())
}

#[test]
fn public_addresses_are_public() {
    for text in
        ["1.1.1.1", "8.8.8.8", "100.63.0.1", "172.32.0.1", "2606:4700::1111", "2a00:1450::1", "64:ff9b::808:808"]
    {
        assert_eq!(reason(text), None, "{text}");
    }
}

#[test]
fn special_addresses_of_either_version_are_not_public() {
    for text in [
        "0.0.0.0",
        "0.1.2.3",
        "127.0.0.1",
        "127.255.255.254",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "100.127.255.255",
        "169.254.169.254",
        "192.0.0.8",
        "192.0.2.1",
        "198.51.100.1",
        "203.0.113.9",
        "192.88.99.1",
        "198.18.0.1",
        "198.19.255.255",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "febf::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001::1",
        "2001:10::1",
        "2001:db8::1",
        "3fff::1",
        "2002:7f00:1::",
        "fec0::1",
        "100::1",
        "5f00::1",
        "64:ff9b:1::1",
    ] {
        assert!(reason(text).is_some(), "{text}");
    }
}

#[test]
fn an_ipv4_address_inside_an_ipv6_address_counts_as_itself() {
    assert_eq!(reason("::ffff:127.0.0.1"), Some("loopback"));
    assert_eq!(reason("::ffff:169.254.169.254"), Some("link-local"));
    assert_eq!(reason("::ffff:8.8.8.8"), None);
    assert_eq!(reason("64:ff9b::10.0.0.1"), Some("private"));
    assert!(reason("::127.0.0.1").is_some());
}
