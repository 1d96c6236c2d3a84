use nebula_sdk::prelude::*;

/// Where a body comes from.
#[derive(Parameters)]
#[serde(tag = "from")]
enum Body {
    /// A file.
    File(File),
    /// A part of it.
    Part(Part),
}

/// A file.
#[derive(Parameters)]
struct File {
    /// Whose.
    from: String,
}

/// A part of a file.
#[derive(Parameters)]
struct Part {
    #[serde(flatten)]
    file: File,
    /// How much.
    size: u64,
}

fn main() {}
