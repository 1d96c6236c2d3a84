//! The language from outside: a table of what each expression is worth, what each mistake is
//! answered with, and what hostile texts and data cannot do.

mod codes;
mod conformance;
mod hostile;
mod mistakes;
mod paths;
mod properties;
mod scope;
mod templates;
