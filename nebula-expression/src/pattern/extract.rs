//! What a pattern is for as much as for matching: taking a part out of a text.

use std::ops::Range;

use regex::Captures;
use regex_syntax::ast::{Ast, GroupKind, Visitor, visit};

use super::{Bounds, Excess, Pattern};

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
        if self.regex.captures_len() == 1 {
            return self.find_all(text, bounds);
        }
        let mut all = Vec::new();
        for found in self.regex.find_iter(text) {
            let captures = self.groups(text, found.range(), bounds)?;
            self.charge_rest(text, found.end(), bounds)?;
            if let Some(group) = captures.as_ref().and_then(first_group) {
                bounds.item()?;
                all.push(group);
            }
        }
        Ok(all)
    }

    /// What it takes to tell the groups of a match of so many bytes, once it is found. That is the slow part of
    /// patterns: at every byte each state there is may have to be kept with all its groups.
    pub(crate) fn group_units(&self, len: usize) -> u64 {
        let groups = self.regex.captures_len() as u64 - 1;
        if groups == 0 {
            return 0;
        }
        let states = u64::from(self.weight) + 2 * groups;
        (2 + len as u64).saturating_mul(states.min(1 + states / 8 * (1 + groups / 8)))
    }

    /// The groups of the match that was found at this place.
    pub(super) fn groups<'t>(
        &self,
        text: &'t str,
        found: Range<usize>,
        bounds: &mut Bounds,
    ) -> Result<Option<Captures<'t>>, Excess> {
        bounds.units = bounds.units.checked_sub(self.group_units(found.len())).ok_or(Excess::Units)?;
        Ok(self.regex.captures_at(text, found.start))
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
