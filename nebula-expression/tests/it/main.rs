//! The language from outside: a table of what each expression is worth, what each mistake is
//! answered with, and what hostile texts and data cannot do.

mod cel;
mod codes;
mod conformance;
mod functions;
mod functions_conversion;
mod functions_cost;
mod functions_cost_lists;
mod functions_encoding;
mod functions_lists;
mod functions_objects;
mod functions_patterns;
mod functions_strings;
mod functions_time;
mod hostile;
mod mistakes;
mod narrowing;
mod paths;
mod properties;
mod scope;
mod secrets;
mod soundness;
mod table;
mod templates;
mod types;
mod types_functions;
