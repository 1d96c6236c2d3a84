//! What a call may hold: texts that reach the program as they are, and an environment that does not change which code runs.

use nebula_ports::{
    host::ProgramCall,
    model::{Failure, FailureKind},
};

/// Refuses what no program could be given, and what would load other code into it.
pub(super) fn check(call: &ProgramCall) -> Result<(), Failure> {
    let invalid =
        |message: String| Err(Failure::new(FailureKind::Invalid, "exec.invalid_call", message).before_effect());
    if call.args.iter().any(|arg| arg.contains('\0')) {
        return invalid(format!("an argument of `{}` holds a zero byte", call.program));
    }
    for (name, value) in &call.env {
        if name.is_empty() || name.contains(['=', '\0']) || value.contains('\0') {
            return invalid(format!(
                "`{}` is no variable of an environment, or its value no text",
                name.escape_debug()
            ));
        }
        if is_of_the_loader(name) {
            let message = format!("the variable `{name}` lets other code run than the program that is granted");
            return Err(Failure::new(FailureKind::Denied, "capability.exec", message)
                .with_help("grant a program that does what is wanted, and leave the variable out")
                .before_effect());
        }
    }
    Ok(())
}

fn is_of_the_loader(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    name.starts_with("LD_") || name.starts_with("DYLD_")
}
