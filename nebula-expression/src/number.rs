//! The one number type: exact integers while integral, doubles otherwise, never NaN or infinite.

mod decimal;
mod maths;

use std::cmp::Ordering;

use serde_json::Number;

pub(crate) use maths::Sum;

/// Up to here every whole number has its own double.
const EXACT: f64 = 9_007_199_254_740_992.0;

#[derive(Debug, Clone, Copy)]
pub(crate) enum Num {
    Int(i64),
    /// Above `i64::MAX`.
    Big(u64),
    /// Finite.
    Float(f64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumError {
    /// A whole number outside -2^63 ..= 2^64 - 1.
    Overflow,
    DivideByZero,
    NotFinite,
}

impl Num {
    #[inline]
    pub(crate) fn of(number: &Number) -> Self {
        if let Some(int) = number.as_i64() {
            Self::Int(int)
        } else if let Some(big) = number.as_u64() {
            Self::Big(big)
        } else {
            // Without `arbitrary_precision` every other number is a finite double.
            Self::Float(number.as_f64().unwrap_or(0.0))
        }
    }

    /// A literal as written.
    pub(crate) fn parse(text: &str) -> Result<Self, NumError> {
        if text.bytes().all(|b| b.is_ascii_digit()) {
            let wide = text.parse::<u64>().map_err(|_| NumError::Overflow)?;
            return Ok(Self::from(wide));
        }
        Self::float(text.parse::<f64>().map_err(|_| NumError::NotFinite)?)
    }

    pub(crate) fn to_number(self) -> Number {
        match self {
            Self::Int(int) => Number::from(int),
            Self::Big(big) => Number::from(big),
            Self::Float(float) => Number::from_f64(float).unwrap_or_else(|| Number::from(0)),
        }
    }

    /// A computed double: a whole one becomes an integer again, so that `1.5 + 1.5` prints as `3`.
    fn float(float: f64) -> Result<Self, NumError> {
        if !float.is_finite() {
            Err(NumError::NotFinite)
        } else if float.fract() == 0.0 && float.abs() <= EXACT {
            Ok(Self::Int(float as i64))
        } else {
            Ok(Self::Float(float))
        }
    }

    fn exact(self) -> Option<i128> {
        match self {
            Self::Int(int) => Some(i128::from(int)),
            Self::Big(big) => Some(i128::from(big)),
            Self::Float(_) => None,
        }
    }

    fn from_exact(wide: i128) -> Result<Self, NumError> {
        if let Ok(int) = i64::try_from(wide) {
            Ok(Self::Int(int))
        } else {
            u64::try_from(wide).map(Self::Big).map_err(|_| NumError::Overflow)
        }
    }

    fn double(self) -> f64 {
        match self {
            Self::Int(int) => int as f64,
            Self::Big(big) => big as f64,
            Self::Float(float) => float,
        }
    }

    pub(crate) fn negate(self) -> Result<Self, NumError> {
        match self.exact() {
            Some(wide) => Self::from_exact(-wide),
            None => Self::float(-self.double()),
        }
    }

    pub(crate) fn add(self, other: Self) -> Result<Self, NumError> {
        self.combine(other, i128::checked_add, |a, b| a + b)
    }

    pub(crate) fn subtract(self, other: Self) -> Result<Self, NumError> {
        self.combine(other, i128::checked_sub, |a, b| a - b)
    }

    pub(crate) fn multiply(self, other: Self) -> Result<Self, NumError> {
        self.combine(other, i128::checked_mul, |a, b| a * b)
    }

    /// True division; a whole result of whole numbers is exact.
    pub(crate) fn divide(self, other: Self) -> Result<Self, NumError> {
        if other.double() == 0.0 {
            return Err(NumError::DivideByZero);
        }
        match (self.exact(), other.exact()) {
            (Some(a), Some(b)) if a % b == 0 => Self::from_exact(a / b),
            _ => Self::float(self.double() / other.double()),
        }
    }

    /// The remainder has the sign of the left side.
    pub(crate) fn remainder(self, other: Self) -> Result<Self, NumError> {
        if other.double() == 0.0 {
            return Err(NumError::DivideByZero);
        }
        self.combine(other, i128::checked_rem, |a, b| a % b)
    }

    fn combine(
        self,
        other: Self,
        exact: fn(i128, i128) -> Option<i128>,
        double: fn(f64, f64) -> f64,
    ) -> Result<Self, NumError> {
        match (self.exact(), other.exact()) {
            (Some(a), Some(b)) => Self::from_exact(exact(a, b).ok_or(NumError::Overflow)?),
            _ => Self::float(double(self.double(), other.double())),
        }
    }

    /// By value, exactly, also between integers and doubles.
    #[inline]
    pub(crate) fn compare(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => a.cmp(&b),
            (Self::Float(a), Self::Float(b)) => a.partial_cmp(&b).unwrap_or(Ordering::Equal),
            (Self::Float(a), b) => b.compare_whole(a).reverse(),
            (a, Self::Float(b)) => a.compare_whole(b),
            (a, b) => a.exact().cmp(&b.exact()),
        }
    }

    /// A whole number against a double.
    fn compare_whole(self, float: f64) -> Ordering {
        const BEYOND: f64 = 1e20;
        let whole = self.exact().unwrap_or(0);
        if float >= BEYOND {
            Ordering::Less
        } else if float <= -BEYOND {
            Ordering::Greater
        } else {
            let truncated = float.trunc();
            whole.cmp(&(truncated as i128)).then_with(|| truncated.partial_cmp(&float).unwrap_or(Ordering::Equal))
        }
    }

    /// As people read it: whole numbers without a fraction.
    pub(crate) fn text(self) -> String {
        match self {
            Self::Int(int) => int.to_string(),
            Self::Big(big) => big.to_string(),
            Self::Float(0.0) => "0".to_owned(),
            Self::Float(float) if float.fract() == 0.0 && float.abs() < 1e21 => {
                format!("{float:.0}")
            }
            Self::Float(_) => self.to_number().to_string(),
        }
    }

    /// As a whole number within 64 bits.
    pub(crate) fn whole(self) -> Option<i64> {
        match self {
            Self::Int(int) => Some(int),
            Self::Big(_) => None,
            Self::Float(float) if float.fract() == 0.0 && float.abs() <= EXACT => Some(float as i64),
            Self::Float(_) => None,
        }
    }

    /// As a position in a list.
    pub(crate) fn index(self) -> Option<usize> {
        match self {
            Self::Int(int) => usize::try_from(int).ok(),
            Self::Big(big) => usize::try_from(big).ok(),
            Self::Float(float) if float.fract() == 0.0 && (0.0..=EXACT).contains(&float) => Some(float as usize),
            Self::Float(_) => None,
        }
    }
}

impl From<u64> for Num {
    fn from(value: u64) -> Self {
        i64::try_from(value).map_or(Self::Big(value), Self::Int)
    }
}

#[cfg(test)]
mod tests;
