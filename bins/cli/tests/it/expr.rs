//! `nebula expr`.

mod check;
mod eval;
mod explain;
mod functions;
mod guide;
mod repl;

use crate::nebula::{Folder, Outcome};

/// Calls `nebula expr` in a folder of its own.
fn expr(arguments: &[&str]) -> Outcome {
    expr_in(&Folder::new(), arguments)
}

fn expr_in(folder: &Folder, arguments: &[&str]) -> Outcome {
    folder.call(&[&["expr"], arguments].concat())
}
