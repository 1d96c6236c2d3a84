//! Renames one field of one output at a time in the workflows of the examples: each use of it, and nothing else, stops
//! compiling.
//!
//! All changed copies are modules of one crate, so that the compiler is asked once. A copy is the example as it stands, but
//! for one name in one line, and an error counts at the place of the name that is no longer there.

mod check;
mod source;

use std::{collections::BTreeSet, fs, ops::Range, path::Path};

use source::{Place, Source};

/// An example, and by what names the outputs of steps go in its workflow.
struct Example {
    path: &'static str,
    outputs: &'static [(&'static str, &'static [&'static str])],
}

const EXAMPLES: [Example; 4] = [
    Example {
        path: "nebula-sdk/examples/claims.rs",
        outputs: &[("Arrived", &["fired.event"]), ("Reviewed", &["review"])],
    },
    Example { path: "nebula-sdk/examples/weather.rs", outputs: &[("Weather", &["fetch"])] },
    Example { path: "examples/reminder/src/lib.rs", outputs: &[("Invoice", &["invoice"]), ("Payment", &["payment"])] },
    Example { path: "examples/announce/src/lib.rs", outputs: &[("Line", &["fired.event"])] },
];

/// A copy of an example.
struct Copy {
    name: String,
    text: String,
    /// Where it does not compile.
    expected: BTreeSet<Place>,
    /// The lines of triggers, which make their events themselves: that these do not compile either is no news.
    own: Range<usize>,
}

#[test]
fn a_renamed_field_breaks_each_of_its_uses_and_nothing_else() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut copies = Vec::new();
    for Example { path, outputs } in EXAMPLES {
        let source = Source::new(fs::read_to_string(root.join(path)).unwrap());
        let own = source.lines_of_triggers();
        let stem = path.replace(|sign: char| !sign.is_alphanumeric(), "_");
        copies.push(Copy {
            name: stem.clone(),
            text: source.text().to_owned(),
            expected: BTreeSet::new(),
            own: own.clone(),
        });
        let listed: BTreeSet<_> = outputs.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(source.outputs(), listed, "{path}: these types are outputs of actions");
        for (name, steps) in outputs {
            let mut uses = 0;
            for field in source.fields(name) {
                let expected = source.uses(&field, steps);
                uses += expected.len();
                let copy = format!("{stem}__{}_{field}", name.to_lowercase());
                copies.push(Copy { name: copy, text: source.renamed(name, &field), expected, own: own.clone() });
            }
            assert!(uses > 0, "{path}: `{name}` is used by the workflow");
        }
    }

    let files: Vec<_> = copies.iter().map(|copy| (copy.name.as_str(), copy.text.as_str())).collect();
    let found = check::errors(&files);
    for Copy { name, expected, own, .. } in &copies {
        let empty = Default::default();
        let found = found.get(name).unwrap_or(&empty);
        let places: BTreeSet<_> = found.keys().copied().filter(|(line, _)| !own.contains(line)).collect();
        assert_eq!(places, *expected, "{name}: {found:#?}");
    }
}

#[test]
fn no_workflow_of_the_examples_is_forgotten() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut with_workflow = BTreeSet::new();
    let mut folders = vec![root.join("examples"), root.join("nebula-sdk/examples")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && path.file_name().is_none_or(|name| name != "target" && name != "tests") {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                if ["Workflow::new(", "workflow! {", "derive(Workflow"].iter().any(|form| text.contains(form)) {
                    let path = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
                    with_workflow.insert(path);
                }
            }
        }
    }
    assert_eq!(with_workflow, EXAMPLES.iter().map(|example| example.path.to_owned()).collect());
}
