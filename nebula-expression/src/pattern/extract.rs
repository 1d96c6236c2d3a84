//! What a pattern is for as much as for matching: taking a part out of a text.

use regex::Captures;
use regex_syntax::ast::{Ast, GroupKind, Visitor, visit};

use super::{Bounds, Excess, Pattern};

/// What the groups of one match cost besides finding it, for each group.
const GROUP_UNITS: u64 = 2;

impl Pattern {
    /// The first match, or its first group when the pattern has one; none without a match, and when the group took
    /// no part in it.
    pub(crate) fn extract<'t>(&self, text: &'t str) -> Option<&'t str> {
        if self.regex.captures_len() == 1 {
            return self.find(text);
        }
        self.regex.captures(text).and_then(|captures| first_group(&captures))
    }

    /// Every match, or the first group of each when the pattern has one. Matches its group took no part in are left
    /// out.
    pub(crate) fn extract_all<'t>(&self, text: &'t str, bounds: &mut Bounds) -> Result<Vec<&'t str>, Excess> {
        let groups = self.regex.captures_len() as u64;
        if groups == 1 {
            return self.find_all(text, bounds);
        }
        let mut all = Vec::new();
        for captures in self.regex.captures_iter(text) {
            bounds.units = bounds.units.checked_sub((groups - 1) * GROUP_UNITS).ok_or(Excess::Units)?;
            let Some(found) = captures.get(0) else { break };
            self.charge_rest(text, found.end(), bounds)?;
            if let Some(group) = first_group(&captures) {
                bounds.item()?;
                all.push(group);
            }
        }
        Ok(all)
    }

    /// The groups of a text that is a pattern by name and by number, without building it.
    pub(crate) fn groups_of(text: &str) -> Option<Vec<String>> {
        if text.len() > super::MAX_PATTERN {
            return None;
        }
        let ast = super::ParserBuilder::new().nest_limit(super::MAX_NESTING).build().parse(text).ok()?;
        visit(&ast, Groups(Vec::new())).ok()
    }
}

fn first_group<'t>(captures: &Captures<'t>) -> Option<&'t str> {
    captures.get(1).map(|group| group.as_str())
}

struct Groups(Vec<String>);

impl Visitor for Groups {
    type Output = Vec<String>;
    type Err = std::convert::Infallible;

    fn finish(self) -> Result<Vec<String>, Self::Err> {
        Ok(self.0)
    }

    fn visit_pre(&mut self, ast: &Ast) -> Result<(), Self::Err> {
        if let Ast::Group(group) = ast {
            self.0.extend(group.capture_index().map(|index| index.to_string()));
            if let GroupKind::CaptureName { name, .. } = &group.kind {
                self.0.push(name.name.clone());
            }
        }
        Ok(())
    }
}
