//! Whatever is wrong with what is given: a sentence, a place, what to do, the right exit code, and nothing is touched.

mod data_folder;
mod definitions;
