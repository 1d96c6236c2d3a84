//! A session without an editor: lines from standard input, answers as they come.

use std::io::{self, BufRead, Read as _};

use nebula_runtime::definition::MAX_TEXT;

use super::{
    printer::{After, print},
    scan::is_open,
    session::{Reply, Session},
};
use crate::{
    command::App,
    error::{Result, Stop},
    exit::Exit,
};

/// Answers every line, also after one that is wrong; then says whether any was.
pub(super) fn run(app: &App, mut session: Session) -> Result<Exit> {
    let mut input = io::stdin().lock();
    let mut exit = Exit::OK;
    while let Some(entry) = entry(&mut input)? {
        let reply = match entry {
            Ok(entry) => session.answer(&entry, app.console.paint()),
            Err(stop) => Reply::Refused(stop),
        };
        match print(&app.console, reply) {
            After::Fine => {}
            After::Mistake => exit = Exit::FAILED,
            After::Quit => break,
        }
    }
    Ok(exit)
}

/// The next entry, or why it is none: a line, or several while a bracket is open. An empty line ends it too.
fn entry(input: &mut impl BufRead) -> Result<Option<Result<String>>> {
    let mut entry = match line(input, MAX_TEXT)? {
        Some(Ok(line)) => line,
        other => return Ok(other),
    };
    while !entry.trim_start().starts_with(':') && is_open(&entry) {
        let left = MAX_TEXT.saturating_sub(entry.len());
        match line(input, left)? {
            Some(Ok(next)) if !next.trim().is_empty() => {
                entry.push('\n');
                entry.push_str(&next);
            }
            Some(Err(stop)) => return Ok(Some(Err(stop))),
            _ => break,
        }
    }
    Ok(Some(Ok(entry)))
}

/// One line of at most so many bytes; the rest of a longer one is passed over.
fn line(input: &mut impl BufRead, most: usize) -> Result<Option<Result<String>>> {
    let cannot = |error: io::Error| Stop::input("unreadable_file", format!("cannot read standard input: {error}"));
    let mut bytes = Vec::new();
    // One byte more for the line's end, another to see that there is too much.
    if input.take(most as u64 + 2).read_until(b'\n', &mut bytes).map_err(cannot)? == 0 {
        return Ok(None);
    }
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
    } else if bytes.len() > most + 1 {
        input.skip_until(b'\n').map_err(cannot)?;
    }
    if bytes.len() > most {
        return Ok(Some(Err(Stop::input("too_large", format!("an entry has at most {MAX_TEXT} bytes")))));
    }
    let text = String::from_utf8(bytes);
    Ok(Some(text.map_err(|_| Stop::input("not_text", "a line is not UTF-8 text").with_help("write it as UTF-8"))))
}

#[cfg(test)]
mod tests;
