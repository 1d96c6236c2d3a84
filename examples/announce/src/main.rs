//! The command `nebula` with the trigger in it: `plan examples/announce/announce.yaml`.

use nebula_sdk::Registry;

fn main() -> std::process::ExitCode {
    nebula_cli::main_with(Registry::new().with::<nebula_announce::NewLines>())
}
