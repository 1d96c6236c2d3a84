//! Runs `orders.yaml` against the bundled service, all in this process. Notice:
//!
//! - `reserve` is refused twice (503) and repeated by its `retry`; the table at the end shows 3 calls with one key and
//!   one effect;
//! - the total is above 100, so `discount` runs and `full-price` is skipped;
//! - `charge` is idempotent and would be repeated after a crash with the same key; `notify` is not, and never is
//!   repeated without somebody's decision;
//! - the run may talk to the service only because `--grant` says so.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use nebula_orders::{Effect, OrderService};
use serde_json::json;

fn main() -> ExitCode {
    let service = match OrderService::start(0, 2) {
        Ok(service) => service,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: the service does not start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let order = std::env::args().nth(1).unwrap_or_else(|| "A-1001".to_owned());
    let arguments = [
        "nebula",
        "run",
        concat!(env!("CARGO_MANIFEST_DIR"), "/orders.yaml"),
        "--input",
        &json!({ "order_id": order, "service": service.url() }).to_string(),
        "--grant",
        &format!("net:{}", service.address()),
    ];
    let exit = nebula_cli::main_with_args(arguments, []);
    // A closed pipe is no reason to fail.
    let _ = print(&service.effects());
    exit
}

fn print(effects: &[Effect]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "\n{:<10} {:<18} {:>5} {:>8}", "endpoint", "idempotency key", "calls", "effects")?;
    for Effect { endpoint, key, calls, effects } in effects {
        let key = if key.is_empty() { "-".to_owned() } else { format!("{}…", &key[..key.len().min(16)]) };
        writeln!(out, "{endpoint:<10} {key:<18} {calls:>5} {effects:>8}")?;
    }
    Ok(())
}
