//! `nebula serve` and `nebula trigger`, as the real command with the example's trigger in it.

#![cfg(unix)]

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::PathBuf,
    process::{Child, ChildStdout, Command, Stdio},
    thread,
};

use serde_json::{Value, json};
use tempfile::TempDir;

const FLOW: &str = r#"nebula: 1
id: announce
input: { type: object, required: [text], properties: { text: { type: string, minLength: 2 } } }
triggers:
  - { id: lines, action: log.new_lines@1.0, parameters: { path: app.log }, every: 1s, input: { text: !expr $trigger.event.text } }
nodes:
  - { id: say, action: data.set@1, parameters: { values: { text: !expr $input.text } } }
"#;

/// A folder in which the command is called.
struct Place(TempDir);

struct Output {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

/// `nebula serve --json`, and the lines that it prints.
struct Serving {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Place {
    fn new(log: &str) -> Self {
        let place = Self(TempDir::new().unwrap());
        fs::write(place.path("announce.yaml"), FLOW).unwrap();
        fs::write(place.path("app.log"), log).unwrap();
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().canonicalize().unwrap().join(name)
    }

    fn append(&self, text: &str) {
        fs::OpenOptions::new().append(true).open(self.path("app.log")).unwrap().write_all(text.as_bytes()).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nebula-announce"));
        command.args(arguments).current_dir(self.0.path()).env_remove("NEBULA_DATA_DIR").stdin(Stdio::null());
        command
    }

    #[track_caller]
    fn call(&self, arguments: &[&str], code: i32) -> Output {
        let output = self.command(arguments).output().unwrap();
        let [stdout, stderr] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{stdout}\n{stderr}");
        Output { code: output.status.code(), stdout, stderr }
    }

    #[track_caller]
    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.call(&[arguments, &["--json"]].concat(), 0).stdout).unwrap()
    }

    fn serve(&self, files: &[&str]) -> Serving {
        let grant = format!("fs_read:{}", self.path("").display());
        let mut command = self.command(&[&["serve", "--json", "--grant", grant.as_str()], files].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Serving { child, lines }
    }

    fn completed(&self) -> usize {
        let list = self.json(&["execution", "list", "--status", "completed", "--limit", "10000"]);
        list.as_array().unwrap().len()
    }
}

impl Serving {
    /// The next line of this sort.
    fn next(&mut self, sort: &str) -> Value {
        let [line] = self.each([sort]);
        line
    }

    /// The next line of each of these sorts, in whichever order they come.
    fn each<const N: usize>(&mut self, sorts: [&str; N]) -> [Value; N] {
        let mut found = sorts.map(|_| Value::Null);
        while found.iter().any(Value::is_null) {
            let mut line = String::new();
            assert!(self.lines.read_line(&mut line).unwrap() > 0, "it ended before all of {sorts:?} came");
            let line: Value = serde_json::from_str(&line).unwrap();
            if let Some(place) = (0..N).find(|place| found[*place].is_null() && line["type"] == sorts[*place]) {
                found[place] = line;
            }
        }
        found
    }

    fn end(mut self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(told.success());
        // What it still says must find room.
        let mut lines = self.lines;
        thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[test]
fn each_line_starts_one_execution_until_serving_is_ended() {
    let place = Place::new("one\ntwo\n");
    let mut serving = place.serve(&["announce.yaml"]);
    assert_eq!(serving.next("trigger")["trigger"], "lines");
    let first = serving.next("started");
    assert_eq!((&first["workflow"], &first["key"]), (&json!("announce"), &json!("1")));
    assert_eq!(serving.next("ended")["status"], "completed");
    assert_eq!(serving.next("ended")["status"], "completed");
    place.append("x\nthree\n");
    let [refused, ended] = serving.each(["refused", "ended"]);
    assert_eq!(
        (&refused["key"], &ended["status"]),
        (&json!("3"), &json!("completed")),
        "a text is too short: {refused}"
    );
    serving.end();
    assert_eq!(place.completed(), 3);
    let trigger = place.json(&["trigger", "show", "announce/lines"]);
    assert_eq!((&trigger["started"], &trigger["refused"], &trigger["cursor"]), (&json!(3), &json!(1), &json!(4)));
    // Nothing is found again.
    let mut serving = place.serve(&[]);
    serving.next("trigger");
    place.append("four\n");
    assert_eq!(serving.next("started")["key"], "5");
    serving.next("ended");
    serving.end();
    assert_eq!(place.completed(), 4);
}

#[test]
fn killed_in_the_middle_of_many_events_each_has_started_one_execution() {
    const LINES: usize = 300;
    let log: String = (0..LINES).map(|line| format!("line {line}\n")).collect();
    let place = Place::new(&log);
    for (files, started) in [(&["announce.yaml"][..], 7), (&[], 90), (&["announce.yaml"], 40)] {
        let mut serving = place.serve(files);
        for _ in 0..started {
            serving.next("started");
        }
        serving.kill();
    }
    let before = place.completed();
    let mut serving = place.serve(&[]);
    for _ in before..LINES {
        assert_eq!(serving.next("ended")["status"], "completed");
    }
    serving.end();
    let all = place.json(&["execution", "list", "--limit", "10000"]);
    assert_eq!((all.as_array().unwrap().len(), place.completed()), (LINES, LINES));
}

#[test]
fn triggers_are_listed_paused_fired_and_taken_back() {
    let place = Place::new("");
    let output = place.call(&["serve"], 4);
    assert!(output.stderr.contains("data folder"), "{}", output.stderr);
    let mut serving = place.serve(&["announce.yaml"]);
    serving.next("trigger");
    serving.end();

    assert!(place.call(&["trigger", "pause", "announce/lines"], 0).stdout.contains("is paused"));
    assert!(place.call(&["trigger", "list"], 0).stdout.contains("paused"));
    place.append("one\n");
    let fired = place.json(&["trigger", "fire", "announce/lines"]);
    assert_eq!((&fired["started"][0]["key"], &fired["started"][0]["status"]), (&json!("1"), &json!("completed")));
    // What was started tells by what.
    let started = fired["started"][0]["execution_id"].as_str().unwrap();
    let shown = place.json(&["execution", "show", started]);
    assert_eq!(shown["trigger"], json!({ "trigger": "lines", "key": "1" }));
    let page = place.call(&["execution", "show", started], 0).stdout;
    assert!(page.contains(" by the trigger `lines`, event `1`\n"), "{page}");
    let journal = place.call(&["execution", "journal", started], 0).stdout;
    assert!(journal.contains("announce started by the trigger `lines`, event `1`"), "{journal}");
    assert_eq!(place.json(&["trigger", "fire", "announce/lines"])["started"], json!([]));
    assert_eq!(place.json(&["trigger", "list"])[0]["enabled"], false);
    assert_eq!(place.json(&["trigger", "resume", "announce/lines"])["enabled"], true);

    for name in ["announce/nothing", "nobody/lines"] {
        for verb in ["show", "pause", "resume", "fire"] {
            let output = place.call(&["trigger", verb, name], 4);
            assert!(output.stderr.contains(name) && output.stderr.contains("nebula trigger list"), "{}", output.stderr);
        }
    }
    assert!(place.call(&["trigger", "show", "lines"], 2).stderr.contains("announce/lines"));
    assert_eq!(place.json(&["trigger", "remove", "announce"])["removed"], json!(["lines"]));
    place.call(&["trigger", "remove", "announce"], 4);
    assert_eq!(place.json(&["trigger", "list"]), json!([]));
    let output = place.call(&["serve"], 2);
    assert!(output.stderr.contains("no trigger") && output.code == Some(2), "{}", output.stderr);
}

#[test]
fn a_workflow_with_a_mistake_is_not_served() {
    let place = Place::new("");
    fs::write(place.path("wrong.yaml"), FLOW.replace("$trigger.event.text", "$trigger.event.txt")).unwrap();
    let grant = format!("fs_read:{}", place.path("").display());
    let output = place.call(&["serve", "announce.yaml", "wrong.yaml", "--grant", &grant], 2);
    assert!(output.stderr.contains("txt"), "{}", output.stderr);
    let output = place.call(&["serve", "announce.yaml"], 2);
    assert!(output.stderr.contains("--grant fs_read:"), "{}", output.stderr);
    let output = place.call(&["serve", "announce.yaml", "announce.yaml", "--grant", &grant], 2);
    assert!(output.stderr.contains("two files are the workflow"), "{}", output.stderr);
    assert!(!place.path(".nebula").exists(), "nothing was made");
}
