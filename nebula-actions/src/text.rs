//! Text.

mod template;

pub use template::{Rendered, Template, TextTemplate};
