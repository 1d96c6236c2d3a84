//! Attacks by redirect: every hop is held to the same rules, and credentials stay with their origin.

use nebula_ports::model::FailureKind;

use crate::{
    server::{Answer, Server, ok, redirect},
    world::{World, get},
};

/// Sends every path `/<status>` to a fixed place.
async fn redirector(to: String) -> Server {
    Server::start(move |path| match path.trim_start_matches('/').parse() {
        Ok(status) => Answer::Raw(redirect(status, &to)),
        Err(_) => Answer::Raw(ok("here")),
    })
    .await
}

#[tokio::test]
async fn a_redirect_to_loopback_is_refused_and_not_followed() {
    let secret = Server::ok().await;
    let world = World::new();
    world.names.set("inward.test", &[&["127.0.0.1"]]);
    for to in [
        secret.url("/"),
        format!("//{}/", secret.address),
        format!("http://inward.test:{}/", secret.port()),
        format!("http://[::ffff:127.0.0.1]:{}/", secret.port()),
        format!("http://2130706433:{}/", secret.port()),
    ] {
        let server = redirector(to.clone()).await;
        let failure = world.http(&["net:*:*", &server.grant()], get(server.url("/302"))).await.unwrap_err();
        assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Denied, "capability.net"), "{to}: {failure}");
        assert!(failure.message.starts_with("after a redirect: "), "{failure}");
        assert_eq!(failure.help, Some(format!("--grant net:127.0.0.1:{}", secret.port())));
        assert!(!failure.before_effect, "the first request was sent");
    }
    assert_eq!(secret.connections(), 0);
}

#[tokio::test]
async fn a_redirect_to_a_host_that_is_not_granted_is_refused() {
    let server = redirector("http://elsewhere.example/".into()).await;
    let failure = World::new().http(&[&server.grant()], get(server.url("/301"))).await.unwrap_err();
    assert_eq!(failure.help.as_deref(), Some("--grant net:elsewhere.example:80"));
}

#[tokio::test]
async fn a_redirect_to_what_is_no_http_url_is_refused() {
    let world = World::new();
    for to in ["file:///etc/passwd", "gopher://x/", "http://user:pass@127.0.0.1/", "http://[broken/", "javascript:0"] {
        let server = redirector(to.into()).await;
        let failure = world.http(&["net:*:*", &server.grant()], get(server.url("/302"))).await.unwrap_err();
        assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Permanent, "http.bad_redirect"), "{to}");
    }
}

#[tokio::test]
async fn redirects_are_followed_up_to_their_limit() {
    let server = Server::start(|path| {
        let n: u32 = path.trim_start_matches('/').parse().unwrap();
        Answer::Raw(if n == 0 { ok("end") } else { redirect(302, &format!("/{}", n - 1)) })
    })
    .await;
    let world = World::new();
    let answer = world.http(&[&server.grant()], get(server.url("/5"))).await.unwrap();
    assert_eq!((answer.body.as_ref(), answer.url), (b"end".as_slice(), server.url("/0")));
    let failure = world.http(&[&server.grant()], get(server.url("/6"))).await.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Permanent, "http.too_many_redirects"));
}

#[tokio::test]
async fn who_follows_no_redirect_gets_the_redirect() {
    let server = redirector("http://elsewhere.example/".into()).await;
    let mut request = get(server.url("/302"));
    request.max_redirects = 0;
    let answer = World::new().http(&[&server.grant()], request).await.unwrap();
    assert_eq!(answer.status, 302);
    assert!(answer.headers.contains(&("location".into(), "http://elsewhere.example/".into())));
}

#[tokio::test]
async fn credentials_go_along_inside_an_origin_and_never_to_another() {
    let other = Server::ok().await;
    let world = World::new();
    let headers = [
        ("Authorization", "Bearer s3cr3t"),
        ("Cookie", "session=s3cr3t"),
        ("Proxy-Authorization", "Basic s3cr3t"),
        ("X-Api-Key", "s3cr3t"),
        ("PRIVATE-TOKEN", "s3cr3t"),
        ("X-Shop-Login", "s3cr3t"),
        ("Accept", "text/plain"),
    ];
    let inside = redirector("/end".into()).await;
    // Another port is another origin.
    let outside = redirector(other.url("/end")).await;
    for server in [&inside, &outside] {
        let mut request = get(server.url("/307"));
        request.headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        world.http(&[&server.grant(), &other.grant()], request).await.unwrap();
    }
    let end = &inside.requests()[1];
    assert_eq!(end.matches("s3cr3t").count(), 6, "{end}");
    let end = &other.requests()[0];
    assert!(!end.contains("s3cr3t"), "{end}");
    assert!(end.contains("accept: text/plain"), "{end}");
}

#[tokio::test]
async fn methods_and_bodies_change_as_the_standard_says() {
    let server = redirector("/end".into()).await;
    let world = World::new();
    for (method, status, then, with_body) in [
        ("POST", 301, "GET", false),
        ("POST", 302, "GET", false),
        ("POST", 303, "GET", false),
        ("PUT", 303, "GET", false),
        ("HEAD", 303, "HEAD", false),
        ("PUT", 301, "PUT", true),
        ("DELETE", 302, "DELETE", true),
        ("POST", 307, "POST", true),
        ("PATCH", 308, "PATCH", true),
    ] {
        let mut request = get(server.url(&format!("/{status}")));
        request.method = method.into();
        request.headers.push(("Content-Type".into(), "text/x-test".into()));
        if method != "HEAD" {
            request.body = "the body".into();
        }
        world.http(&[&server.grant()], request).await.unwrap();
        let last = server.requests().pop().unwrap();
        assert!(last.starts_with(&format!("{then} /end ")), "{method} {status}: {last}");
        assert_eq!(last.ends_with("the body"), with_body, "{method} {status}: {last}");
        let keeps_type = last.contains("content-type: text/x-test");
        assert_eq!(keeps_type, with_body || method == "HEAD", "{method} {status}: {last}");
    }
}

#[tokio::test]
async fn a_304_or_a_redirect_without_a_location_is_the_answer() {
    for head in ["304 Not Modified", "302 Found", "300 Multiple Choices"] {
        let raw = format!("HTTP/1.1 {head}\r\nContent-Length: 0\r\n\r\n").into_bytes();
        let server = Server::start(move |_| Answer::Raw(raw.clone())).await;
        let answer = World::new().http(&[&server.grant()], get(server.url("/"))).await.unwrap();
        assert_eq!(answer.status.to_string(), head[..3]);
    }
}
