//! Which hosts a network grant means.

use std::{fmt, net::IpAddr, str::FromStr};

use super::InvalidGrant;

/// A set of hosts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum HostPattern {
    /// Every public host; never an address that is not public.
    Any,
    /// One name, lower case.
    Name(String),
    /// Every name that ends with this, which starts with a dot: `*.example.com`.
    Suffix(String),
    /// Addresses with this prefix; a single address has its full length.
    Network(IpAddr, u8),
}

/// One port or all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PortPattern {
    /// All ports.
    Any,
    /// This one.
    Port(u16),
}

/// `HOST:PORT`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NetGrant {
    /// The hosts.
    pub host: HostPattern,
    /// The ports.
    pub port: PortPattern,
}

// === impl HostPattern ===

impl HostPattern {
    /// Whether a host as written in a URL (a name, or an address without brackets) is meant.
    #[must_use]
    pub fn matches_host(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        match self {
            Self::Any => true,
            Self::Name(name) => *name == host,
            Self::Suffix(suffix) => host.len() > suffix.len() && host.ends_with(suffix.as_str()),
            Self::Network(..) => host.parse().is_ok_and(|address| self.matches_address(address)),
        }
    }

    /// Whether the address itself is meant: a network that holds it, or `localhost` for loopback. Only this allows an
    /// address that is not public, so that a public name which resolves inward opens nothing.
    #[must_use]
    pub fn matches_address(&self, address: IpAddr) -> bool {
        match self {
            Self::Any | Self::Suffix(_) => false,
            Self::Name(name) => name == "localhost" && address.to_canonical().is_loopback(),
            Self::Network(network, prefix) => same_prefix(network.to_canonical(), address.to_canonical(), *prefix),
        }
    }

    fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, Self::Any | Self::Name(_) | Self::Suffix(_)) => true,
            (Self::Name(a), Self::Name(b)) => a == b,
            (Self::Suffix(suffix), Self::Name(name)) => name.len() > suffix.len() && name.ends_with(suffix.as_str()),
            (Self::Suffix(a), Self::Suffix(b)) => b.ends_with(a.as_str()),
            (Self::Network(network, prefix), Self::Network(inner, inner_prefix)) => {
                inner_prefix >= prefix && same_prefix(*network, *inner, *prefix)
            }
            _ => false,
        }
    }
}

fn same_prefix(a: IpAddr, b: IpAddr, prefix: u8) -> bool {
    fn bits(address: IpAddr) -> (u128, u32) {
        match address {
            IpAddr::V4(v4) => (u128::from(v4.to_bits()) << 96, 32),
            IpAddr::V6(v6) => (v6.to_bits(), 128),
        }
    }
    let ((a, width), (b, other_width)) = (bits(a), bits(b));
    let prefix = u32::from(prefix).min(width);
    width == other_width && (prefix == 0 || (a ^ b) >> (128 - prefix) == 0)
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("*"),
            Self::Name(name) => f.write_str(name),
            Self::Suffix(suffix) => write!(f, "*{suffix}"),
            Self::Network(address, prefix) => {
                let full = if address.is_ipv4() { 32 } else { 128 };
                let (open, close) = if address.is_ipv6() { ("[", "]") } else { ("", "") };
                if *prefix == full {
                    write!(f, "{open}{address}{close}")
                } else {
                    write!(f, "{open}{address}/{prefix}{close}")
                }
            }
        }
    }
}

impl FromStr for HostPattern {
    type Err = InvalidGrant;

    fn from_str(text: &str) -> Result<Self, InvalidGrant> {
        let invalid = || {
            InvalidGrant::new(format!(
                "`{text}` is no host: write a name, `*.name`, `*`, an address or a network such as `10.0.0.0/8`"
            ))
        };
        let bare = text.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(text);
        if bare == "*" {
            return Ok(Self::Any);
        }
        if let Ok(address) = bare.parse::<IpAddr>() {
            return Ok(Self::Network(address, if address.is_ipv4() { 32 } else { 128 }));
        }
        if let Some((address, prefix)) = bare.split_once('/') {
            let address: IpAddr = address.parse().map_err(|_| invalid())?;
            let prefix: u8 = prefix.parse().map_err(|_| invalid())?;
            let full = if address.is_ipv4() { 32 } else { 128 };
            return if prefix <= full { Ok(Self::Network(address, prefix)) } else { Err(invalid()) };
        }
        let (suffix, name) = bare.strip_prefix("*.").map_or((false, bare), |name| (true, name));
        let is_label = |label: &str| {
            !label.is_empty()
                && label.len() <= 63
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        if name.is_empty() || name.len() > 253 || !name.split('.').all(is_label) {
            return Err(invalid());
        }
        let name = name.to_ascii_lowercase();
        Ok(if suffix { Self::Suffix(format!(".{name}")) } else { Self::Name(name) })
    }
}

// === impl NetGrant ===

impl NetGrant {
    /// Whether a connection to `host` (as written) and `port` is meant.
    #[must_use]
    pub fn matches(&self, host: &str, port: u16) -> bool {
        self.port.matches(port) && self.host.matches_host(host)
    }

    /// Whether the address is meant by itself, see [`HostPattern::matches_address`].
    #[must_use]
    pub fn matches_address(&self, address: IpAddr, port: u16) -> bool {
        self.port.matches(port) && self.host.matches_address(address)
    }

    pub(super) fn covers(&self, other: &Self) -> bool {
        self.host.covers(&other.host) && (self.port == PortPattern::Any || self.port == other.port)
    }
}

impl PortPattern {
    /// Whether this port is meant.
    #[must_use]
    pub fn matches(self, port: u16) -> bool {
        match self {
            Self::Any => true,
            Self::Port(own) => own == port,
        }
    }
}

impl fmt::Display for NetGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            PortPattern::Any => write!(f, "{}:*", self.host),
            PortPattern::Port(port) => write!(f, "{}:{port}", self.host),
        }
    }
}

impl FromStr for NetGrant {
    type Err = InvalidGrant;

    fn from_str(text: &str) -> Result<Self, InvalidGrant> {
        let (host, port) = text.rsplit_once(':').filter(|(host, _)| !host.is_empty()).ok_or_else(|| {
            InvalidGrant::new(format!("`net:{text}` names no port: write `net:{text}:443`, or `net:{text}:*` for all"))
        })?;
        let port = match port {
            "*" => PortPattern::Any,
            number => PortPattern::Port(number.parse().map_err(|_| {
                InvalidGrant::new(format!("`{number}` is no port: write a number up to 65535, or `*`"))
            })?),
        };
        Ok(Self { host: host.parse()?, port })
    }
}
