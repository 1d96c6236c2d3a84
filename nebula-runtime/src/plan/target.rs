//! Reading a host and a port out of what a parameter says.

/// A host as written, without brackets, and a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HostPort {
    pub(super) host: String,
    pub(super) port: u16,
}

/// What is wrong with an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum InvalidAddress {
    /// There is no host in it.
    NoHost,
    /// It names no port, and its scheme has no usual one.
    NoPort,
}

/// Host and port of a URL, or of `host:port`.
///
/// # Errors
/// [`InvalidAddress`].
pub(super) fn host_port(text: &str) -> Result<HostPort, InvalidAddress> {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (Some(scheme.trim().to_ascii_lowercase()), rest),
        None => (None, text),
    };
    // A backslash ends the authority too: that is how browsers and the URL standard read it.
    let authority = &rest[..rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len())];
    let address = authority.rsplit_once('@').map_or(authority, |(_, address)| address);
    let (host, port) = match address.strip_prefix('[') {
        Some(bracketed) => {
            let (host, rest) = bracketed.split_once(']').ok_or(InvalidAddress::NoHost)?;
            (host, rest.strip_prefix(':'))
        }
        None => match address.rsplit_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (address, None),
        },
    };
    if host.is_empty() || host.chars().any(char::is_whitespace) {
        return Err(InvalidAddress::NoHost);
    }
    let usual = match scheme.as_deref() {
        Some("http" | "ws") => Some(80),
        Some("https" | "wss") => Some(443),
        _ => None,
    };
    let port = match port {
        None | Some("") => usual.ok_or(InvalidAddress::NoPort)?,
        Some(port) => port.parse().map_err(|_| InvalidAddress::NoPort)?,
    };
    Ok(HostPort { host: host.to_ascii_lowercase(), port })
}

/// Host and port of a template whose text up to the first expression holds all of them.
pub(super) fn template_host_port(source: &str) -> Option<HostPort> {
    let prefix = source.split("{{").next()?;
    let (_, rest) = prefix.split_once("://")?;
    // Without what ends the authority, the expression could still add to it.
    rest.contains(['/', '\\', '?', '#']).then(|| host_port(prefix).ok()).flatten()
}

impl HostPort {
    /// `host:port`, with brackets where the host is an address with colons.
    pub(super) fn display(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

#[cfg(test)]
mod tests;
