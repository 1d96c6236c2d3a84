use super::{HostPort, InvalidAddress, host_port, template_host_port};

type Expected = Result<(&'static str, u16), InvalidAddress>;

#[test]
fn urls_and_addresses_name_a_host_and_a_port() {
    let cases: &[(&str, Expected)] = &[
        ("http://127.0.0.1:8080/weather?q=1", Ok(("127.0.0.1", 8080))),
        ("https://API.example.com/v1", Ok(("api.example.com", 443))),
        ("http://example.com", Ok(("example.com", 80))),
        ("wss://example.com:", Ok(("example.com", 443))),
        ("https://user:secret@example.com/x", Ok(("example.com", 443))),
        ("http://[::1]:9000/", Ok(("::1", 9000))),
        ("https://[2001:db8::1]", Ok(("2001:db8::1", 443))),
        ("https://good.example\\@evil.example/", Ok(("good.example", 443))),
        ("db.internal:5432", Ok(("db.internal", 5432))),
        ("db.internal", Err(InvalidAddress::NoPort)),
        ("ftp://example.com/", Err(InvalidAddress::NoPort)),
        ("http://", Err(InvalidAddress::NoHost)),
        ("http://a b/", Err(InvalidAddress::NoHost)),
        ("http://[::1", Err(InvalidAddress::NoHost)),
        ("http://example.com:99999/", Err(InvalidAddress::NoPort)),
        ("", Err(InvalidAddress::NoHost)),
    ];
    for (text, expected) in cases {
        let expected = expected.clone().map(|(host, port)| HostPort { host: host.to_owned(), port });
        assert_eq!(host_port(text), expected, "{text}");
    }
}

#[test]
fn a_template_names_its_host_when_no_expression_can_change_it() {
    let cases = [
        ("http://127.0.0.1:8080/weather/{{ $input.name }}", Some("127.0.0.1:8080")),
        ("https://example.com?q={{ $input.name }}", Some("example.com:443")),
        ("https://example.com{{ $input.rest }}", None),
        ("https://{{ $input.host }}/x", None),
        ("{{ $input.url }}", None),
    ];
    for (source, expected) in cases {
        assert_eq!(template_host_port(source).map(|found| found.display()).as_deref(), expected, "{source}");
    }
}
