//! The command `nebula` with the shop's actions in it: `plan examples/reminder/reminder.yaml`.

fn main() -> std::process::ExitCode {
    nebula_cli::main_with(nebula_reminder::registry())
}
