//! Mistakes of credentials, retries and grants.

use super::{case, check, http, one};
use crate::plan::tests::{all, found, grants};

#[test]
fn of_credentials() {
    let chat = |rest: &str| one(&format!("action: chat.post@2{rest}"));
    check(
        &[
            case(chat(""), "P0402", "/nodes/0/credentials", "{ id: alpha, action: chat.post@2 }", "token"),
            case(
                http("url: 'http://a.de/'").replace(" } }", " }, credentials: { auht: x } }"),
                "P0401",
                "/nodes/0/credentials/auht",
                "auht",
                "did you mean `auth`?",
            ),
            case(
                one("action: text.upper@1, parameters: { text: x }, credentials: { key: x }"),
                "P0401",
                "/nodes/0/credentials/key",
                "key",
                "takes no credentials",
            ),
        ],
        &all(),
    );
}

#[test]
fn of_retries() {
    let retried = |parameters: &str| http(parameters).replace(" } }", " }, retry: { max_attempts: 2 } }");
    check(
        &[
            case(
                retried("url: 'http://a.de/', method: POST"),
                "P0403",
                "/nodes/0/retry",
                "{ max_attempts: 2 }",
                "`idempotent: true`",
            ),
            case(
                retried("url: !expr $input.url, method: POST"),
                "P0403",
                "/nodes/0/retry",
                "{ max_attempts: 2 }",
                "`idempotent: true`",
            ),
            case(
                retried("url: 'http://a.de/', method: !expr $input.method"),
                "P0404",
                "/nodes/0/retry",
                "{ max_attempts: 2 }",
                "not repeated",
            ),
        ],
        &all(),
    );
    for fine in ["url: 'http://a.de/'", "url: !expr $input.url", "url: 'http://a.de/', method: POST, idempotent: true"]
    {
        assert_eq!(found(&retried(fine), &all()), [], "{fine}");
    }
}

#[test]
fn of_grants() {
    let read = |path: &str| one(&format!("action: file.read@1, parameters: {{ path: {path} }}"));
    let url = "/nodes/0/parameters/url";
    let path = "/nodes/0/parameters/path";
    check(
        &[
            case(
                http("url: 'http://127.0.0.1:8080/x'"),
                "P0405",
                url,
                "'http://127.0.0.1:8080/x'",
                "--grant net:127.0.0.1:8080",
            ),
            case(http("url: 'https://b.de/x'"), "P0405", url, "'https://b.de/x'", "--grant net:b.de:443"),
            case(http("url: 'http://[::1]/'"), "P0405", url, "'http://[::1]/'", "--grant net:[::1]:80"),
            case(
                http("url: !template 'https://b.de/{{ $input.x }}'"),
                "P0405",
                url,
                "'https://b.de/{{ $input.x }}'",
                "--grant net:b.de:443",
            ),
            case(http("url: b.de"), "P0406", url, "b.de", "https://"),
            case(read("/etc/passwd"), "P0405", path, "/etc/passwd", "--grant fs_read:/etc/passwd"),
            case(read("'my notes.txt'"), "P0405", path, "'my notes.txt'", "--grant 'fs_read:my notes.txt'"),
            case(read("data/../secret"), "P0405", path, "data/../secret", "without `..`"),
        ],
        &grants(&["net:a.de:443", "fs_read:data"]),
    );
    check(
        &[
            case(http("url: !expr $input.url"), "P0405", url, "$input.url", "--grant net:HOST:PORT"),
            case(read("!expr $input.path"), "P0405", path, "$input.path", "--grant fs_read:PATH"),
        ],
        &grants(&[]),
    );
    for (fine, policy) in [
        (http("url: 'https://a.de/x'"), grants(&["net:*.de:443", "net:a.de:443"])),
        (http("url: 'http://10.1.2.3/x'"), grants(&["net:10.0.0.0/8:80"])),
        (http("url: !expr $input.url"), grants(&["net:a.de:443"])),
        (read("data/x.txt"), grants(&["fs_read:data"])),
        (read("data/x.txt"), grants(&["fs_read:/srv/data"])),
        (read("/srv/data/x.txt"), grants(&["fs_read:./data/"])),
        (read("!expr $input.path"), grants(&["fs_read:data"])),
    ] {
        assert_eq!(found(&fine, &policy), [], "{fine}");
    }
    // `*` is every public host and never an address inside.
    assert_eq!(found(&http("url: 'http://192.168.0.1/'"), &grants(&["net:*:*"]))[0].code, "P0405");
}
