//! How actions fail.

use std::{any::Any, error::Error as StdError, fmt, time::Duration};

use nebula_ports::model::{Failure, FailureKind};
use smol_str::SmolStr;

/// Why an attempt failed, and what that means for trying again.
///
/// `?` turns any `std::error::Error` into a *permanent* error, unless a [`Failure`] is found in its chain of sources
/// (calls of the host return one): then that one's meaning is kept. Say otherwise where it is known:
///
/// ```
/// use nebula_sdk::prelude::*;
///
/// fn port(text: &str) -> Result<u16> {
///     Ok(text.parse()?) // permanent: the same text never parses
/// }
///
/// fn read(answer: std::io::Result<String>) -> Result<String> {
///     answer.transient() // may pass: tried again where the effect class allows
/// }
/// # assert_eq!(port("x").unwrap_err().code(), "action.error");
/// # assert!(read(Err(std::io::ErrorKind::Other.into())).is_err());
/// ```
///
/// It never holds secret material: messages go to the journal and to people.
pub struct ActionError(Box<Failure>);

/// The result of an action.
pub type Result<T, E = ActionError> = std::result::Result<T, E>;

/// Classifies errors of other libraries.
pub trait ResultExt<T> {
    /// The error may pass by itself.
    ///
    /// # Errors
    /// The error, as [`FailureKind::Transient`] with the code `action.transient`.
    fn transient(self) -> Result<T>;

    /// The error fails the same way every time.
    ///
    /// # Errors
    /// The error, as [`FailureKind::Permanent`] with this code.
    fn permanent(self, code: &'static str) -> Result<T>;

    /// The error comes from a part of the input, by its JSON pointer.
    ///
    /// # Errors
    /// The error, as [`FailureKind::Invalid`] with the code `action.invalid_input`.
    fn invalid(self, pointer: &str) -> Result<T>;
}

// === impl ActionError ===

impl ActionError {
    fn new(kind: FailureKind, code: impl Into<SmolStr>, message: impl Into<String>) -> Self {
        Self(Box::new(Failure::new(kind, code, message)))
    }

    /// May pass by itself: tried again where the effect class allows.
    pub fn transient(code: impl Into<SmolStr>, message: impl Into<String>) -> Self {
        Self::new(FailureKind::Transient, code, message)
    }

    /// The remote asks to slow down: tried again, not before `after` has passed.
    #[must_use]
    pub fn rate_limited(after: Duration) -> Self {
        Self::new(FailureKind::RateLimited, "action.rate_limited", "the remote asks to slow down").retry_after(after)
    }

    /// The remote took too long: tried again where the effect class allows.
    pub fn timeout(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Timeout, "action.timeout", message)
    }

    /// The part of the input at this JSON pointer (`/url`; empty = the whole) is not acceptable: not tried again.
    pub fn invalid(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(FailureKind::Invalid, "action.invalid_input", message).at(pointer)
    }

    /// The credential is missing or refused: not tried again.
    pub fn auth(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Auth, "action.auth", message)
    }

    /// Fails the same way every time: not tried again.
    pub fn permanent(code: impl Into<SmolStr>, message: impl Into<String>) -> Self {
        Self::new(FailureKind::Permanent, code, message)
    }

    /// The action itself is wrong: not tried again.
    pub fn bug(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Bug, "action.bug", message)
    }

    /// Ended because the run is being cancelled.
    #[must_use]
    pub fn cancelled() -> Self {
        Self::new(FailureKind::Cancelled, "action.cancelled", "the run is being cancelled")
    }

    /// Gives a code of your own, as in `weather.unknown_city`. Codes are stable: conditions and alerts name them.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<SmolStr>) -> Self {
        self.0.code = code.into();
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// Names the part of the input that is to blame, by JSON pointer.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.0.pointer = Some(pointer.into());
        self
    }

    /// No attempt before `wait` has passed.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.0.retry_after_us = Some(u64::try_from(wait.as_micros()).unwrap_or(u64::MAX));
        self
    }

    /// Vouches that nothing had reached the outside world: trying again repeats nothing, whatever the effect class.
    #[must_use]
    pub fn before_effect(mut self) -> Self {
        self.0.before_effect = true;
        self
    }

    /// What it means for trying again.
    #[must_use]
    pub fn kind(&self) -> FailureKind {
        self.0.kind
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// All of it, as the journal keeps it.
    #[must_use]
    pub fn failure(&self) -> &Failure {
        &self.0
    }
}

impl fmt::Display for ActionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for ActionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

// `ActionError` is no `std::error::Error` itself: then this could not be for every error.
impl<E: StdError + Send + Sync + 'static> From<E> for ActionError {
    fn from(error: E) -> Self {
        match found(&error) {
            Some(failure) => Self(Box::new(failure)),
            None => Self::new(FailureKind::Permanent, "action.error", chain(&error)),
        }
    }
}

impl From<ActionError> for Failure {
    fn from(error: ActionError) -> Self {
        *error.0
    }
}

/// The first failure in the chain of sources.
fn found<E: StdError + 'static>(error: &E) -> Option<Failure> {
    if let Some(failure) = (error as &dyn Any).downcast_ref::<Failure>() {
        return Some(failure.clone());
    }
    let mut source = error.source();
    while let Some(error) = source {
        if let Some(failure) = error.downcast_ref::<Failure>() {
            return Some(failure.clone());
        }
        source = error.source();
    }
    None
}

/// The error and its sources in one line; a source that the line ends with already is not repeated.
fn chain(error: &dyn StdError) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let text = error.to_string();
        if !line.ends_with(&text) {
            line.push_str(": ");
            line.push_str(&text);
        }
        source = error.source();
    }
    line
}

// === impl ResultExt ===

impl<T, E: StdError + Send + Sync + 'static> ResultExt<T> for std::result::Result<T, E> {
    fn transient(self) -> Result<T> {
        self.map_err(|error| ActionError::transient("action.transient", chain(&error)))
    }

    fn permanent(self, code: &'static str) -> Result<T> {
        self.map_err(|error| ActionError::permanent(code, chain(&error)))
    }

    fn invalid(self, pointer: &str) -> Result<T> {
        self.map_err(|error| ActionError::invalid(pointer, chain(&error)))
    }
}
