//! What functions calculate: roundings, whole division, powers, sums.

use super::{Num, NumError};

impl Num {
    pub(crate) fn abs(self) -> Result<Self, NumError> {
        if self.double() < 0.0 { self.negate() } else { Ok(self) }
    }

    /// -1, 0 or 1.
    pub(crate) fn sign(self) -> Self {
        let double = self.double();
        Self::Int(i64::from(double > 0.0) - i64::from(double < 0.0))
    }

    pub(crate) fn is_whole(self) -> bool {
        match self {
            Self::Int(_) | Self::Big(_) => true,
            Self::Float(float) => float.fract() == 0.0,
        }
    }

    /// A whole number near this one: `to` is `f64::floor` or the like.
    pub(crate) fn to_whole(self, to: fn(f64) -> f64) -> Result<Self, NumError> {
        match self {
            Self::Float(float) => Self::float(to(float)),
            whole => Ok(whole),
        }
    }

    /// How often `other` is in it, rounded down.
    pub(crate) fn divide_floor(self, other: Self) -> Result<Self, NumError> {
        if other.double() == 0.0 {
            return Err(NumError::DivideByZero);
        }
        match (self.exact(), other.exact()) {
            (Some(a), Some(b)) => {
                let towards_zero = a / b;
                let below = a % b != 0 && (a < 0) != (b < 0);
                Self::from_exact(towards_zero - i128::from(below))
            }
            _ => Self::float((self.double() / other.double()).floor()),
        }
    }

    /// What `divide_floor` leaves: of the sign of `other`.
    pub(crate) fn modulo(self, other: Self) -> Result<Self, NumError> {
        let rest = self.remainder(other)?;
        let (left, right) = (rest.double(), other.double());
        if left != 0.0 && (left < 0.0) != (right < 0.0) { rest.add(other) } else { Ok(rest) }
    }

    /// `None` if there is no such real number.
    pub(crate) fn power(self, exponent: Self) -> Option<Result<Self, NumError>> {
        if let (Some(base), Some(times)) = (self.exact(), exponent.exact())
            && times >= 0
        {
            return Some(whole_power(base, times));
        }
        let (base, times) = (self.double(), exponent.double());
        if base == 0.0 && times < 0.0 {
            return Some(Err(NumError::DivideByZero));
        }
        let power = base.powf(times);
        (!power.is_nan()).then(|| Self::float(power))
    }

    /// `None` of a negative number.
    pub(crate) fn square_root(self) -> Option<Result<Self, NumError>> {
        let double = self.double();
        (double >= 0.0).then(|| Self::float(double.sqrt()))
    }
}

fn whole_power(base: i128, times: i128) -> Result<Num, NumError> {
    // These never grow, however often they are multiplied.
    let times = if base.abs() <= 1 { times % 2 + if times > 0 { 2 } else { 0 } } else { times };
    let times = u32::try_from(times).map_err(|_| NumError::Overflow)?;
    Num::from_exact(base.checked_pow(times).ok_or(NumError::Overflow)?)
}

/// A sum that does not depend on the order: whole numbers are added exactly, and what is lost in adding
/// doubles is kept and added at the end.
#[derive(Debug, Default)]
pub(crate) struct Sum {
    whole: i128,
    float: f64,
    lost: f64,
    inexact: bool,
    count: u32,
}

impl Sum {
    pub(crate) fn add(&mut self, num: Num) -> Result<(), NumError> {
        self.count = self.count.saturating_add(1);
        if let Some(whole) = num.exact() {
            self.whole = self.whole.checked_add(whole).ok_or(NumError::Overflow)?;
            return Ok(());
        }
        self.inexact = true;
        let double = num.double();
        let sum = self.float + double;
        let (large, small) = if self.float.abs() >= double.abs() { (self.float, double) } else { (double, self.float) };
        self.lost += (large - sum) + small;
        self.float = sum;
        if sum.is_finite() { Ok(()) } else { Err(NumError::NotFinite) }
    }

    pub(crate) fn total(&self) -> Result<Num, NumError> {
        if self.inexact { Num::float(self.double()) } else { Num::from_exact(self.whole) }
    }

    /// `None` if there is nothing.
    pub(crate) fn mean(&self) -> Option<Result<Num, NumError>> {
        let count = i128::from(self.count);
        if count == 0 {
            return None;
        }
        if !self.inexact && self.whole % count == 0 {
            return Some(Num::from_exact(self.whole / count));
        }
        let total = if self.inexact { self.double() } else { self.whole as f64 };
        Some(Num::float(total / f64::from(self.count)))
    }

    fn double(&self) -> f64 {
        self.whole as f64 + self.float + self.lost
    }
}
