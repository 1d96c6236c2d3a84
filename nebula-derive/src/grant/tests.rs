use super::*;

#[test]
fn hosts_have_a_port() {
    for text in ["example.com:443", "*.example.com:*", "*:*", "127.0.0.1:80", "[::1]:80", "10.0.0.0/8:*"] {
        assert_eq!(net(text), Ok(()), "{text}");
    }
    for text in
        ["", ":443", "example.com", "example.com:", "example.com:70000", "http://a:1", "a b:1", "10.0.0.0/33:1", "-:-"]
    {
        assert!(net(text).is_err(), "{text}");
    }
}

#[test]
fn paths_do_not_climb() {
    assert!(path("/data").is_ok() && path(".").is_ok() && path("a..b/c").is_ok());
    assert!(path("").is_err() && path("a/../b").is_err());
}

#[test]
fn variables_have_names() {
    assert!(env("HOME").is_ok());
    assert!(env("").is_err() && env("A=B").is_err());
}

#[test]
fn programs_are_names_or_whole_paths() {
    for text in ["git", "/usr/bin/git", "g++", "/opt/my tools/x"] {
        assert_eq!(program(text), Ok(()), "{text}");
    }
    for text in ["", "/", "./git", "bin/git", "/bin/../git", "..", "/bin/", "git status", "/bin//git", "a\0"] {
        assert!(program(text).is_err(), "{text}");
    }
}
