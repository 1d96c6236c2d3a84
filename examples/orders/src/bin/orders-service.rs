//! The order service alone, for `nebula run examples/orders/orders.yaml`: `orders-service [PORT]`, 0 = any free one.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use nebula_orders::OrderService;

/// The port that `orders.yaml` looks at unless its input says otherwise.
const PORT: &str = "4100";

fn main() -> ExitCode {
    let argument = std::env::args().nth(1).unwrap_or_else(|| PORT.to_owned());
    let Ok(port) = argument.parse() else {
        let _ = writeln!(io::stderr(), "error: `{argument}` is no port: write a number from 0 to 65535");
        return ExitCode::from(2);
    };
    match serve(port) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: the service ended: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(port: u16) -> io::Result<()> {
    let service = OrderService::start(port, 2)?;
    writeln!(io::stdout(), "orders at {}, effects at {}/effects", service.url(), service.url())?;
    service.wait()
}
