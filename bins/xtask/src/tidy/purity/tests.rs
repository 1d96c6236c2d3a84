use super::*;

#[test]
fn a_light_tree_is_pure() {
    let tree =
        "nebula-desktop v0.1.0 (somewhere)|\nsqlx-sqlite v0.9.0|migrate\nobject_store v0.14.2|fs\nsha3 v1.0.0|\n";
    assert_eq!(heavy(tree), [""; 0]);
}

#[test]
fn heavy_crates_are_named_once() {
    let tree = "sqlx-postgres v0.9.0|\nredis v1.8.1|aio\nredis v1.8.1|aio (*)\nwasmtime-environ v48.0.8|\n\
                nebula-blob-s3 v0.1.0 (somewhere)|\nobject_store v0.14.2|aws,fs\n";
    assert_eq!(heavy(tree), ["nebula-blob-s3", "object_store", "redis", "sqlx-postgres", "wasmtime-environ"]);
}
