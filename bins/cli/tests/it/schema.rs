//! The interfaces of actions, written down and compared.

use nebula_runtime::catalogue::CompiledSchema;

use crate::nebula::Folder;

#[test]
fn a_lock_is_the_same_as_the_actions_that_it_was_made_of() {
    let folder = Folder::new();
    let lock = folder.call(&["schema", "lock"]).ends_with(0).stdout;
    let path = folder.path("nebula.lock.json");
    std::fs::write(&path, &lock).unwrap();
    let path = path.to_str().unwrap();
    folder.call(&["schema", "check", path]).ends_with(0).says(&["nothing has changed"]);
    folder.call(&["schema", "check", path, path]).ends_with(0).says(&["nothing has changed"]);
}

#[test]
fn a_change_that_breaks_callers_asks_for_a_major_version() {
    let folder = Folder::new();
    let lock = folder.call(&["schema", "lock"]).ends_with(0).stdout;
    let (old, new) = (folder.path("old.json"), folder.path("new.json"));
    std::fs::write(&old, &lock).unwrap();
    let mut value: serde_json::Value = serde_json::from_str(&lock).unwrap();
    let parameters = &mut value["actions"]["csv.format@1"]["input"]["properties"];
    parameters.as_object_mut().unwrap().remove("columns").unwrap();
    std::fs::write(&new, value.to_string()).unwrap();
    let call = ["schema", "check", old.to_str().unwrap(), new.to_str().unwrap()];
    let said = folder.call(&call).ends_with(7).stdout;
    assert!(said.contains("csv.format@1: 1.0 has to become 2.0"), "{said}");
    assert!(said.contains("breaking  input/columns: the parameter is gone"), "{said}");
    let told = folder.call(&[&call[..], &["--json"]].concat()).ends_with(7).json();
    assert_eq!(told["changes"][0]["impact"], "breaking");
    assert_eq!(told["suffices"], false);
    // The other way round it is an addition.
    let back = ["schema", "check", new.to_str().unwrap(), old.to_str().unwrap()];
    assert!(folder.call(&back).ends_with(7).stdout.contains("1.0 has to become 1.1"));
}

#[test]
fn what_is_no_lock_is_told() {
    let folder = Folder::new();
    let path = folder.path("x.json");
    std::fs::write(&path, "{}").unwrap();
    folder
        .call(&["schema", "check", path.to_str().unwrap()])
        .ends_with(2)
        .says(&["no schema lock", "nebula schema lock"]);
    folder.call(&["schema", "check", "/no/such/file"]).ends_with(2).says(&["cannot be read"]);
}

#[test]
fn the_document_of_every_action_is_what_the_vocabulary_says() {
    let folder = Folder::new();
    let vocabulary = CompiledSchema::new(folder.call(&["schema", "vocabulary"]).ends_with(0).json());
    let rows = folder.call(&["action", "list", "--json"]).ends_with(0).json();
    for row in rows.as_array().unwrap() {
        let id = row["id"].as_str().unwrap();
        let document = folder.call(&["schema", "show", id, "--json"]).ends_with(0).json();
        assert_eq!(document["$id"], format!("urn:nebula:action:{id}:{}", row["version"].as_str().unwrap()));
        assert_eq!(vocabulary.check(&document), [], "{id}");
        CompiledSchema::new(document).compile().unwrap();
    }
}

#[test]
fn an_action_s_document_says_what_the_lock_and_the_descriptor_say() {
    let folder = Folder::new();
    let document = folder.call(&["schema", "show", "http.request@1", "--json"]).ends_with(0).json();
    let descriptor = folder.call(&["action", "show", "http.request", "--json"]).ends_with(0).json();
    let lock = folder.call(&["schema", "lock"]).ends_with(0).json();
    let locked = &lock["actions"]["http.request@1"];
    assert_eq!(document["x-nebula"]["kind"], "simple");
    assert_eq!(document["x-nebula"]["credentials"][0]["scheme"], "stored");
    for fact in ["effect", "capabilities", "retry", "timeout", "resources"] {
        assert_eq!(document["x-nebula"][fact], descriptor[fact], "{fact}");
        assert_eq!(document["x-nebula"][fact], locked[fact], "{fact}");
    }
    let urls = [&document["$defs"]["input"], &descriptor["input_schema"]].map(|schema| &schema["properties"]["url"]);
    assert_eq!(urls[0], urls[1]);
    assert!(urls[0].is_object());
}

#[test]
fn a_document_has_an_outline() {
    let outline = Folder::new().call(&["schema", "show", "data.filter"]).ends_with(0).stdout;
    insta::assert_snapshot!(outline);
    Folder::new().call(&["schema", "show", "data.filtr"]).ends_with(4).says(&["data.filter"]);
}
