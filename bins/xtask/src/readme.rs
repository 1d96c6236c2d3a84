//! Commands in README.md that CI runs, so that the first thing a reader types works.
//!
//! A block counts when the last line before it is `<!-- ci: run -->` and its fence says `sh`.

use std::{fs, path::Path};

use crate::{
    console,
    error::{Error, Result},
    process::Program,
};

const MARK: &str = "<!-- ci: run -->";

/// A shell block of the README and the line it starts on.
#[derive(Debug, PartialEq, Eq)]
struct Block {
    line: usize,
    script: String,
}

/// Runs every marked block at the workspace root; stops at the first that fails.
pub(crate) fn run(root: &Path) -> Result<()> {
    let path = root.join("README.md");
    if !path.exists() {
        console::line("note: there is no README.md yet, so no command of it is run");
        return Ok(());
    }
    let text = fs::read_to_string(&path).map_err(|source| Error::Read { path, source })?;
    let blocks = marked(&text);
    if blocks.is_empty() {
        return Err(Error::NoReadmeCommands);
    }
    for Block { line, script } in blocks {
        console::line(format_args!("README.md:{line}:\n{}", script.trim_end()));
        Program::shell(root, &script).run()?;
    }
    Ok(())
}

fn marked(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().enumerate();
    let mut mark = false;
    while let Some((index, line)) = lines.next() {
        let line = line.trim();
        if let Some(language) = line.strip_prefix("```") {
            let body = lines.by_ref().map(|(_, line)| line).take_while(|line| line.trim() != "```");
            let script: String = body.flat_map(|line| [line, "\n"]).collect();
            if mark && language.trim() == "sh" {
                blocks.push(Block { line: index + 2, script });
            }
        }
        if !line.is_empty() {
            mark = line == MARK;
        }
    }
    blocks
}

#[cfg(test)]
mod tests;
