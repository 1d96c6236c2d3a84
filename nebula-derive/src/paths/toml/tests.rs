//! What is read of TOML.

use super::*;

/// Each entry in a line.
fn read(text: &str) -> Vec<String> {
    let show = |entry: Entry| match entry.value {
        Value::Text(text) => format!("{}={text:?}", entry.path.join("/")),
        Value::Plain(word) => format!("{}={word}", entry.path.join("/")),
    };
    entries(text).into_iter().map(show).collect()
}

#[test]
fn a_key_has_the_same_name_in_all_forms() {
    let expected = [r#"dependencies/a/package="b""#];
    for text in [
        "[dependencies.a]\npackage = \"b\"",
        "[dependencies]\na = { package = \"b\" }",
        "[dependencies]\na.package = 'b'",
        "dependencies.a.package='b'",
        "dependencies = { a = { package = \"b\" } }",
        "[ dependencies . \"a\" ] # of all\n'package' = \"b\" # another\n",
        "\u{feff}[dependencies.a]\r\npackage = \"b\"\r\n",
        "[dependencies]\na = {\n  # over several lines\n  package = \"b\",\n}\n",
        "[dependencies.a]\npackage = \"\\u0062\"",
        "[dependencies.a]\npackage = \"\"\"b\"\"\"",
        "[dependencies.a]\npackage = '''b'''",
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
}

#[test]
fn what_is_no_string_is_plain_and_lists_are_many() {
    let text =
        "a = true # yes\nb = [1, [2.5, 'x'],\n # none\n {c = 1979-05-27 07:32:00}, ]\n[[bin]]\nname = \"n\"\n[[bin]]\n";
    assert_eq!(read(text), ["a=true", "b=1", "b=2.5", r#"b="x""#, "b/c=1979-05-27 07:32:00", r#"bin/name="n""#]);
}

#[test]
fn quotes_brackets_and_comments_in_texts_are_only_text() {
    let text = "a = \"[x] # \\\" = '\"\nb = '\\[dependencies]'\nc = \"\"\"one \"two\" \\\n   three\"\"\"\"\n\
                \"d.e\" = \"\"\n'cfg(target = \"x\")'.f = ''\n";
    let expected = [
        r#"a="[x] # \" = '""#,
        r#"b="\\[dependencies]""#,
        r#"c="one \"two\" three\"""#,
        r#"d.e="""#,
        r#"cfg(target = "x")/f="""#,
    ];
    assert_eq!(read(text), expected);
}

#[test]
fn what_cannot_be_read_ends_the_reading_and_nothing_else() {
    for text in
        ["a = 1\n[b", "a = 1\nb", "a = 1\nb =", "a = 1\nb = \"", "a = 1\n= 2", "a = 1\nb = { c", "a = 1\n\"\\u00é\""]
    {
        assert_eq!(read(text), ["a=1"], "{text}");
    }
    assert!(read("").is_empty());
    assert!(read("# nothing").is_empty());
}
