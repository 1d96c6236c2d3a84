//! Sums of products of sizes. Coefficients are counted in sixteenths, because text is paid for by sixteen bytes.

use std::collections::BTreeMap;
use std::fmt;

use super::Place;

const SIXTEENTHS: u64 = 16;
/// More terms than anyone reads: the smallest are dropped into a larger one.
const MOST_TERMS: usize = 48;

/// Products of sizes, their places sorted, and their coefficients.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Polynomial {
    terms: BTreeMap<Vec<Place>, u64>,
}

impl Polynomial {
    pub(crate) fn constant(units: u64) -> Self {
        let mut this = Self::default();
        this.add_term(Vec::new(), units.saturating_mul(SIXTEENTHS));
        this
    }

    pub(crate) fn size_of(place: Place) -> Self {
        Self { terms: BTreeMap::from([(vec![place], SIXTEENTHS)]) }
    }

    pub(crate) fn is_constant(&self) -> bool {
        self.terms.keys().all(Vec::is_empty)
    }

    pub(crate) fn base(&self) -> u64 {
        self.terms.get(&Vec::new()).map_or(0, |sixteenths| sixteenths.div_ceil(SIXTEENTHS))
    }

    fn add_term(&mut self, product: Vec<Place>, sixteenths: u64) {
        if sixteenths == 0 {
            return;
        }
        let known = self.terms.contains_key(&product);
        let place = if known || self.terms.len() < MOST_TERMS {
            Some(product)
        } else {
            // Whatever it is, it is counted with the largest product there is.
            self.terms.keys().max_by_key(|product| product.len()).cloned()
        };
        if let Some(place) = place {
            let sum = self.terms.entry(place).or_insert(0);
            *sum = sum.saturating_add(sixteenths);
        }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (product, sixteenths) in &other.terms {
            self.add_term(product.clone(), *sixteenths);
        }
    }

    pub(crate) fn plus(mut self, units: u64) -> Self {
        self.add_term(Vec::new(), units.saturating_mul(SIXTEENTHS));
        self
    }

    pub(crate) fn times(&self, other: &Self) -> Self {
        // Nobody nests deeper in earnest, and it keeps hostile texts short.
        const MOST_FACTORS: usize = 6;
        let mut out = Self::default();
        for (a, x) in &self.terms {
            for (b, y) in &other.terms {
                let mut product: Vec<Place> = a.iter().chain(b).cloned().collect();
                product.sort();
                product.truncate(MOST_FACTORS);
                let wide = u128::from(*x) * u128::from(*y) / u128::from(SIXTEENTHS);
                out.add_term(product, u64::try_from(wide).unwrap_or(u64::MAX).max(1));
            }
        }
        out
    }

    pub(crate) fn scaled(&self, numerator: u64, denominator: u64) -> Self {
        let scale = |x: &u64| (x.saturating_mul(numerator) / denominator.max(1)).max(1);
        Self { terms: self.terms.iter().map(|(product, x)| (product.clone(), scale(x))).collect() }
    }

    /// Every place once.
    pub(crate) fn places(&self) -> Vec<&Place> {
        let mut places: Vec<&Place> = self.terms.keys().flatten().collect();
        places.sort();
        places.dedup();
        places
    }

    /// The value for sizes in the order of `places`.
    pub(crate) fn fill(&self, sizes: &[u64]) -> u64 {
        let places = self.places();
        let size = |place: &Place| places.binary_search(&place).ok().and_then(|at| sizes.get(at)).copied().unwrap_or(0);
        let total = self.terms.iter().fold(0_u128, |sum, (product, sixteenths)| {
            let term = product
                .iter()
                .fold(u128::from(*sixteenths), |term, place| term.saturating_mul(u128::from(size(place))));
            sum.saturating_add(term)
        });
        u64::try_from(total.div_ceil(u128::from(SIXTEENTHS))).unwrap_or(u64::MAX)
    }
}

impl fmt::Display for Polynomial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.terms.is_empty() {
            return f.write_str("0");
        }
        for (at, (product, sixteenths)) in self.terms.iter().enumerate() {
            if at > 0 {
                f.write_str(" + ")?;
            }
            let (whole, part) = (sixteenths / SIXTEENTHS, sixteenths % SIXTEENTHS);
            if product.is_empty() {
                write!(f, "{}", sixteenths.div_ceil(SIXTEENTHS))?;
                continue;
            }
            match (whole, part) {
                (1, 0) => {}
                (whole, 0) => write!(f, "{whole}·")?,
                _ => write!(f, "{:.2}·", *sixteenths as f64 / SIXTEENTHS as f64)?,
            }
            for (at, place) in product.iter().enumerate() {
                if at > 0 {
                    f.write_str("·")?;
                }
                write!(f, "|{place}|")?;
            }
        }
        Ok(())
    }
}
