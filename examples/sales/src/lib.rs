//! The sales that the example works on: the same rows each time, so that anybody can check the sums.

#![forbid(unsafe_code)]

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write as _},
    path::Path,
};

/// Rows in the file, besides its header.
pub const ROWS: u32 = 120_000;

/// One sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sale {
    /// 1, 2, …
    pub id: u32,
    /// Where.
    pub region: &'static str,
    /// `paid`, `open` or `cancelled`.
    pub status: &'static str,
    /// How many pieces.
    pub units: u32,
    /// In cents.
    pub amount: u32,
}

/// All sales, in their order.
pub fn sales() -> impl Iterator<Item = Sale> {
    const REGIONS: [&str; 5] = ["north", "east", "south", "west", "centre"];
    const STATUSES: [&str; 4] = ["paid", "paid", "open", "cancelled"];
    // A linear congruential generator (Knuth's MMIX constants), so that the rows look mixed and never change.
    let mut state = 2026_u64;
    let mut next = move |below: u32| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u32 % below
    };
    (1..=ROWS).map(move |id| {
        let region = REGIONS[next(5) as usize];
        let status = STATUSES[next(4) as usize];
        let units = 1 + next(20);
        Sale { id, region, status, units, amount: units * (100 + next(9_900)) }
    })
}

/// Writes all sales as CSV, unless the file is there. A run that is interrupted leaves no half of one.
///
/// # Errors
/// What the file system says.
pub fn write_unless_there(path: &Path) -> io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let draft = path.with_extension(format!("{}.part", std::process::id()));
    let mut file = BufWriter::new(File::create(&draft)?);
    writeln!(file, "id,region,status,units,amount")?;
    for Sale { id, region, status, units, amount } in sales() {
        writeln!(file, "{id},{region},{status},{units},{amount}")?;
    }
    file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    fs::rename(draft, path)
}
