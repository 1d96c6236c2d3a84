//! What is printed of a crash: a log on a build machine is all that is left of it.

use std::fmt::Write as _;

use crate::console;

use super::FOLDER;

/// Lines of the log that are shown.
const LINES: usize = 25;

/// The first complaint in the log, the input and how to see it again.
pub(super) fn report(target: &str, log: &str, input: Option<&[u8]>) {
    for line in complaint(log) {
        console::line(format_args!("    {line}"));
    }
    let Some(input) = input else {
        console::line("no input was left behind, so it failed before the first one or was ended from outside");
        return;
    };
    console::line(format_args!("input ({} bytes): \"{}\"", input.len(), input.escape_ascii()));
    console::line("to see it again:");
    console::line(format_args!("    printf '{}' > crash", printf(input)));
    console::line(format_args!("    cargo xtask fuzz {target} --replay crash"));
    console::line(format_args!("when it is repaired, keep the input below {FOLDER}/seeds/{target}"));
}

/// The log from the panic or from libFuzzer's own verdict on.
fn complaint(log: &str) -> impl Iterator<Item = &str> {
    let starts = |line: &&str| !line.contains("panicked at") && !line.contains("ERROR: libFuzzer");
    log.lines().skip_while(starts).take(LINES).filter(|line| !line.starts_with("0x"))
}

/// Bytes as a format of the shell's `printf`: letters and digits as they are, the others in octal.
fn printf(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, &byte| {
        if byte.is_ascii_alphanumeric() || b" $.,;:()[]{}<>=|&?!+*/_\"".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(text, "\\{byte:03o}");
        }
        text
    })
}

#[cfg(test)]
mod tests;
