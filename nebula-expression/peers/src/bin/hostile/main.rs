//! Hostile inputs: each case of each engine in a process of its own, with 25 s and 4 GB. Prints a table.
//!
//! `hostile` runs all, `hostile <engine>` one engine, `hostile <engine> <case>` one case in this process.
#![forbid(unsafe_code)]

mod cases;
mod engines;

use std::{
    env,
    io::Read as _,
    process::{Command, ExitCode, Stdio},
    thread,
    time::{Duration, Instant},
};

use cases::CASES;
use engines::ENGINES;

const SECONDS: u64 = 25;
/// For `ulimit -v`: 4 GB.
const KILOBYTES: u64 = 4 * 1024 * 1024;

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    match args.as_slice() {
        [] => table(ENGINES.iter().map(|engine| engine.name)),
        [engine] => table([engine.as_str()]),
        [engine, case, ..] => return alone(engine, case),
    }
    ExitCode::SUCCESS
}

/// One case in this process: prints what came of it and the milliseconds.
fn alone(engine: &str, case: &str) -> ExitCode {
    let known = (ENGINES.iter().find(|known| known.name == engine), CASES.iter().find(|known| known.name == case));
    let (Some(engine), Some(case)) = known else {
        eprintln!("error: there is no engine `{engine}` or no case `{case}`");
        return ExitCode::FAILURE;
    };
    let Some(text) = (case.text)(engine.dialect) else {
        println!("–");
        return ExitCode::SUCCESS;
    };
    let start = Instant::now();
    let answer = (engine.run)(&text);
    let millis = start.elapsed().as_secs_f64() * 1_000.0;
    match answer {
        Ok(()) => println!("answer, {millis:.1} ms"),
        Err(error) => {
            println!("refused, {millis:.1} ms");
            let short: String = error.chars().take(300).collect();
            eprintln!("{}: {}: {short}", engine.name, case.name);
        }
    }
    ExitCode::SUCCESS
}

fn table<'a>(engines: impl IntoIterator<Item = &'a str>) {
    let names: Vec<&str> = CASES.iter().map(|case| case.name).collect();
    println!("| engine | {} |", names.join(" | "));
    println!("|---|{}", "---|".repeat(names.len()));
    for engine in engines {
        let cells: Vec<String> = names.iter().map(|case| apart(engine, case)).collect();
        println!("| {engine} | {} |", cells.join(" | "));
    }
}

/// One case in a child process.
fn apart(engine: &str, case: &str) -> String {
    let this = env::current_exe().expect("the system knows where this program is");
    let script = format!("ulimit -v {KILOBYTES}; exec \"$0\" \"$@\"");
    let mut command = Command::new("sh");
    command.arg("-c").arg(script).arg(this).args([engine, case]);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("there is a shell");
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("it is our child") {
            break status;
        }
        if start.elapsed() > Duration::from_secs(SECONDS) {
            // It may have ended just now, which is as good.
            let _ = child.kill();
            let _ = child.wait();
            return format!("**> {SECONDS} s**");
        }
        thread::sleep(Duration::from_millis(5));
    };
    let mut said = String::new();
    if let Some(mut output) = child.stdout.take() {
        let _ = output.read_to_string(&mut said);
    }
    match said.trim() {
        answer if status.success() && !answer.is_empty() => answer.to_owned(),
        _ => format!("**abort**, {:.0} ms", start.elapsed().as_secs_f64() * 1_000.0),
    }
}
