//! "Did you mean": the candidate closest to a mistyped word.

/// Longer words are not worth the time, and are never typing mistakes of one another.
const LONGEST: usize = 64;

/// The candidate a person most likely meant by `word`, if one is close enough.
///
/// Close means equal but for case, or at most two edits (insert, delete, replace, swap neighbours);
/// short words allow fewer: one edit up to four characters, none below three. The first of equally
/// near candidates wins.
///
/// ```
/// use nebula_expression::nearest;
/// assert_eq!(nearest("emial", ["name", "email"]), Some("email"));
/// assert_eq!(nearest("id", ["at", "on"]), None);
/// ```
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded: Vec<char> = word.chars().flat_map(char::to_lowercase).take(LONGEST + 1).collect();
    let allowed = match folded.len() {
        0..=2 => 0,
        3..=4 => 1,
        5..=LONGEST => 2,
        _ => return None,
    };
    let mut best: Option<(usize, &'a str)> = None;
    for candidate in candidates {
        if candidate.len() > LONGEST * 4 || candidate == word {
            continue;
        }
        let other: Vec<char> = candidate.chars().flat_map(char::to_lowercase).collect();
        // One edit turns "id" into anything of two letters: a short candidate must be a near match too.
        let allowed = if other.len() < 3 { 0 } else { allowed };
        if folded.len().abs_diff(other.len()) > allowed {
            continue;
        }
        let distance = edits(&folded, &other);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Optimal string alignment: Levenshtein plus swaps of neighbours.
fn edits(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut previous: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        for (j, y) in b.iter().enumerate() {
            let replace = previous[j] + usize::from(x != y);
            let mut least = replace.min(previous[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut previous, row);
    }
    previous[b.len()]
}

#[cfg(test)]
mod tests;
