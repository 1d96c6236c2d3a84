//! Functions of conditions that are true or false, as decision diagrams: two that are equal are one, so whether one
//! follows from another is seen at once.

use std::collections::HashMap;

/// Most choices that are kept of all functions.
const MAX_CHOICES: usize = 200_000;
/// Most steps of one operation, and so its depth.
const MAX_STEPS: u32 = 1_000;
/// Most results that are remembered.
const MAX_REMEMBERED: usize = 400_000;

/// A function of variables. Two are equal when they are the same for all values of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Function(u32);

/// All functions.
#[derive(Debug, Default)]
pub(super) struct Diagram {
    choices: Vec<Choice>,
    known: HashMap<Choice, Function>,
    results: HashMap<[Function; 3], Function>,
    variables: u32,
}

/// `variable ? high : low`. The later variable is above: a condition that is met later only adds to what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Choice {
    variable: u32,
    low: Function,
    high: Function,
}

// === impl Function ===

impl Function {
    pub(super) const FALSE: Self = Self(0);
    pub(super) const TRUE: Self = Self(1);

    pub(super) const fn constant(value: bool) -> Self {
        if value { Self::TRUE } else { Self::FALSE }
    }
}

// === impl Diagram ===

impl Diagram {
    /// A variable of which nothing is known.
    pub(super) fn variable(&mut self) -> Function {
        self.variables += 1;
        self.choose(Choice { variable: self.variables, low: Function::FALSE, high: Function::TRUE })
    }

    /// `None` when that takes too much.
    pub(super) fn not(&mut self, of: Function) -> Option<Function> {
        self.if_then_else(of, Function::FALSE, Function::TRUE)
    }

    /// `None` when that takes too much.
    pub(super) fn and(&mut self, one: Function, other: Function) -> Option<Function> {
        self.if_then_else(one, other, Function::FALSE)
    }

    /// `None` when that takes too much.
    pub(super) fn or(&mut self, one: Function, other: Function) -> Option<Function> {
        self.if_then_else(one, Function::TRUE, other)
    }

    /// Whether `then` is true whenever `given` is; false as well when telling it takes too much.
    pub(super) fn implies(&mut self, given: Function, then: Function) -> bool {
        self.if_then_else(given, then, Function::TRUE) == Some(Function::TRUE)
    }

    fn if_then_else(&mut self, given: Function, then: Function, other: Function) -> Option<Function> {
        if self.results.len() > MAX_REMEMBERED {
            self.results.clear();
        }
        self.walk(given, then, other, &mut MAX_STEPS.clone())
    }

    fn walk(&mut self, given: Function, then: Function, other: Function, steps: &mut u32) -> Option<Function> {
        let then = if then == given { Function::TRUE } else { then };
        let other = if other == given { Function::FALSE } else { other };
        match (given, then, other) {
            (Function::TRUE, same, _) | (Function::FALSE, _, same) => return Some(same),
            (_, same, other) if same == other => return Some(same),
            (same, Function::TRUE, Function::FALSE) => return Some(same),
            _ => {}
        }
        let key = [given, then, other];
        if let Some(known) = self.results.get(&key) {
            return Some(*known);
        }
        *steps = steps.checked_sub(1)?;
        if self.choices.len() >= MAX_CHOICES {
            return None;
        }
        let variable = key.iter().map(|of| self.top(*of)).max()?;
        let [(given_low, given_high), (then_low, then_high), (other_low, other_high)] =
            key.map(|of| self.at(of, variable));
        let high = self.walk(given_high, then_high, other_high, steps)?;
        let low = self.walk(given_low, then_low, other_low, steps)?;
        let result = self.choose(Choice { variable, low, high });
        self.results.insert(key, result);
        Some(result)
    }

    fn choose(&mut self, choice: Choice) -> Function {
        if choice.low == choice.high {
            return choice.low;
        }
        let choices = &mut self.choices;
        *self.known.entry(choice).or_insert_with(|| {
            choices.push(choice);
            // The first two are the constants; there are fewer than 2^32 choices.
            Function(u32::try_from(choices.len() + 1).unwrap_or(u32::MAX))
        })
    }

    fn choice(&self, of: Function) -> Option<Choice> {
        self.choices.get((of.0 as usize).checked_sub(2)?).copied()
    }

    /// The variable that is asked first; 0 for a constant.
    fn top(&self, of: Function) -> u32 {
        self.choice(of).map_or(0, |choice| choice.variable)
    }

    /// What is left when the variable is false, and when it is true.
    fn at(&self, of: Function, variable: u32) -> (Function, Function) {
        match self.choice(of) {
            Some(choice) if choice.variable == variable => (choice.low, choice.high),
            _ => (of, of),
        }
    }
}

#[cfg(test)]
mod tests;
