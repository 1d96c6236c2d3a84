use super::*;

#[test]
fn marked_blocks_are_taken_whole_and_in_order() {
    let text = "# Nebula\n<!-- ci: run -->\n```sh\na\nb\n```\ntext\n\n<!-- ci: run -->\n\n```sh\nc\n```\n";
    assert_eq!(
        marked(text),
        [Block { line: 4, script: "a\nb\n".to_owned() }, Block { line: 12, script: "c\n".to_owned() }]
    );
}

#[test]
fn unmarked_blocks_and_other_languages_are_not_run() {
    let text = "```sh\nrm\n```\n<!-- ci: run -->\n```rust\nfn main() {}\n```\n<!-- ci: run -->\ntext\n```sh\nrm\n```\n";
    assert_eq!(marked(text), []);
}

#[test]
fn a_mark_inside_a_block_is_text() {
    let text = "```md\n<!-- ci: run -->\n```\n```sh\nrm\n```\n";
    assert_eq!(marked(text), []);
}
