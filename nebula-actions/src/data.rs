//! Actions over data: pure, so that they run again freely.

mod aggregate;
mod filter;
mod set;
mod sort;

pub use aggregate::{Aggregate, DataAggregate, Measure, True};
pub use filter::{DataFilter, Filter, Filtered};
pub use set::{DataSet, Set};
pub use sort::{DataSort, Nulls, Order, Sort, SortKey, Sorted};
