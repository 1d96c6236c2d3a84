//! Doc comments as plain text: they are what people read in the catalogue and in forms.

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The text of the doc comments: lines of one paragraph are joined, paragraphs stay apart. `None` when there is none.
pub(crate) fn text(attrs: &[Attribute]) -> Option<String> {
    let mut paragraphs: Vec<String> = Vec::new();
    let mut open = false;
    // `split` and not `lines`: an empty comment is an empty line, which ends a paragraph.
    for line in attrs
        .iter()
        .filter_map(line)
        .flat_map(|text| text.split('\n').map(|line| line.trim().to_owned()).collect::<Vec<_>>())
    {
        // A comment of the form `/** */` may carry a star in front of each line.
        let line = line.strip_prefix("* ").unwrap_or(&line).trim();
        if line.is_empty() {
            open = false;
        } else if let (true, Some(last)) = (open, paragraphs.last_mut()) {
            last.push(if is_item(line) { '\n' } else { ' ' });
            last.push_str(line);
        } else {
            paragraphs.push(line.to_owned());
            open = true;
        }
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
