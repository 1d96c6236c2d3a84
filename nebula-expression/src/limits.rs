//! What one evaluation may use, and what a text may be at most.

use std::time::Duration;

/// Longest source text of one expression, in bytes.
pub const MAX_TEXT: usize = 16 * 1024;
/// Longest source text of one template, in bytes; each expression in it has [`MAX_TEXT`].
pub const MAX_TEMPLATE: usize = 64 * 1024;
/// Deepest nesting. A chain of one operator (`a && b && c`, `a + b + c`, `a ?? b ?? c`,
/// `a ? b : c ? d : e`) or of members (`a.b.c`) counts as one level however long it is.
pub const MAX_DEPTH: u32 = 32;
/// Longest time one evaluation may take, whatever its limits say.
pub const MAX_WALL: Duration = Duration::from_secs(5);
/// Most units one evaluation may use, whatever its limits say.
pub const MAX_COST: u64 = 10_000_000;
/// Deepest nesting of data that is compared or copied.
pub(crate) const MAX_DATA_DEPTH: u32 = 256;

/// What one evaluation may use. The defaults suit expressions in a workflow.
///
/// Data read through a path is borrowed and costs nothing but its steps; only what an
/// expression makes (strings, lists, objects) counts as allocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Units of work: about one per operator, path step and compared element (default 1,000,000).
    pub cost: u64,
    /// Longest string an expression may make, in bytes (default 1 MB).
    pub string_bytes: usize,
    /// Longest list an expression may make, in elements (default 100,000).
    pub list_len: usize,
    /// Everything one evaluation may allocate, in bytes, estimated (default 16 MB).
    pub alloc_bytes: usize,
    /// How long one evaluation may take (default 250 ms, at most [`MAX_WALL`]). Only a backstop: the
    /// units end an evaluation long before, and the clock is not looked at before many are used.
    pub wall: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            cost: 1_000_000,
            string_bytes: 1_000_000,
            list_len: 100_000,
            alloc_bytes: 16_000_000,
            wall: Duration::from_millis(250),
        }
    }
}
