//! A suite is data: a name and the cases that make up a port's contract.

use std::fmt;

use futures_util::future::BoxFuture;

use super::Cx;

/// The contract of a port as cases.
pub struct Suite<P: ?Sized + Send + Sync + 'static> {
    /// The port, as it stands in front of the cases' names.
    pub name: &'static str,
    /// The cases, in the order they are listed.
    pub cases: &'static [Case<P>],
}

/// One sentence of a contract, as code. It panics when the port breaks it.
pub struct Case<P: ?Sized + Send + Sync + 'static> {
    /// The sentence, in snake case.
    pub name: &'static str,
    /// Checks it on a port that nobody used before.
    pub run: fn(Cx<P>) -> BoxFuture<'static, ()>,
}

/// Declares `SUITE` from private case functions. One that is not listed is dead code, and the compiler says so.
macro_rules! suite {
    ($(#[$doc:meta])* $name:literal, $port:ty, [$($case:ident),* $(,)?]) => {
        $(#[$doc])*
        pub const SUITE: $crate::conformance::Suite<$port> = $crate::conformance::Suite {
            name: $name,
            cases: &[$($crate::conformance::Case { name: stringify!($case), run: |cx| Box::pin($case(cx)) }),*],
        };
    };
}
pub(crate) use suite;

// === impl Suite, Case ===

impl<P: ?Sized + Send + Sync> Suite<P> {
    /// The case of this name.
    #[must_use]
    pub fn case(&self, name: &str) -> Option<&'static Case<P>> {
        self.cases.iter().find(|case| case.name == name)
    }
}

impl<P: ?Sized + Send + Sync> fmt::Debug for Suite<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Suite").field("name", &self.name).field("cases", &self.cases).finish()
    }
}

impl<P: ?Sized + Send + Sync> fmt::Debug for Case<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
