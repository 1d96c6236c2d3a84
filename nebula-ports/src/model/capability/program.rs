//! Which program a grant means: one text, compared as it is. Links and the path of search are looked at where programs
//! are started.

use std::path::{Component, Path};

use super::InvalidGrant;

/// A program: by its name, which is looked up where the sandbox looks for programs, or by its absolute path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ProgramGrant(String);

// === impl ProgramGrant ===

impl ProgramGrant {
    /// Names a program.
    ///
    /// # Errors
    /// [`InvalidGrant`] for a relative path, a path with `.` or `..`, and what is no name.
    pub fn new(program: impl Into<String>) -> Result<Self, InvalidGrant> {
        let program = program.into();
        let is_name = |text: &str| !text.is_empty() && text != "." && text != "..";
        let is_valid = if program.contains('/') {
            program.starts_with('/') && program[1..].split('/').all(is_name)
        } else {
            is_name(&program)
        };
        if is_valid && !program.contains(char::is_control) {
            return Ok(Self(program));
        }
        Err(InvalidGrant::new(format!(
            "`{}` is no program: write its name, as in `git`, or its whole path without `.` and `..`, as in `/usr/bin/git`",
            program.escape_debug()
        )))
    }

    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is a path, and no name.
    #[must_use]
    pub fn is_path(&self) -> bool {
        self.0.starts_with('/')
    }

    /// Whether who asks for `wanted` may be given this one: it is the same text, or it says where the program of that name
    /// is. A name never stands for a path, nor one path for another.
    #[must_use]
    pub fn allows(&self, wanted: &Self) -> bool {
        self == wanted || (self.is_path() && !wanted.is_path() && self.name() == Some(wanted.as_str()))
    }

    fn name(&self) -> Option<&str> {
        match Path::new(&self.0).components().next_back() {
            Some(Component::Normal(name)) => name.to_str(),
            _ => None,
        }
    }
}
