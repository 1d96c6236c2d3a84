//! An attempt that may not be repeated, cut off by a crash: the run waits for a decision.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
};

use crate::nebula::Folder;

/// Kills a run while its POST is under way, and gives the execution's id.
fn cut_off(folder: &Folder, listener: &TcpListener) -> String {
    let address = listener.local_addr().unwrap();
    folder.write(
        "flow.yaml",
        format!(
            "nebula: 1\nid: charge\nnodes:\n  - {{ id: pay, action: http.request@1, parameters: {{ method: POST, url: \"http://{address}/\" }} }}\noutput: !expr $nodes.pay.status\n"
        ),
    );
    let run = folder.start(&["run", "flow.yaml", "--grant", &format!("net:127.0.0.1:{}", address.port())]);
    let (mut request, _) = listener.accept().unwrap();
    let mut byte = [0];
    request.read_exact(&mut byte).unwrap();
    run.kill();
    let rows = folder.call(&["execution", "list", "--json"]).ends_with(0).json();
    rows[0]["id"].as_str().unwrap().to_owned()
}

/// Takes one request and answers it.
fn answer(listener: &TcpListener) {
    let (mut request, _) = listener.accept().unwrap();
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        request.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    request.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
}

#[test]
fn the_owner_of_a_killed_process_need_not_wait_and_is_asked_to_decide() {
    let (folder, listener) = (Folder::new(), TcpListener::bind("127.0.0.1:0").unwrap());
    let id = cut_off(&folder, &listener);
    let outcome = folder.call(&["execution", "resume", &id, "--json"]).ends_with(3).says(&[
        "`pay` is in doubt",
        &format!("nebula execution resume {id} --retry pay"),
        &format!("nebula execution resume {id} --fail pay"),
    ]);
    assert_eq!(outcome.json()["status"], "waiting");

    folder.call(&["execution", "resume", &id, "--retry", "nope"]).ends_with(2).says(&["in doubt: `pay`"]);
    folder.call(&["execution", "resume", &id, "--complete", "pay"]).ends_with(2).says(&["has no result"]);
    folder.call(&["execution", "resume", &id, "--complete", "pay={"]).ends_with(2).says(&["the result of `pay`"]);
    let show = folder.call(&["execution", "show", &id]).ends_with(0).says(&["--retry pay"]);
    assert!(show.stdout.contains("pay  in doubt"), "{show:#?}");

    let complete = r#"pay={"status": 200, "headers": {}, "body": null}"#;
    let outcome = folder.call(&["execution", "resume", &id, "--complete", complete]).ends_with(0);
    assert_eq!(outcome.stdout.trim(), r#""completed""#);
}

#[test]
fn a_step_in_doubt_can_be_given_up() {
    let (folder, listener) = (Folder::new(), TcpListener::bind("127.0.0.1:0").unwrap());
    let id = cut_off(&folder, &listener);
    folder.call(&["execution", "resume", "--all"]).ends_with(3);
    folder.call(&["execution", "resume", &id, "--fail", "pay=nobody knows"]).ends_with(1).says(&["nobody knows"]);
}

#[test]
fn a_step_in_doubt_can_be_run_again() {
    let (folder, listener) = (Folder::new(), TcpListener::bind("127.0.0.1:0").unwrap());
    let id = cut_off(&folder, &listener);
    folder.call(&["execution", "resume", &id]).ends_with(3);
    let resumed = folder.start(&["execution", "resume", &id, "--retry", "pay"]);
    answer(&listener);
    let outcome = resumed.end().ends_with(0);
    assert_eq!(outcome.stdout.trim(), r#""completed""#);
}

#[cfg(unix)]
#[test]
fn a_second_interruption_ends_at_once_and_loses_nothing() {
    let (folder, listener) = (Folder::new(), TcpListener::bind("127.0.0.1:0").unwrap());
    let address = listener.local_addr().unwrap();
    folder.write(
        "flow.yaml",
        format!("nebula: 1\nid: ask\nnodes:\n  - {{ id: get, action: http.request@1, parameters: {{ url: \"http://{address}/\" }} }}\n"),
    );
    let mut run = folder.start(&["run", "flow.yaml", "--grant", &format!("net:127.0.0.1:{}", address.port())]);
    let (request, _) = listener.accept().unwrap();
    run.signal("INT").until("interrupt again to stop at once").signal("INT");
    let outcome = run.end().ends_with(130).says(&["stopped; resume it with `nebula execution resume"]);
    assert_eq!(outcome.stdout, "");
    drop(request);
    let rows = folder.call(&["execution", "list", "--json"]).ends_with(0).json();
    let resumed = folder.start(&["execution", "resume", rows[0]["id"].as_str().unwrap()]);
    // A GET may be repeated: it is.
    answer(&listener);
    resumed.end().ends_with(0);
}
