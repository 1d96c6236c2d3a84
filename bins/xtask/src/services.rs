//! Services that tests need: started for the run where none is named, and ended with it.

use std::path::Path;

use nebula_postgres_server::{Durability, Server, VARIABLE};

use crate::{console, process::Program};

/// What a bare machine lacks, where we may install it.
const INSTALL: &str = r#"
[ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql-15 \
    || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql"#;

/// The services of one run.
pub(crate) struct Services {
    /// `None` when it is somebody else's, or there is none.
    postgres: Option<Server>,
}

/// Makes sure that PostgreSQL's programs are there, where that is in our power.
pub(crate) fn install_postgres(root: &Path) {
    if nebula_postgres_server::is_installed() {
        return;
    }
    if let Err(error) = Program::shell(root, INSTALL).run() {
        console::line(format_args!("note: PostgreSQL is missing and cannot be installed: {error}"));
    }
}

// === impl Services ===

impl Services {
    /// Starts what is missing; `install` allows to get it from the system's packages. What is not to be had is said, and the
    /// tests that need it then say so too.
    pub(crate) fn start(root: &Path, install: bool) -> Self {
        if std::env::var_os(VARIABLE).is_some_and(|url| !url.is_empty()) {
            return Self { postgres: None };
        }
        if install {
            install_postgres(root);
        }
        match Server::start(Durability::None) {
            Ok(server) => Self { postgres: Some(server) },
            Err(absent) => {
                console::line(format_args!("note: there is no PostgreSQL for the tests: {absent}"));
                Self { postgres: None }
            }
        }
    }

    /// Tells a program where they are.
    pub(crate) fn tell(&self, program: Program) -> Program {
        match &self.postgres {
            Some(server) => program.env(VARIABLE, &server.url()),
            None => program,
        }
    }
}
