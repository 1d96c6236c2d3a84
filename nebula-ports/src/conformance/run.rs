//! Turns suites into a test binary: one named test for each case, on a runtime and a harness of its own.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
    sync::{Arc, OnceLock},
};

use libtest_mimic::{Arguments, Completion, Failed, Trial};

use super::{Case, Cx, Harness, Suite, Unavailable};

/// Set to `1` where every service must be there: what would be ignored fails.
const REQUIRE_SERVICES: &str = "NEBULA_REQUIRE_SERVICES";

/// A test binary in the making.
#[derive(Default)]
pub struct Run {
    trials: Vec<Trial>,
}

/// How a case went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The port keeps this part of its contract.
    Passed,
    /// It does not, and says why.
    Failed(String),
    /// The case says nothing about this port.
    Skipped(String),
    /// The service it needs is not there.
    Absent(Unavailable),
}

// === impl Run ===

impl Run {
    /// Adds the cases of `suite`, each on a harness from `start`, as `<suite>::<case>`.
    #[must_use]
    pub fn suite<P, H, S, F>(self, suite: &Suite<P>, start: S) -> Self
    where
        P: ?Sized + Send + Sync + 'static,
        H: Harness<Port = P>,
        S: Fn() -> F + Clone + Send + 'static,
        F: Future<Output = Result<H, Unavailable>>,
    {
        self.add(suite.name, suite, start)
    }

    /// As [`suite`](Self::suite), for a variant of the driver: `<variant>::<suite>::<case>`.
    #[must_use]
    pub fn variant<P, H, S, F>(self, variant: &str, suite: &Suite<P>, start: S) -> Self
    where
        P: ?Sized + Send + Sync + 'static,
        H: Harness<Port = P>,
        S: Fn() -> F + Clone + Send + 'static,
        F: Future<Output = Result<H, Unavailable>>,
    {
        self.add(&format!("{variant}::{}", suite.name), suite, start)
    }

    /// Runs what the command line asks for, with the arguments and the output of Rust's own test binaries.
    #[must_use]
    pub fn main(self) -> ExitCode {
        libtest_mimic::run(&Arguments::from_args(), self.trials).exit_code()
    }

    fn add<P, H, S, F>(mut self, prefix: &str, suite: &Suite<P>, start: S) -> Self
    where
        P: ?Sized + Send + Sync + 'static,
        H: Harness<Port = P>,
        S: Fn() -> F + Clone + Send + 'static,
        F: Future<Output = Result<H, Unavailable>>,
    {
        self.trials.extend(suite.cases.iter().map(|case| {
            let start = start.clone();
            Trial::ignorable_test(format!("{prefix}::{}", case.name), move || match case.run_on(&start) {
                Verdict::Passed => Ok(Completion::Completed),
                Verdict::Failed(why) => Err(Failed::from(why)),
                Verdict::Skipped(why) => Ok(Completion::ignored_with(why)),
                Verdict::Absent(what) if services_are_required() => {
                    Err(Failed::from(format!("{what}; {REQUIRE_SERVICES} says that every service must be there")))
                }
                Verdict::Absent(what) => Ok(Completion::ignored_with(what)),
            })
        }));
        self
    }
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.trials.iter().map(Trial::name)).finish()
    }
}

fn services_are_required() -> bool {
    std::env::var_os(REQUIRE_SERVICES).is_some_and(|value| value == "1")
}

// === impl Case ===

impl<P: ?Sized + Send + Sync> Case<P> {
    /// Runs the case on a harness from `start`, on a runtime of its own. Call it outside any runtime.
    pub fn run_on<H, S, F>(&self, start: S) -> Verdict
    where
        H: Harness<Port = P>,
        S: Fn() -> F,
        F: Future<Output = Result<H, Unavailable>>,
    {
        // Two threads: a port that is only right on one would pass otherwise.
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(error) => return Verdict::Failed(format!("no runtime for the case: {error}")),
        };
        let skipped = Arc::new(OnceLock::new());
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            runtime.block_on(async {
                let harness = start().await?;
                (self.run)(Cx::new(Arc::new(harness), self.name, Arc::clone(&skipped))).await;
                Ok(())
            })
        }));
        match outcome {
            Ok(Ok(())) => skipped.get().map_or(Verdict::Passed, |reason| Verdict::Skipped(reason.clone())),
            Ok(Err(what)) => Verdict::Absent(what),
            Err(panic) => Verdict::Failed(
                panic
                    .downcast_ref::<String>()
                    .map(String::as_str)
                    .or_else(|| panic.downcast_ref::<&str>().copied())
                    .unwrap_or("the case panicked")
                    .to_owned(),
            ),
        }
    }
}
