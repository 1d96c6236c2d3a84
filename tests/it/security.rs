//! What is not granted does not happen, through the real command: nobody is reached, nothing is read.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::{Value, json};

use crate::support::{Answer, Place, Server};

/// A server that nobody may reach, and how often it was.
fn forbidden() -> (Server, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let server = Server::start({
        let calls = Arc::clone(&calls);
        move |_| {
            calls.fetch_add(1, Ordering::SeqCst);
            Answer::ok(json!("secret"))
        }
    });
    (server, calls)
}

const FETCH: &str = "nebula: 1
id: fetch
input: { type: object, required: [url], properties: { url: { type: string } } }
nodes:
  - { id: fetch, action: http.request@1, parameters: { url: !expr $input.url } }
";

/// Runs `FETCH` on an address; returns the error of a run that failed.
fn fetch(url: &str, grant: &str) -> Value {
    let place = Place::new();
    place.write("fetch.yaml", FETCH);
    let input = json!({ "url": url }).to_string();
    let output = place.nebula(["run", "fetch.yaml", "--json", "--input", &input, "--grant", grant]).exits(1);
    assert!(!output.stdout.contains("secret"), "{output}");
    output.json()["error"].clone()
}

#[test]
fn an_address_in_the_file_is_refused_before_anything_runs() {
    let (server, calls) = forbidden();
    let place = Place::new();
    place.write("fetch.yaml", FETCH.replace("!expr $input.url", &format!("'{}'", server.url("/"))));
    let input = r#"{"url": "unused"}"#;
    let help = format!("--grant {}", server.grant());
    place.nebula(["run", "fetch.yaml", "--input", input]).exits(2).says(&["P0405", &help]);
    place.nebula(["run", "fetch.yaml", "--input", input, "--grant", "net:*:*"]).exits(2).says(&["P0405", &help]);
    assert_eq!(calls.load(Ordering::SeqCst), 0);
    assert!(!place.data_dir().exists(), "nothing was started");
}

#[test]
fn an_address_that_the_run_decides_is_refused_in_the_run() {
    let (server, calls) = forbidden();
    for grant in ["net:127.0.0.1:1", "net:*:*", "net:example.com:443"] {
        let error = fetch(&server.url("/"), grant);
        assert_eq!(error["kind"], "denied", "{grant}: {error}");
    }
    // A name that leads inside is no better than the address.
    let error = fetch(&server.url("/").replace("127.0.0.1", "localhost"), "net:*:*");
    assert_eq!(error["kind"], "denied", "{error}");
    assert_eq!(calls.load(Ordering::SeqCst), 0);
}

#[test]
fn a_redirect_to_a_port_that_is_not_granted_is_refused() {
    let (server, calls) = forbidden();
    let target = server.url("/inside");
    let open = Server::start(move |_| Answer::redirect(&target));
    let error = fetch(&open.url("/"), &open.grant());
    assert_eq!(error["kind"], "denied", "{error}");
    assert_eq!(calls.load(Ordering::SeqCst), 0);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_of_the_granted_folder_is_refused() {
    let place = Place::new();
    place.write("outside/secret.txt", "the secret");
    place.write("inside/plain.txt", "nothing special");
    std::os::unix::fs::symlink(place.file("outside/secret.txt"), place.file("inside/link.txt")).unwrap();
    std::os::unix::fs::symlink(place.file("outside"), place.file("inside/folder")).unwrap();
    place.write(
        "read.yaml",
        "nebula: 1
id: read
input: { type: object, required: [path], properties: { path: { type: string } } }
nodes:
  - { id: read, action: file.read@1, parameters: { path: !expr $input.path } }
",
    );
    let read = |path: &str| {
        let input = json!({ "path": path }).to_string();
        place.nebula(["run", "read.yaml", "--json", "--input", &input, "--grant", "fs_read:inside"])
    };
    read("inside/plain.txt").exits(0);
    let outside = place.file("outside/secret.txt").display().to_string();
    for path in ["inside/link.txt", "inside/folder/secret.txt", "inside/../outside/secret.txt", &outside] {
        let output = read(path).exits(1);
        assert_eq!(output.json()["error"]["kind"], "denied", "{path}: {output}");
        assert!(!output.stdout.contains("the secret") && !output.stderr.contains("the secret"), "{output}");
    }
}

#[test]
fn a_path_in_the_file_is_refused_before_anything_runs() {
    let place = Place::new();
    place.write("secret.txt", "the secret");
    for (path, reason) in [("secret.txt", "--grant fs_read:secret.txt"), ("inside/../secret.txt", "`..`")] {
        let node = format!("{{ id: a, action: file.read@1, parameters: {{ path: '{path}' }} }}");
        place.write("read.yaml", format!("nebula: 1\nid: read\nnodes:\n  - {node}\n"));
        place.nebula(["run", "read.yaml", "--grant", "fs_read:inside"]).exits(2).says(&["P0405", reason]);
    }
}
