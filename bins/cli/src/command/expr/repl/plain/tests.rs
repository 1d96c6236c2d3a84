//! How lines become entries.

use std::io::Cursor;

use nebula_runtime::definition::MAX_TEXT;

use super::entry;

fn entries(bytes: &[u8]) -> Vec<Result<String, &'static str>> {
    let mut input = Cursor::new(bytes);
    let mut all = Vec::new();
    while let Some(next) = entry(&mut input).unwrap() {
        all.push(next.map_err(|stop| stop.code));
    }
    all
}

#[test]
fn an_open_bracket_joins_lines_until_it_is_closed_or_a_line_is_empty() {
    let own = |text: &str| Ok(text.to_owned());
    assert_eq!(entries(b"1\n(2 +\n3)\n4"), [own("1"), own("(2 +\n3)"), own("4")]);
    assert_eq!(entries(b"(1\n\n2\n"), [own("(1"), own("2")]);
    assert_eq!(entries(b":set $vars.a = {\n1\n"), [own(":set $vars.a = {"), own("1")]);
    assert_eq!(entries(b"(1"), [own("(1")]);
}

#[test]
fn a_line_that_is_too_long_or_no_text_costs_that_line_only() {
    let long = [vec![b'1'; MAX_TEXT + 1], b"\n2\n\xFF\n3\n".to_vec()].concat();
    assert_eq!(entries(&long), [Err("too_large"), Ok("2".to_owned()), Err("not_text"), Ok("3".to_owned())]);
    let longest = [vec![b'1'; MAX_TEXT], b"\n2".to_vec()].concat();
    assert_eq!(entries(&longest).len(), 2);
    assert!(entries(&longest)[0].is_ok());
    let endless = [b"(".to_vec(), vec![b'\n'; 1], vec![b'1'; 3 * MAX_TEXT], b"\n2\n".to_vec()].concat();
    assert_eq!(entries(&endless), [Err("too_large"), Ok("2".to_owned())]);
}
