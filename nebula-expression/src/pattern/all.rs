//! What goes through all matches: finding, splitting, replacing, within bounds.

use super::{Pattern, Replacement};

/// What starting a search anew costs, some hundred nanoseconds, however short the match.
const MATCH_UNITS: u64 = 5;

/// How far a function may go. Its first search is for the caller to charge, with [`Pattern::units`]; what
/// the next ones cost more than going on where the last stopped is taken from `units`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// Elements of a result.
    pub(crate) items: usize,
    /// Bytes of a result.
    pub(crate) bytes: usize,
    /// Work, in the units of [`Pattern::units`]; what is left afterwards.
    pub(crate) units: u64,
}

/// Which of the [`Bounds`] did not suffice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Excess {
    Items,
    Bytes,
    Units,
}

impl Bounds {
    pub(super) fn item(&mut self) -> Result<(), Excess> {
        self.items = self.items.checked_sub(1).ok_or(Excess::Items)?;
        Ok(())
    }

    fn bytes(&mut self, count: usize) -> Result<(), Excess> {
        self.bytes = self.bytes.checked_sub(count).ok_or(Excess::Bytes)?;
        Ok(())
    }
}

impl Pattern {
    /// Every match, from the left, none within another.
    pub(crate) fn find_all<'t>(&self, text: &'t str, bounds: &mut Bounds) -> Result<Vec<&'t str>, Excess> {
        let mut all = Vec::new();
        for found in self.regex.find_iter(text) {
            bounds.item()?;
            bounds.bytes(found.len())?;
            self.charge_rest(text, found.end(), bounds)?;
            all.push(found.as_str());
        }
        Ok(all)
    }

    /// What stands before, between and after the matches. An empty match cuts between two characters only.
    pub(crate) fn split<'t>(&self, text: &'t str, bounds: &mut Bounds) -> Result<Vec<&'t str>, Excess> {
        let mut parts = Vec::new();
        let mut last = 0;
        for found in self.regex.find_iter(text) {
            self.charge_rest(text, found.end(), bounds)?;
            if found.is_empty() && (found.start() == 0 || found.end() == text.len()) {
                continue;
            }
            bounds.item()?;
            bounds.bytes(found.start() - last)?;
            parts.push(&text[last..found.start()]);
            last = found.end();
        }
        bounds.item()?;
        bounds.bytes(text.len() - last)?;
        parts.push(&text[last..]);
        Ok(parts)
    }

    /// The text with every match replaced.
    pub(crate) fn replace_all(&self, text: &str, by: &Replacement, bounds: &mut Bounds) -> Result<String, Excess> {
        self.replace_up_to(usize::MAX, text, by, bounds)
    }

    /// Items do not matter here: the result is one text.
    pub(super) fn replace_up_to(
        &self,
        most: usize,
        text: &str,
        by: &Replacement,
        bounds: &mut Bounds,
    ) -> Result<String, Excess> {
        let mut out = String::new();
        let mut last = 0;
        for found in self.regex.find_iter(text).take(most) {
            let captures = if by.has_groups() { self.groups(text, found.range(), bounds)? } else { None };
            let group = |at: usize| match (at, &captures) {
                (0, _) => found.as_str(),
                (_, captures) => captures.as_ref().and_then(|all| all.get(at)).map_or("", |group| group.as_str()),
            };
            let kept = &text[last..found.start()];
            bounds.bytes(kept.len().saturating_add(by.expanded_len(group)))?;
            out.push_str(kept);
            by.expand(group, &mut out);
            last = found.end();
            if most > 1 {
                self.charge_rest(text, last, bounds)?;
            }
        }
        bounds.bytes(text.len() - last)?;
        out.push_str(&text[last..]);
        Ok(out)
    }

    /// Takes what the match cost besides the search, and what the next search may cost beyond its own match when
    /// that can be more than a few bytes.
    pub(super) fn charge_rest(&self, text: &str, end: usize, bounds: &mut Bounds) -> Result<(), Excess> {
        let again = if self.rescans { self.units(text.len() - end) } else { 0 };
        bounds.units = bounds.units.checked_sub(MATCH_UNITS + again).ok_or(Excess::Units)?;
        Ok(())
    }
}
