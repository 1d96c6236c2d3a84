//! Sizes as people write them, read while compiling: `64KiB`, `1MiB`.

use syn::LitStr;

use crate::ctxt::Ctxt;

/// The bytes that `text` says; notes an error at it when it says none.
pub(crate) fn read(cx: &Ctxt, text: &LitStr) -> Option<u64> {
    let bytes = parse(&text.value());
    if bytes.is_none() {
        cx.error(text, "not a size: write a number with a unit, as in \"512B\", \"64KiB\", \"1MiB\" or \"2GiB\"");
    }
    bytes
}

fn parse(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let number: u64 = text[..digits].parse().ok()?;
    let unit = match text[digits..].trim_start() {
        "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return None,
    };
    number.checked_mul(unit)
}

#[cfg(test)]
mod tests;
