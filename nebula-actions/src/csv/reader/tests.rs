use super::*;

fn read(text: &str) -> Result<Vec<(usize, Vec<String>)>> {
    let mut reader = Reader::new(text, b',');
    let mut records = Vec::new();
    loop {
        let mut values = Vec::new();
        match reader.record(&mut values)? {
            Some(line) => records.push((line, values.into_iter().map(Cow::into_owned).collect())),
            None => return Ok(records),
        }
    }
}

fn values(text: &str) -> Vec<Vec<String>> {
    read(text).unwrap().into_iter().map(|(_, values)| values).collect()
}

#[test]
fn lines_end_in_every_way_and_the_last_need_not() {
    for text in ["a,b\nc,d", "a,b\r\nc,d\r\n", "a,b\rc,d\r", "\u{feff}a,b\n\n\r\nc,d\n\n"] {
        assert_eq!(values(text), [["a", "b"], ["c", "d"]], "{text:?}");
    }
    assert!(values("").is_empty() && values("\n\r\n").is_empty());
}

#[test]
fn quotes_hold_delimiters_line_breaks_and_quotes() {
    assert_eq!(values("\"a,b\",\"c\nd\",\"e \"\"f\"\"\",\"\""), [["a,b", "c\nd", "e \"f\"", ""]]);
    assert_eq!(values("\"\"\"\",\"é\"\"\"\n"), [["\"", "é\""]]);
}

#[test]
fn a_quote_inside_of_a_plain_value_stands_for_itself() {
    assert_eq!(values("5\" pipe, \"x\""), [["5\" pipe", " \"x\""]]);
}

#[test]
fn empty_values_are_values() {
    assert_eq!(values(",\na,\n"), [["", ""], ["a", ""]]);
}

#[test]
fn a_record_knows_its_line_after_breaks_in_quotes() {
    let lines: Vec<_> = read("a\n\"b\r\nc\rd\ne\"\n\nf").unwrap().into_iter().map(|(line, _)| line).collect();
    assert_eq!(lines, [1, 2, 7]);
}

#[test]
fn broken_quotes_are_named_by_line() {
    let message = |text: &str| read(text).unwrap_err().failure().message.clone();
    assert_eq!(message("a\nb,\"c\nd"), "line 2: the quote that opens here is never closed");
    assert_eq!(message("\"a\"b"), "line 1: `b` follows a closing quote");
    assert_eq!(read("\"a\" ,b").unwrap_err().code(), "csv.quote");
}
