//! Tables of words: as wide as the terminal, or as their content when nobody watches.

use comfy_table::{ContentArrangement, Table, presets};

/// An empty table with a header.
pub(crate) fn new<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(header);
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    if let Some((width, _)) = terminal_size::terminal_size() {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width.0);
    }
    table
}

/// The table's text, without a line's end at the end.
pub(crate) fn draw(table: &Table) -> String {
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}
