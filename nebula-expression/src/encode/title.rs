//! Title case.

/// Every word with its first letter in upper case and the others in lower case. An apostrophe within a
/// word does not begin another one.
pub(crate) fn title_case(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_word = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if in_word {
            out.extend(c.to_lowercase());
        } else {
            let mut upper = c.to_uppercase();
            out.extend(upper.next());
            // One letter may become two in upper case: only the first of them is a capital.
            out.extend(upper.flat_map(char::to_lowercase));
        }
        let apostrophe = in_word && matches!(c, '\'' | '’') && chars.peek().is_some_and(|next| next.is_alphabetic());
        in_word = c.is_alphanumeric() || apostrophe;
    }
    out
}
