//! Attacks by URL, name, header, body and time.

use std::time::Duration;

use nebula_ports::model::FailureKind;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::{
    server::{Answer, Server, ok},
    world::{World, get},
};

#[tokio::test]
async fn a_granted_address_is_reached_and_its_answer_read_whole() {
    let server = Server::ok().await;
    let world = World::new();
    let answer = world.http(&[&server.grant()], get(server.url("/a?b=c"))).await.unwrap();
    assert_eq!((answer.status, answer.body.as_ref()), (200, b"ok".as_slice()));
    assert_eq!(answer.url, server.url("/a?b=c"));
    assert!(answer.headers.contains(&("content-length".into(), "2".into())), "{answer:?}");
    let request = &server.requests()[0];
    assert!(request.starts_with("GET /a?b=c HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("user-agent: nebula/"), "{request}");
}

#[tokio::test]
async fn without_a_grant_nothing_is_sent_and_the_help_is_the_grant() {
    let server = Server::ok().await;
    let failure = World::new().http(&[], get(server.url("/"))).await.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Denied, "capability.net"));
    assert_eq!(failure.help, Some(format!("--grant net:127.0.0.1:{}", server.port())));
    assert!(failure.message.contains(&format!("127.0.0.1 port {}", server.port())), "{failure}");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_grant_for_another_port_or_host_does_not_do() {
    let server = Server::ok().await;
    let world = World::new();
    for grant in ["net:127.0.0.1:1".to_owned(), format!("net:127.0.0.2:{}", server.port()), "net:example.com:*".into()]
    {
        let failure = world.http(&[&grant], get(server.url("/"))).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Denied, "{grant}");
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn loopback_in_every_spelling_is_refused_under_a_grant_for_all_public_hosts() {
    let server = Server::ok().await;
    let port = server.port();
    let world = World::new();
    for host in [
        "127.0.0.1",
        "127.0.0.1.",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "0.0.0.0",
        "0",
        "127.255.255.254",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[2002:7f00:1::]",
        "%31%32%37.0.0.1",
        "127\u{3002}0\u{3002}0\u{3002}1",
        "①②⑦.0.0.1",
        "169.254.169.254",
        "[fd00:ec2::254]",
        "10.0.0.1",
        "100.64.0.1",
    ] {
        let failure = world.http(&["net:*:*"], get(format!("http://{host}:{port}/"))).await.unwrap_err();
        assert_eq!(failure.code, "capability.net", "{host}: {failure}");
        let help = failure.help.unwrap();
        assert!(help.starts_with("--grant net:") && help.ends_with(&format!(":{port}")), "{host}: {help}");
        // The help is a grant that can be used.
        assert!(help.trim_start_matches("--grant ").parse::<nebula_ports::model::Grant>().is_ok(), "{help}");
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_user_in_the_url_does_not_hide_the_host() {
    let server = Server::ok().await;
    let world = World::new();
    for url in [
        format!("http://example.com@127.0.0.1:{}/", server.port()),
        format!("http://example.com:80@127.0.0.1:{}/", server.port()),
        format!("http://example.com%40@127.0.0.1:{}/", server.port()),
    ] {
        let failure = world.http(&["net:*:*", &server.grant()], get(&url)).await.unwrap_err();
        assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Invalid, "http.invalid_url"), "{url}");
    }
    // Whatever looks like a host before a fragment, a query or a backslash is one only where the parser ends it.
    for url in ["http://127.0.0.1#@example.com/", "http://127.0.0.1?@example.com/", "http://127.0.0.1\\@example.com/"] {
        let failure = world.http(&["net:example.com:*"], get(url)).await.unwrap_err();
        assert_eq!(failure.code, "capability.net", "{url}");
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_granted_name_that_leads_to_loopback_is_refused() {
    let server = Server::ok().await;
    let world = World::new();
    world.names.set("inward.test", &[&["127.0.0.1"]]);
    let url = format!("http://inward.test:{}/", server.port());
    // Found out where the connection is made, or before it when another grant leads inward.
    for grants in [&["net:inward.test:*"][..], &["net:*:*"], &["net:*.test:*", "net:10.0.0.0/8:*"]] {
        let failure = world.http(grants, get(&url)).await.unwrap_err();
        assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Denied, "capability.net"), "{failure}");
        assert_eq!(failure.help, Some(format!("--grant net:127.0.0.1:{}", server.port())));
        assert!(failure.message.contains("inward.test") && failure.message.contains("127.0.0.1"), "{failure}");
    }
    assert_eq!(server.connections(), 0);
    let answer = world.http(&["net:inward.test:*", &server.grant()], get(&url)).await.unwrap();
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn a_name_that_is_not_granted_is_not_even_resolved() {
    let world = World::new();
    // It would never answer.
    world.names.set("secret-data.attacker.test", &[]);
    let failure = world.http(&["net:example.com:*"], get("http://secret-data.attacker.test/")).await.unwrap_err();
    assert_eq!(failure.help.as_deref(), Some("--grant net:secret-data.attacker.test:80"));
}

#[tokio::test]
async fn of_several_addresses_only_permitted_ones_are_connected_to() {
    let server = Server::ok().await;
    let world = World::new();
    world.names.set("mixed.test", &[&["10.255.255.1", "::1", "127.0.0.1"]]);
    let url = format!("http://mixed.test:{}/", server.port());
    let answer = world.http(&["net:mixed.test:*", &server.grant()], get(&url)).await.unwrap();
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn a_name_that_changes_after_the_check_opens_nothing() {
    let server = Server::ok().await;
    let world = World::new();
    // Public when asked first, loopback when the connection is made.
    world.names.set("rebind.test", &[&["1.1.1.1"], &["127.0.0.1"]]);
    let url = format!("http://rebind.test:{}/", server.port());
    let failure = world.http(&["net:rebind.test:*", "net:10.0.0.0/8:*"], get(&url)).await.unwrap_err();
    assert_eq!(failure.code, "capability.net");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_kept_connection_is_not_lent_to_an_attempt_that_may_not_reach_its_address() {
    let server = Server::ok().await;
    let world = World::new();
    world.names.set("shared.test", &[&["127.0.0.1"]]);
    let url = format!("http://shared.test:{}/", server.port());
    for _ in 0..3 {
        world.http(&["net:shared.test:*", &server.grant()], get(&url)).await.unwrap();
    }
    assert_eq!(server.connections(), 1, "attempts with the same permission share a connection");
    let failure = world.http(&["net:shared.test:*"], get(&url)).await.unwrap_err();
    assert_eq!(failure.code, "capability.net");
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn headers_cannot_break_out_or_choose_another_host() {
    let server = Server::ok().await;
    let world = World::new();
    for (name, value) in [
        ("X-A", "b\r\nX-Evil: 1"),
        ("X-A", "b\nX-Evil: 1"),
        ("X-A", "b\0"),
        ("X-A\r\nX-Evil", "1"),
        ("X A", "1"),
        ("", "1"),
        ("Host", "internal.example"),
        ("Content-Length", "0"),
        ("Transfer-Encoding", "chunked"),
        ("Connection", "upgrade"),
        ("Upgrade", "websocket"),
    ] {
        let mut request = get(server.url("/"));
        request.headers.push((name.into(), value.into()));
        let failure = world.http(&[&server.grant()], request).await.unwrap_err();
        assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Invalid, "http.invalid_header"), "{name:?}");
        assert!(!failure.message.contains("Evil: 1"), "{failure}");
    }
    for method in ["GET / HTTP/1.1\r\nX:", "G ET", "", "CONNECT", "TRACE"] {
        let mut request = get(server.url("/"));
        request.method = method.into();
        let failure = world.http(&[&server.grant()], request).await.unwrap_err();
        assert_eq!(failure.code, "http.invalid_method", "{method:?}");
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_line_break_in_the_url_stays_in_the_request_line() {
    let server = Server::ok().await;
    let world = World::new();
    world.http(&[&server.grant()], get(server.url("/a\r\nX-Evil: 1\r\n\r\nGET /b"))).await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    assert!(!requests[0].to_lowercase().contains("\r\nx-evil"), "{}", requests[0]);
}

#[tokio::test]
async fn what_is_no_http_url_is_refused() {
    let world = World::new();
    for url in [
        "",
        "/path",
        "file:///etc/passwd",
        "ftp://example.com/",
        "gopher://127.0.0.1:70/",
        "http://",
        "unix:/run/x",
        "http://a b/",
    ] {
        let failure = world.http(&["net:*:*"], get(url)).await.unwrap_err();
        assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Invalid, "http.invalid_url"), "{url}");
    }
}

#[tokio::test]
async fn an_answer_larger_than_the_limit_is_cut_off() {
    let endless = || Answer::Flood(b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), 1 << 30);
    let server = Server::start(move |_| endless()).await;
    let failure = World::new().http(&[&server.grant()], get(server.url("/"))).await.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Permanent, "http.body_too_large"));
}

#[tokio::test]
async fn an_answer_as_large_as_the_limit_is_accepted() {
    let server = Server::start(|_| Answer::Raw(ok("12345"))).await;
    let mut request = get(server.url("/"));
    request.max_response_bytes = 5;
    assert_eq!(World::new().http(&[&server.grant()], request.clone()).await.unwrap().body.len(), 5);
    request.max_response_bytes = 4;
    assert_eq!(World::new().http(&[&server.grant()], request).await.unwrap_err().code, "http.body_too_large");
}

#[tokio::test]
async fn a_gzip_bomb_is_cut_off_by_what_it_unpacks_to() {
    // `head -c 8388608 /dev/zero | gzip -9`: 8 MiB in 8 KiB.
    let body = include_bytes!("zeros-8mib.gz");
    assert!(body.len() < 16 * 1024);
    let mut answer =
        format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes();
    answer.extend(body);
    let server = Server::start(move |_| Answer::Raw(answer.clone())).await;
    let failure = World::new().http(&[&server.grant()], get(server.url("/"))).await.unwrap_err();
    assert_eq!(failure.code, "http.body_too_large");
}

#[tokio::test]
async fn a_body_that_stalls_ends_with_the_timeout() {
    let server = Server::start(|_| Answer::Stall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf".to_vec())).await;
    let world = World::new();
    let mut request = get(server.url("/"));
    request.timeout = Some(Duration::from_secs(30));
    let grant = server.grant();
    let grants = [grant.as_str()];
    let exchange = world.http(&grants, request);
    let time = async {
        server.stalled.notified().await;
        assert!(world.clock.advance_to_next_sleeper());
    };
    let (answer, ()) = tokio::join!(exchange, time);
    let failure = answer.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Timeout, "http.timeout"));
    assert!(!failure.before_effect, "the request was sent");
}

#[tokio::test]
async fn a_name_server_that_does_not_answer_is_a_timeout_before_any_effect() {
    let world = World::new();
    world.names.set("slow.test", &[]);
    let mut request = get("http://slow.test/");
    request.timeout = Some(Duration::from_secs(30));
    // Asked before the connection, because a grant leads inward.
    let exchange = world.http(&["net:slow.test:80", "net:10.0.0.0/8:80"], request);
    let time = async {
        while !world.clock.advance_to_next_sleeper() {
            tokio::task::yield_now().await;
        }
    };
    let failure = tokio::join!(exchange, time).0.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Timeout);
    assert!(failure.before_effect);
}

#[tokio::test]
async fn a_refused_connection_and_an_unknown_name_are_transient_and_before_any_effect() {
    let world = World::new();
    let address = Server::ok().await.address;
    // Nobody listens there any more.
    tokio::task::yield_now().await;
    let failure =
        world.http(&[&format!("net:{address}")], get(format!("http://{address}/?token=secret"))).await.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Transient, "http.connect"), "{failure}");
    assert!(failure.before_effect);
    assert!(!failure.message.contains("secret"), "{failure}");
    for grants in [&["net:unknown.test:80"][..], &["net:unknown.test:80", "net:10.0.0.0/8:80"]] {
        let failure = world.http(grants, get("http://unknown.test/")).await.unwrap_err();
        assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Transient, "http.dns"), "{failure}");
        assert!(failure.before_effect);
    }
}

#[tokio::test]
async fn a_connection_that_ends_without_an_answer_is_transient_and_may_have_had_its_effect() {
    let server = Server::start(|_| Answer::Flood(Vec::new(), 0)).await;
    let failure = World::new().http(&[&server.grant()], get(server.url("/"))).await.unwrap_err();
    assert_eq!((failure.kind, failure.before_effect), (FailureKind::Transient, false), "{failure}");
    let short = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf".to_vec();
    let server = Server::start(move |_| Answer::Flood(short.clone(), 0)).await;
    let failure = World::new().http(&[&server.grant()], get(server.url("/"))).await.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Transient, "http.broken_body"), "{failure}");
}

#[tokio::test]
async fn a_server_without_tls_behind_an_https_url_gets_nothing() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await.unwrap();
        let mut seen = Vec::new();
        let _ = stream.read_to_end(&mut seen).await;
        seen
    };
    let world = World::new();
    let grant = format!("net:{address}");
    let grants = [grant.as_str()];
    let (answer, seen) = tokio::join!(world.http(&grants, get(format!("https://{address}/secret"))), server);
    let failure = answer.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Permanent, "http.tls"), "{failure}");
    assert!(failure.before_effect);
    assert!(!String::from_utf8_lossy(&seen).contains("secret"));
}
