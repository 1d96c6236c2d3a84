//! Text into HTML and out of it.

/// The text with `&`, `<`, `>`, `"` and `'` written as entities: safe between tags and in quoted attributes.
pub(crate) fn html_escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// Elements whose content is not text to read.
const HIDDEN: [&str; 2] = ["script", "style"];

/// The text without tags, comments, scripts and styles.
///
/// For reading, not for safety: what remains is plain text, to be escaped before it goes into a page.
/// Entities stay as they are. A `<` that begins no tag stays; a tag or comment that never ends swallows
/// the rest, as in a browser.
pub(crate) fn strip_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
        } else if after.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
            let hidden = HIDDEN.into_iter().find(|name| names(after, name));
            rest = after_tag(after);
            if let Some(name) = hidden {
                rest = content_end(rest, name);
            }
        } else {
            out.push('<');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// Whether a tag, of which `text` is the inside and what follows, has this name.
fn names(text: &str, name: &str) -> bool {
    let (bytes, length) = (text.as_bytes(), name.len());
    bytes.len() >= length
        && bytes[..length].eq_ignore_ascii_case(name.as_bytes())
        && !bytes.get(length).is_some_and(u8::is_ascii_alphanumeric)
}

/// What follows the `>` of a tag; one within quotes does not count.
fn after_tag(text: &str) -> &str {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return &text[at + 1..],
            // Quotes are those of a value, after `=`; elsewhere they are stray.
            (None, b'"' | b'\'') if text[..at].trim_ascii_end().ends_with('=') => quote = Some(byte),
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
    }
    ""
}

/// From the end tag of a hidden element on, or nothing when it has none.
fn content_end<'t>(text: &'t str, name: &str) -> &'t str {
    let ends = |(at, _): &(usize, &str)| names(&text[at + 2..], name);
    text.match_indices("</").find(ends).map_or("", |(at, _)| &text[at..])
}
