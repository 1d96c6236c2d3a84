use std::path::Path;

use super::*;

fn grant(text: &str) -> Grant {
    text.parse().unwrap()
}

fn net(text: &str) -> NetGrant {
    text.parse().unwrap()
}

#[test]
fn grants_print_as_they_are_written() {
    for text in [
        "net:api.example.com:443",
        "net:*.example.com:*",
        "net:*:443",
        "net:10.0.0.0/8:80",
        "net:127.0.0.1:8080",
        "net:[::1]:80",
        "fs_read:/data",
        "fs_write:out",
        "env:HOME",
        "exec:git",
        "exec:/usr/bin/git",
    ] {
        assert_eq!(grant(text).to_string(), text);
    }
}

#[test]
fn what_is_no_grant_is_refused_with_what_to_write() {
    for (text, part) in [
        ("net", "net:HOST:PORT"),
        ("net:example.com", "net:example.com:443"),
        ("net:example.com:99999", "65535"),
        ("net:exa mple:1", "is no host"),
        ("net:10.0.0.0/40:1", "is no host"),
        ("run:ls", "is no capability"),
        ("exec:./ls", "is no program"),
        ("exec:bin/ls", "is no program"),
        ("exec:/bin/../ls", "is no program"),
        ("exec:/bin//ls", "is no program"),
        ("exec:/bin/", "is no program"),
        ("exec:..", "is no program"),
        ("exec:l\ns", "is no program"),
        ("env:", "something must follow"),
        ("random", "an action that declares it has it"),
    ] {
        let error = text.parse::<Grant>().unwrap_err().to_string();
        assert!(error.contains(part), "{text}: {error}");
    }
}

#[test]
fn hosts_match_by_name_suffix_and_network() {
    assert!(net("API.example.com:443").matches("api.example.com", 443));
    assert!(!net("api.example.com:443").matches("api.example.com", 80));
    assert!(net("*.example.com:*").matches("a.b.example.com", 1));
    assert!(!net("*.example.com:*").matches("example.com", 1));
    assert!(!net("*.example.com:*").matches("evilexample.com", 1));
    assert!(net("10.0.0.0/8:*").matches("10.9.9.9", 1));
    assert!(!net("10.0.0.0/8:*").matches("11.0.0.1", 1));
}

#[test]
fn only_networks_and_localhost_allow_an_address_that_is_not_public() {
    let loopback = "127.0.0.1".parse().unwrap();
    assert!(net("localhost:80").matches_address(loopback, 80));
    assert!(net("127.0.0.0/8:80").matches_address(loopback, 80));
    assert!(net("127.0.0.1:80").matches_address("::ffff:127.0.0.1".parse().unwrap(), 80));
    assert!(!net("*:80").matches_address(loopback, 80));
    assert!(!net("internal.example.com:80").matches_address(loopback, 80));
}

#[test]
fn a_path_grant_means_the_folder_and_below_and_never_a_parent() {
    let grant = PathGrant::new("/data/");
    assert!(grant.contains(Path::new("/data/a/b.csv")));
    assert!(grant.contains(Path::new("/data")));
    assert!(!grant.contains(Path::new("/database")));
    assert!(!grant.contains(Path::new("/data/../etc/passwd")));
    assert!(PathGrant::new(".").contains(Path::new("a.csv")));
}

#[test]
fn permissions_are_the_manifest_cut_down_to_the_grants() {
    let manifest = CapabilityManifest(vec![
        CapabilityRequest { kind: CapabilityKind::Net, target: Target::Exact(grant("net:api.example.com:443")) },
        CapabilityRequest { kind: CapabilityKind::FsRead, target: Target::Parameter("/path".into()) },
    ]);
    let all = Grants { items: vec![grant("net:*:*"), grant("fs_read:/data"), grant("env:HOME")], base_dir: None };
    let permissions = manifest.permissions(&all).unwrap();
    assert_eq!(permissions.items, [grant("net:api.example.com:443"), grant("fs_read:/data")]);

    let denials = manifest.permissions(&Grants::default()).unwrap_err();
    let lines: Vec<_> = denials.iter().map(|denial| denial.grant.as_str()).collect();
    assert_eq!(lines, ["net:api.example.com:443", "fs_read:PATH"]);
}

#[test]
fn what_is_only_declared_takes_no_grant() {
    let manifest =
        CapabilityManifest(vec![CapabilityRequest { kind: CapabilityKind::Random, target: Target::Declared }]);
    assert_eq!(
        serde_json::to_value(&manifest).unwrap(),
        serde_json::json!([{ "kind": "random", "target": "declared" }])
    );
    assert_eq!(manifest.permissions(&Grants::default()).unwrap().declared, [CapabilityKind::Random]);
}

#[test]
fn a_path_says_where_a_name_is_and_nothing_else_stands_for_another() {
    let program = |text: &str| ProgramGrant::new(text).unwrap();
    assert!(program("git").allows(&program("git")));
    assert!(program("/usr/bin/git").allows(&program("git")));
    assert!(program("/usr/bin/git").allows(&program("/usr/bin/git")));
    assert!(!program("git").allows(&program("/usr/bin/git")));
    assert!(!program("/usr/bin/git").allows(&program("/bin/git")));
    assert!(!program("/usr/bin/git").allows(&program("it")));

    let need = |text: &str| {
        CapabilityManifest(vec![CapabilityRequest { kind: CapabilityKind::Exec, target: Target::Exact(grant(text)) }])
    };
    let grants = |all: &[&str]| Grants { items: all.iter().map(|text| grant(text)).collect(), base_dir: None };
    let allowed = |text, all| need(text).permissions(&grants(all)).map(|permissions| permissions.items);
    assert_eq!(allowed("exec:git", &["exec:git"]), Ok(vec![grant("exec:git")]));
    assert_eq!(allowed("exec:git", &["exec:/opt/git", "exec:/opt/sh"]), Ok(vec![grant("exec:/opt/git")]));
    assert_eq!(allowed("exec:/opt/git", &["exec:git"]).unwrap_err()[0].grant, "exec:/opt/git");
}
