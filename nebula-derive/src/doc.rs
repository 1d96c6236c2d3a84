//! Doc comments as plain text: they are what people read in the catalogue and in forms.

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The text of the doc comments: lines of one paragraph are joined, paragraphs stay apart, and code between fences stays
/// as it is. `None` when there is none.
pub(crate) fn text(attrs: &[Attribute]) -> Option<String> {
    let mut paragraphs: Vec<String> = Vec::new();
    let mut open = false;
    let mut fenced = false;
    // `split` and not `lines`: an empty comment is an empty line, which ends a paragraph.
    for raw in attrs.iter().filter_map(line).flat_map(|text| text.split('\n').map(str::to_owned).collect::<Vec<_>>()) {
        // A comment of the form `/** */` may carry a star in front of each line.
        let line = raw.trim();
        let line = line.strip_prefix("* ").unwrap_or(line).trim();
        let is_fence = line.starts_with("```");
        match paragraphs.last_mut() {
            Some(code) if fenced => {
                code.push('\n');
                code.push_str(if is_fence { line } else { raw.strip_prefix(' ').unwrap_or(&raw).trim_end() });
            }
            _ if line.is_empty() => open = false,
            Some(last) if open => {
                last.push(if is_item(line) { '\n' } else { ' ' });
                last.push_str(line);
            }
            _ => {
                paragraphs.push(line.to_owned());
                open = true;
            }
        }
        fenced ^= is_fence;
    }
    (!paragraphs.is_empty()).then(|| paragraphs.join("\n\n"))
}

/// Lists, tables and code keep their lines.
fn is_item(line: &str) -> bool {
    ["- ", "* ", "|", "#", "```", "1. "].iter().any(|start| line.starts_with(start))
}

fn line(attr: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attr.meta else {
        return None;
    };
    match &pair.value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) if pair.path.is_ident("doc") => Some(text.value()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
