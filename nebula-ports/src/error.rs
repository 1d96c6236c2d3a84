//! The one error type of the port boundary: what kind, may it be retried, which operation, with what context.

use std::{error::Error as StdError, fmt};

/// What went wrong, as far as a caller may act on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The thing asked for does not exist (in this scope).
    NotFound,
    /// A thing with this identity exists already.
    AlreadyExists,
    /// The expected state is not the actual one.
    Conflict,
    /// The caller no longer holds what it writes under.
    LeaseLost,
    /// The port cannot do this; asking again will not help.
    Unsupported,
    /// The argument is not acceptable.
    InvalidInput,
    /// The caller may not do this.
    PermissionDenied,
    /// Too many requests; wait.
    Throttled,
    /// The service behind the port cannot be reached or does not answer now.
    Unavailable,
    /// What is stored cannot be read back as what was written.
    Corrupt,
    /// Another process holds the data.
    Busy,
    /// A bug in Nebula or a driver.
    Internal,
}

impl ErrorKind {
    /// The stable code of the kind, as shown in logs and answers.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::AlreadyExists => "already_exists",
            Self::Conflict => "conflict",
            Self::LeaseLost => "lease_lost",
            Self::Unsupported => "unsupported",
            Self::InvalidInput => "invalid_input",
            Self::PermissionDenied => "permission_denied",
            Self::Throttled => "throttled",
            Self::Unavailable => "unavailable",
            Self::Corrupt => "corrupt",
            Self::Busy => "busy",
            Self::Internal => "internal",
        }
    }
}

/// Whether the same call may succeed later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryStatus {
    /// The same call fails the same way until something else changes.
    Permanent,
    /// The same call may succeed when repeated.
    Temporary,
}

/// An error of a port or a driver.
///
/// It renders in two ways: `{}` is one line for a person, `{:#}` adds the operation, the context and the chain of
/// sources for a log.
pub struct Error {
    kind: ErrorKind,
    retry: RetryStatus,
    operation: &'static str,
    message: String,
    context: Vec<(&'static str, String)>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The result of a port's method.
pub type Result<T, E = Error> = std::result::Result<T, E>;

// === impl Error ===

impl Error {
    /// An error of `operation`. Throttled, unavailable and busy errors start out as temporary, all others as permanent.
    pub fn new(kind: ErrorKind, operation: &'static str, message: impl Into<String>) -> Self {
        let retry = match kind {
            ErrorKind::Throttled | ErrorKind::Unavailable | ErrorKind::Busy => RetryStatus::Temporary,
            _ => RetryStatus::Permanent,
        };
        Self { kind, retry, operation, message: message.into(), context: Vec::new(), source: None }
    }

    /// Adds the error that caused this one.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Adds a named fact: which file, which execution.
    #[must_use]
    pub fn with_context(mut self, key: &'static str, value: impl fmt::Display) -> Self {
        self.context.push((key, value.to_string()));
        self
    }

    /// Overrides whether the call may be repeated.
    #[must_use]
    pub const fn with_retry(mut self, retry: RetryStatus) -> Self {
        self.retry = retry;
        self
    }

    /// What went wrong.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The stable code, see [`ErrorKind::code`].
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// Whether the same call may succeed when repeated.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.retry == RetryStatus::Temporary
    }

    /// The port's method that failed, as `port.method`.
    #[must_use]
    pub const fn operation(&self) -> &'static str {
        self.operation
    }

    /// The sentence for a person, without context.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The named facts, in the order they were added.
    #[must_use]
    pub fn context(&self) -> &[(&'static str, String)] {
        &self.context
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if !self.context.is_empty() {
            f.write_str(" (")?;
            for (i, (key, value)) in self.context.iter().enumerate() {
                if i > 0 {
                    f.write_str(", ")?;
                }
                write!(f, "{key}: {value}")?;
            }
            f.write_str(")")?;
        }
        if f.alternate() {
            write!(f, " [{} in {}]", self.kind.code(), self.operation)?;
            let mut source = self.source();
            while let Some(error) = source {
                write!(f, ": {error}")?;
                source = error.source();
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:#}")
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests;
