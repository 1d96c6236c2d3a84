//! Makes `target/sales/sales.csv` (120,000 rows) unless it is there, and runs `sales.yaml` on it. Notice:
//!
//! - the run may read and write below `target/sales` and nowhere else;
//! - what is larger than 64 KiB travels between the steps as a file in the data folder, named by its content, and not
//!   through the journal;
//! - every step is pure or idempotent, so a run that is killed goes on by `execution resume --all`.

use std::{
    io::{self, Write as _},
    path::Path,
    process::ExitCode,
};

use serde_json::json;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/sales");

fn main() -> ExitCode {
    let folder = match prepare() {
        Ok(folder) => folder,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: the sales cannot be written below {FOLDER}: {error}");
            return ExitCode::FAILURE;
        }
    };
    nebula_cli::main_with_args(
        [
            "nebula",
            "run",
            concat!(env!("CARGO_MANIFEST_DIR"), "/sales.yaml"),
            "--input",
            &json!({ "folder": folder }).to_string(),
            "--grant",
            &format!("fs_read:{folder}"),
            "--grant",
            &format!("fs_write:{folder}"),
            "--data-dir",
            &format!("{folder}/data"),
        ],
        [],
    )
}

/// The folder without `..`, with the sales in it.
fn prepare() -> io::Result<String> {
    nebula_sales::write_unless_there(&Path::new(FOLDER).join("sales.csv"))?;
    Path::new(FOLDER)
        .canonicalize()?
        .into_os_string()
        .into_string()
        .map_err(|_| io::Error::other("its path is no UTF-8"))
}
