//! Rounding and writing by decimal digits: those a number is written with, not those of its double.
//! So 2.675 is rounded to 2.68, although the double nearest to it is a little smaller.

use super::{Num, NumError};

impl Num {
    /// Half away from zero. Negative `digits` round before the point.
    pub(crate) fn round(self, digits: i64) -> Result<Self, NumError> {
        if digits >= 0 && self.exact().is_some() {
            return Ok(self);
        }
        let decimal = Decimal::of(self).round(digits);
        if decimal.fraction().is_empty() {
            let whole = decimal.whole().parse::<i128>().map(|whole| if decimal.negative { -whole } else { whole });
            return match (whole, self) {
                (Ok(whole), _) if Self::from_exact(whole).is_ok() => Self::from_exact(whole),
                (Err(_), _) | (_, Self::Float(_)) => Self::float(decimal.double()),
                _ => Err(NumError::Overflow),
            };
        }
        Self::float(decimal.double())
    }

    /// Without an exponent; with so many `digits` after the point, or as many as there are.
    pub(crate) fn decimal(self, digits: Option<usize>) -> Decimal {
        let decimal = Decimal::of(self);
        match digits {
            Some(digits) => decimal.round(i64::try_from(digits).unwrap_or(i64::MAX)).pad(digits),
            None => decimal,
        }
    }
}

/// A number as decimal digits.
#[derive(Debug)]
pub(crate) struct Decimal {
    negative: bool,
    /// At least one before the point.
    digits: Vec<u8>,
    /// How many of them stand before the point.
    point: usize,
}

impl Decimal {
    fn of(num: Num) -> Self {
        // Neither whole numbers nor doubles are printed with an exponent.
        let text = match num.exact() {
            Some(whole) => whole.to_string(),
            None => num.double().to_string(),
        };
        let (negative, text) = text.strip_prefix('-').map_or((false, &*text), |rest| (true, rest));
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        Self { negative, digits: [whole, fraction].concat().into_bytes(), point: whole.len() }
    }

    fn round(mut self, digits: i64) -> Self {
        let keep = i64::try_from(self.point).unwrap_or(i64::MAX).saturating_add(digits);
        let Ok(keep) = usize::try_from(keep) else {
            return Self { negative: false, digits: vec![b'0'], point: 1 };
        };
        if keep >= self.digits.len() {
            return self;
        }
        let up = self.digits[keep] >= b'5';
        self.digits.truncate(keep);
        if up {
            self.increment();
        }
        while self.digits.len() < self.point {
            self.digits.push(b'0');
        }
        if self.digits.iter().all(|digit| *digit == b'0') {
            self.negative = false;
        }
        self
    }

    /// One more in the last place.
    fn increment(&mut self) {
        for digit in self.digits.iter_mut().rev() {
            if *digit < b'9' {
                *digit += 1;
                return;
            }
            *digit = b'0';
        }
        self.digits.insert(0, b'1');
        self.point += 1;
    }

    fn pad(mut self, digits: usize) -> Self {
        self.digits.resize(self.digits.len().max(self.point + digits), b'0');
        self
    }

    fn text_of(digits: &[u8]) -> &str {
        std::str::from_utf8(digits).unwrap_or("0")
    }

    pub(crate) fn negative(&self) -> bool {
        self.negative
    }

    /// The digits before the point.
    pub(crate) fn whole(&self) -> &str {
        Self::text_of(&self.digits[..self.point])
    }

    /// The digits after it.
    pub(crate) fn fraction(&self) -> &str {
        Self::text_of(&self.digits[self.point..])
    }

    fn double(&self) -> f64 {
        let sign = if self.negative { "-" } else { "" };
        format!("{sign}{}.{}", self.whole(), self.fraction()).parse().unwrap_or(0.0)
    }
}
