//! Actions over data: pure, so that they run again freely.

mod filter;
mod set;

pub use filter::{DataFilter, Filter, Filtered};
pub use set::{DataSet, Set};
