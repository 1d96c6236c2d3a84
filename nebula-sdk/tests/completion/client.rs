//! An editor, as far as it takes to ask what could be written at a place.

use std::{collections::BTreeSet, path::Path};

use nebula_sdk::{Value, json};

use super::server::Server;

/// `CompletionItemKind` of the protocol.
const FIELD: u64 = 5;

/// `ContentModified` of the protocol.
const CONTENT_MODIFIED: i64 = -32801;

/// How often the server may say that it is done and still not know.
const TIMES: usize = 20;

/// One server with one crate open.
pub(super) struct Session {
    server: Server,
    /// Of the last request, and of the text's last version.
    number: u64,
    /// Whether the server has nothing more to load.
    is_quiet: bool,
}

// === impl Session ===

impl Session {
    pub(super) fn start(folder: &Path) -> Self {
        let mut session = Self { server: Server::start(folder), number: 0, is_quiet: false };
        let options = json!({
            "checkOnSave": false,
            "cachePriming": { "enable": false },
            "cargo": { "buildScripts": { "enable": true } },
            "procMacro": { "enable": true },
        });
        let request = json!({
            "processId": std::process::id(),
            "rootUri": uri(folder),
            "workspaceFolders": [{ "uri": uri(folder), "name": "completion" }],
            // With this the server tells when it has read the crate and built its macros.
            "capabilities": { "experimental": { "serverStatusNotification": true } },
            "initializationOptions": options,
        });
        session.request("initialize", &request);
        session.notify("initialized", &json!({}));
        session
    }

    pub(super) fn open(&mut self, file: &Path, text: &str) {
        self.number += 1;
        let document = json!({ "uri": uri(file), "languageId": "rust", "version": self.number, "text": text });
        self.notify("textDocument/didOpen", &json!({ "textDocument": document }));
    }

    pub(super) fn change(&mut self, file: &Path, text: &str) {
        self.number += 1;
        let document = json!({ "uri": uri(file), "version": self.number });
        self.notify(
            "textDocument/didChange",
            &json!({ "textDocument": document, "contentChanges": [{ "text": text }] }),
        );
    }

    /// Asks for the fields at a line and a column, both from 0, whenever the server has read more, until they are right.
    pub(super) fn ask_until(
        &mut self,
        name: &str,
        file: &Path,
        (line, column): (usize, usize),
        right: impl Fn(&BTreeSet<String>) -> bool,
    ) {
        let place = json!({ "line": line, "character": column });
        let params = json!({ "textDocument": { "uri": uri(file) }, "position": place });
        let mut found = BTreeSet::new();
        for _ in 0..TIMES {
            if !self.wait_until_quiet() {
                break;
            }
            // An answer that was overtaken by something newly read is asked for again.
            let Some(answer) = self.request("textDocument/completion", &params) else { continue };
            found = fields(&answer);
            if right(&found) {
                return;
            }
            // It may have been quiet between two things to do.
            self.is_quiet = false;
        }
        panic!("{name}: these fields are offered: {found:?}");
    }

    pub(super) fn stop(mut self) {
        self.request("shutdown", &Value::Null);
        self.notify("exit", &Value::Null);
    }

    /// False when nothing more comes.
    fn wait_until_quiet(&mut self) -> bool {
        while !self.is_quiet {
            let Some(message) = self.server.receive() else { return false };
            self.note(&message);
        }
        true
    }

    /// The answer; none when what was asked about has changed meanwhile.
    fn request(&mut self, method: &str, params: &Value) -> Option<Value> {
        self.number += 1;
        let id = self.number;
        self.server.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = self.server.receive().unwrap_or_else(|| panic!("rust-analyzer does not answer to {method}"));
            if message["id"] == id && message.get("method").is_none() {
                let Some(error) = message.get("error") else { return Some(message["result"].clone()) };
                assert_eq!(error["code"], CONTENT_MODIFIED, "{method}: {error}");
                return None;
            }
            self.note(&message);
        }
    }

    fn notify(&mut self, method: &str, params: &Value) {
        self.server.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// What the server says of itself, and what it asks: the answer is always that there is nothing to say.
    fn note(&mut self, message: &Value) {
        if message["method"] == "experimental/serverStatus" {
            self.is_quiet = message["params"]["quiescent"] == true;
        }
        if let (Some(id), Some(_)) = (message.get("id"), message.get("method")) {
            self.server.send(&json!({ "jsonrpc": "2.0", "id": id, "result": null }));
        }
    }
}

fn fields(answer: &Value) -> BTreeSet<String> {
    let items = answer.get("items").unwrap_or(answer).as_array().cloned().unwrap_or_default();
    let names = items.iter().filter(|item| item["kind"] == FIELD).filter_map(|item| item["label"].as_str());
    names.map(str::to_owned).collect()
}

fn uri(path: &Path) -> String {
    let path = path.to_string_lossy().replace('\\', "/");
    format!("file://{}{path}", if path.starts_with('/') { "" } else { "/" })
}
