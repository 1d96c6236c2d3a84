//! Two texts, line by line.

/// Lines that are the same and shown around those that are not.
const AROUND: usize = 3;
/// Most comparisons of lines; beyond, whole texts are shown one after the other.
const MOST: usize = 4_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line<'a> {
    Same(&'a str),
    Gone(&'a str),
    New(&'a str),
}

/// What is to go with `-`, what is new with `+`, and some lines around.
pub(super) fn diff(before: &str, after: &str) -> String {
    let lines = lines(&before.lines().collect::<Vec<_>>(), &after.lines().collect::<Vec<_>>());
    let is_near = |at: usize| {
        let near = &lines[at.saturating_sub(AROUND)..(at + AROUND + 1).min(lines.len())];
        near.iter().any(|line| !matches!(line, Line::Same(_)))
    };
    let mut out = String::new();
    let mut was_near = true;
    for (at, line) in lines.iter().enumerate() {
        if !is_near(at) {
            was_near = false;
            continue;
        }
        if !was_near {
            out.push_str("  ...\n");
        }
        was_near = true;
        let (mark, text) = match line {
            Line::Same(text) => (' ', text),
            Line::Gone(text) => ('-', text),
            Line::New(text) => ('+', text),
        };
        out.push_str(&format!("{mark} {text}\n"));
    }
    out
}

/// By the longest common sequence of lines.
fn lines<'a>(before: &[&'a str], after: &[&'a str]) -> Vec<Line<'a>> {
    let same = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let mut out: Vec<Line<'a>> = before[..same].iter().map(|line| Line::Same(line)).collect();
    let (before, after) = (&before[same..], &after[same..]);
    let (rows, columns) = (before.len(), after.len());
    if rows.saturating_mul(columns) > MOST {
        out.extend(before.iter().map(|line| Line::Gone(line)));
        out.extend(after.iter().map(|line| Line::New(line)));
        return out;
    }
    // How long the common sequence of the rest is.
    let mut common = vec![vec![0_usize; columns + 1]; rows + 1];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            common[row][column] = if before[row] == after[column] {
                common[row + 1][column + 1] + 1
            } else {
                common[row + 1][column].max(common[row][column + 1])
            };
        }
    }
    let (mut row, mut column) = (0, 0);
    while row < rows || column < columns {
        if row < rows && column < columns && before[row] == after[column] {
            out.push(Line::Same(before[row]));
            (row, column) = (row + 1, column + 1);
        } else if column == columns || (row < rows && common[row + 1][column] >= common[row][column + 1]) {
            out.push(Line::Gone(before[row]));
            row += 1;
        } else {
            out.push(Line::New(after[column]));
            column += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests;
