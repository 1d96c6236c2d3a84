//! Sums of JSON numbers: exact while they are whole, with a carried error when they are not.

use serde_json::{Number, Value};

/// A running sum.
#[derive(Debug, Default)]
pub(crate) struct Sum {
    whole: i128,
    other: f64,
    /// What `other` has lost by rounding (Neumaier's sum), so that the order of the items does not show.
    lost: f64,
    has_other: bool,
    count: u64,
}

/// Whole doubles up to here are exact.
const EXACT: f64 = 9_007_199_254_740_992.0;

// === impl Sum ===

impl Sum {
    pub(crate) fn add(&mut self, number: &Number) {
        self.count += 1;
        match number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from)) {
            Some(whole) => self.whole += whole,
            None => self.add_other(number.as_f64().unwrap_or_default()),
        }
    }

    fn add_other(&mut self, number: f64) {
        self.has_other = true;
        let sum = self.other + number;
        self.lost +=
            if self.other.abs() >= number.abs() { (self.other - sum) + number } else { (number - sum) + self.other };
        self.other = sum;
    }

    /// The sum, 0 of nothing; `None` when no number is that large.
    pub(crate) fn total(&self) -> Option<Value> {
        if self.has_other { float(self.as_f64()) } else { whole(self.whole) }
    }

    /// The mean; null of nothing, `None` when no number is that large.
    pub(crate) fn mean(&self) -> Option<Value> {
        match self.count {
            0 => Some(Value::Null),
            count if !self.has_other && self.whole % i128::from(count) == 0 => whole(self.whole / i128::from(count)),
            count => float(self.as_f64() / count as f64),
        }
    }

    fn as_f64(&self) -> f64 {
        self.whole as f64 + self.other + self.lost
    }
}

fn whole(number: i128) -> Option<Value> {
    i64::try_from(number).map(Value::from).or_else(|_| u64::try_from(number).map(Value::from)).ok()
}

/// A double as JSON; a whole one without a fraction, as expressions have it.
pub(crate) fn float(number: f64) -> Option<Value> {
    if number.fract() == 0.0 && number.abs() <= EXACT {
        return Some((number as i64).into());
    }
    Number::from_f64(number).map(Value::Number)
}

#[cfg(test)]
mod tests;
