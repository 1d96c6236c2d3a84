//! What types cannot show is found when the definition is put together.

use std::fmt;

/// Everything that is wrong with a workflow that was built; at least one problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowError {
    problems: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The step it is about, when it is about one.
    pub step: Option<String>,
    /// The parameter of the step.
    pub parameter: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

// === impl FlowError ===

impl FlowError {
    pub(super) fn new(problems: Vec<Problem>) -> Option<Self> {
        (!problems.is_empty()).then_some(Self { problems })
    }

    /// What is wrong, in the order of the steps.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for FlowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.problems.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for FlowError {}

// === impl Problem ===

impl Problem {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { step: None, parameter: None, message: message.into(), help: None }
    }

    pub(super) fn at(mut self, step: &str) -> Self {
        self.step = Some(step.to_owned());
        self
    }

    pub(super) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(step) = &self.step {
            write!(f, "step `{step}`")?;
            if let Some(parameter) = &self.parameter {
                write!(f, ", parameter `{parameter}`")?;
            }
            f.write_str(": ")?;
        }
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}
