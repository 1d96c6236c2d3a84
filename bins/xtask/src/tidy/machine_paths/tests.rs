use super::*;

fn lines(text: &str, root: &str) -> Vec<usize> {
    let files = Files::of(&[("README.md", text)]);
    check(&files, Path::new(root)).iter().map(|finding| finding.line).collect()
}

#[test]
fn a_home_and_the_checkout_itself_are_found() {
    let home = HOMES[0];
    let text = format!("see\n`{home}me/notes` and\n/builds/nebula/target/x\n");
    assert_eq!(lines(&text, "/builds/nebula"), [2, 3]);
}

#[test]
fn a_folder_inside_something_else_is_not_a_machine_path() {
    let home = HOMES[0];
    let text = format!("https://example.org{home}x\n{{base}}{home}x\na{home}b\n");
    assert_eq!(lines(&text, "/builds/nebula"), [0; 0]);
}

#[test]
fn a_checkout_with_one_part_is_not_searched_for() {
    assert_eq!(lines("cp -r /app/x .", "/app"), [0; 0]);
}
