//! From reqwest's errors to failures. URLs stay out of the texts: their queries may hold secrets.

use std::{error::Error, io};

use nebula_ports::model::{Failure, FailureKind};

use super::{
    dns::Target,
    pools::{NotPublic, Unresolved},
};
use crate::permit::Permit;

/// Why a request got no answer. `first`: nothing was sent for this exchange before.
pub(super) fn of(error: reqwest::Error, target: &Target, first: bool) -> Failure {
    let error = error.without_url();
    let Target { host, port, .. } = target;
    if let Some(NotPublic { address, reason }) = find(&error) {
        return Permit::address_denied(host, *port, *address, reason);
    }
    let failure = if let Some(Unresolved(error)) = find(&error) {
        unresolved(host, error)
    } else if error.is_connect() && error.is_timeout() {
        let message = format!("connecting to {host} port {port} took too long");
        Failure::new(FailureKind::Timeout, "http.connect_timeout", message).before_effect()
    } else if error.is_connect() {
        let message = format!("no connection to {host} port {port}: {}", root(&error));
        // Certificates and handshakes do not get better by asking again.
        let is_tls = chain(&error)
            .filter_map(|error| error.downcast_ref::<io::Error>())
            .any(|error| error.kind() == io::ErrorKind::InvalidData);
        let (kind, code) =
            if is_tls { (FailureKind::Permanent, "http.tls") } else { (FailureKind::Transient, "http.connect") };
        Failure::new(kind, code, message).before_effect()
    } else if error.is_builder() {
        let message = format!("the request cannot be sent: {}", root(&error));
        Failure::new(FailureKind::Invalid, "http.invalid_request", message).before_effect()
    } else {
        let message = format!("{host} port {port} did not answer: {}", root(&error));
        Failure::new(FailureKind::Transient, "http.no_answer", message)
    };
    if first { failure } else { Failure { before_effect: false, ..failure } }
}

/// The name has no address now.
pub(super) fn unresolved(host: &str, error: &io::Error) -> Failure {
    Failure::new(FailureKind::Transient, "http.dns", format!("the name {host} cannot be resolved: {error}"))
        .with_help("check the spelling of the host and the name server")
        .before_effect()
}

/// The answer began, and ended too early or in a wrong encoding.
pub(super) fn broken_body(error: reqwest::Error) -> Failure {
    let message = format!("the answer broke off: {}", root(&error.without_url()));
    Failure::new(FailureKind::Transient, "http.broken_body", message)
}

fn chain<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| cause(*error))
}

fn cause<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        // Its `source` would leave out the error that it wraps.
        Some(inner) => Some(inner),
        None => error.source(),
    }
}

fn find<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    chain(error).find_map(|error| error.downcast_ref())
}

/// The innermost cause, which is the one that says something.
fn root(error: &(dyn Error + 'static)) -> String {
    chain(error).last().map_or_else(String::new, ToString::to_string)
}
