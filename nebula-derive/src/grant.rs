//! Bounds of capabilities, checked while compiling. The same language as `nebula_ports::model::Grant`, which reads the
//! text again at run time; a test in nebula-sdk holds the two together.

use std::net::IpAddr;

/// Why `text` is no `HOST:PORT`, if it is none.
pub(crate) fn net(text: &str) -> Result<(), String> {
    if text.contains("://") {
        return Err("a host and a port are wanted, not a URL: write \"example.com:443\"".to_owned());
    }
    let Some((host, port)) = text.rsplit_once(':').filter(|(host, _)| !host.is_empty()) else {
        return Err(format!("the port is missing: write \"{text}:443\", or \"{text}:*\" for all ports"));
    };
    if port != "*" && port.parse::<u16>().is_err() {
        return Err(format!("`{port}` is no port: write a number up to 65535, or `*`"));
    }
    let bare = host.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(host);
    if bare == "*" || bare.parse::<IpAddr>().is_ok() || is_network(bare) || is_name(bare) {
        Ok(())
    } else {
        Err(format!("`{host}` is no host: write a name, `*.name`, `*`, an address or a network such as `10.0.0.0/8`"))
    }
}

/// Why `text` is no path, if it is none.
pub(crate) fn path(text: &str) -> Result<(), String> {
    if text.is_empty() {
        Err("a path is wanted: write \"/data\", or \".\" for the base folder of the run".to_owned())
    } else if text.split('/').any(|part| part == "..") {
        Err("a path with `..` allows nothing: name the folder itself".to_owned())
    } else {
        Ok(())
    }
}

/// Why `text` is no name of an environment variable, if it is none.
pub(crate) fn env(text: &str) -> Result<(), String> {
    if text.is_empty() || text.contains(['=', '\0', ' ']) {
        Err("the name of an environment variable is wanted, as in \"HOME\"".to_owned())
    } else {
        Ok(())
    }
}

/// Why `text` is no program, if it is none.
pub(crate) fn program(text: &str) -> Result<(), String> {
    let is_part = |part: &str| !part.is_empty() && part != "." && part != "..";
    let parts = text.strip_prefix('/').unwrap_or(text);
    if text.contains('/') && !text.starts_with('/') {
        Err("where a relative path leads, nobody knows: write the name of the program, or its whole path".to_owned())
    } else if text.contains(char::is_control) || !parts.split('/').all(is_part) {
        Err("the name of a program is wanted, as in \"git\", or its whole path without `.` and `..`, as in \
             \"/usr/bin/git\""
            .to_owned())
    } else if text.contains(char::is_whitespace) && !text.starts_with('/') {
        let word = text.split_whitespace().next().unwrap_or_default();
        Err(format!("the program alone is wanted, without arguments: write \"{word}\""))
    } else {
        Ok(())
    }
}

fn is_network(text: &str) -> bool {
    text.split_once('/').is_some_and(|(address, prefix)| match (address.parse::<IpAddr>(), prefix.parse::<u8>()) {
        (Ok(address), Ok(prefix)) => prefix <= if address.is_ipv4() { 32 } else { 128 },
        _ => false,
    })
}

fn is_name(text: &str) -> bool {
    let name = text.strip_prefix("*.").unwrap_or(text);
    !name.is_empty()
        && name.len() <= 253
        && name.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        })
}

#[cfg(test)]
mod tests;
