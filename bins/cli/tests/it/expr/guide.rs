//! The guide tells the truth: its examples are run, its table of codes is complete.

use serde_json::Value;

use crate::nebula::Folder;

fn guide() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/expressions.md")).unwrap()
}

/// The fenced blocks of a language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let open = format!("```{language}\n");
    text.split(&open).skip(1).map(|rest| rest.split("```").next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn every_example_of_the_guide_is_answered_as_it_says() {
    let guide = guide();
    let data: Value = serde_json::from_str(&blocks(&guide, "json")[0]).unwrap();
    let examples: Vec<(String, String)> = blocks(&guide, "text")
        .iter()
        .flat_map(|block| block.lines())
        .filter_map(|line| {
            let (text, wanted) = line.split_once("  → ").or_else(|| line.split_once("  ✗ "))?;
            Some((text.to_owned(), wanted.to_owned()))
        })
        .collect();
    assert!(examples.len() > 30, "only {} examples", examples.len());

    let lines: String = examples.iter().map(|(text, _)| format!("{text}\n")).collect();
    let part = |name: &str| data[name].to_string();
    let (input, nodes, vars) = (part("input"), part("nodes"), part("vars"));
    let now = data["now"].as_str().unwrap();
    let call = ["expr", "repl", "--json", "--input", &input, "--nodes", &nodes, "--vars", &vars, "--now", now];
    let outcome = Folder::new().call_with(&call, &lines).ends_with(1);
    let answers: Vec<Value> = outcome.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), examples.len(), "{outcome:#?}");
    for ((text, wanted), answer) in examples.iter().zip(answers) {
        match answer.get("value") {
            Some(value) => assert_eq!(Some(value), serde_json::from_str(wanted).ok().as_ref(), "{text}"),
            None => assert_eq!(answer["error"]["diagnostics"][0]["code"], wanted.as_str(), "{text}: {answer}"),
        }
    }
}

#[test]
fn every_code_is_in_the_guide() {
    let written = guide();
    let written = written.split("<!-- codes -->\n").nth(1).unwrap_or_default();
    // A bar would end the cell.
    let cell = |text: &str| text.replace('|', "\\|");
    let code = |text: &str| {
        let fence = if text.contains('`') { "``" } else { "`" };
        if text.is_empty() { String::new() } else { format!("{fence}{}{fence}", cell(text)) }
    };
    let mut table = String::from("| code | what is wrong | for example | write instead |\n|---|---|---|---|\n");
    for known in nebula_expression::codes() {
        let instead = if known.example.is_empty() { cell(known.instead) } else { code(known.instead) };
        table.push_str(&format!("| {} | {} | {} | {instead} |\n", known.code, cell(known.title), code(known.example)));
    }
    assert!(written == table, "the table of codes in docs/expressions.md is old; this is the new one:\n{table}");
}
