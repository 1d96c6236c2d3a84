//! The permissions of one attempt, as questions.

use std::net::IpAddr;

use nebula_ports::model::{
    CapabilityKind, Failure, FailureKind, Grant, HostPattern, NetGrant, PathGrant, Permissions, PortPattern,
    ProgramGrant,
};

use crate::{address::why_not_public, denied::denied};

/// What one attempt may do.
#[derive(Debug)]
pub(crate) struct Permit(Permissions);

/// The direction of a file's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

// === impl Permit ===

impl Permit {
    pub(crate) const fn new(permissions: Permissions) -> Self {
        Self(permissions)
    }

    fn net(&self) -> impl Iterator<Item = &NetGrant> {
        self.0.items.iter().filter_map(|grant| match grant {
            Grant::Net(net) => Some(net),
            _ => None,
        })
    }

    /// Whether a host, as the URL names it, may be talked to at all. Asked before the name is resolved, so that a name
    /// that is not granted does not even reach a name server.
    pub(crate) fn host(&self, host: &str, port: u16) -> Result<(), Failure> {
        if self.net().any(|grant| grant.matches(host, port)) {
            return Ok(());
        }
        let grant = host.parse().map_or_else(
            |_| format!("net:{host}:{port}"),
            |host| Grant::Net(NetGrant { host, port: PortPattern::Port(port) }).to_string(),
        );
        Err(denied("capability.net", format!("talking to {host} port {port} is not granted"), grant))
    }

    /// Whether an address may be connected to: it is public, or granted by itself.
    pub(crate) fn address(&self, host: &str, port: u16, address: IpAddr) -> Result<(), Failure> {
        match why_not_public(address) {
            Some(reason) if !self.net().any(|grant| grant.matches_address(address, port)) => {
                Err(Self::address_denied(host, port, address, reason))
            }
            _ => Ok(()),
        }
    }

    /// Whether any grant could ever allow an address that is not public.
    pub(crate) fn reaches_inward(&self, port: u16) -> bool {
        self.net().any(|grant| {
            grant.port.matches(port)
                && match &grant.host {
                    HostPattern::Network(..) => true,
                    HostPattern::Name(name) => name == "localhost",
                    HostPattern::Any | HostPattern::Suffix(_) => false,
                }
        })
    }

    /// The denial of an address that is not public.
    pub(crate) fn address_denied(host: &str, port: u16, address: IpAddr, reason: &str) -> Failure {
        let address = address.to_canonical();
        let full = if address.is_ipv4() { 32 } else { 128 };
        let grant = Grant::Net(NetGrant { host: HostPattern::Network(address, full), port: PortPattern::Port(port) });
        let subject = if host.parse() == Ok(address) {
            format!("{address} port {port} is")
        } else {
            format!("{host} port {port} leads to {address},")
        };
        let message = format!("{subject} not a public address ({reason}), and it is not granted by itself");
        denied("capability.net", message, grant)
    }

    /// The folders and files granted for an access.
    pub(crate) fn paths(&self, access: Access) -> impl Iterator<Item = &PathGrant> {
        self.0.items.iter().filter_map(move |grant| match (grant, access) {
            (Grant::FsRead(path), Access::Read) | (Grant::FsWrite(path), Access::Write) => Some(path),
            _ => None,
        })
    }

    /// Where relative paths start.
    pub(crate) fn base_dir(&self) -> Option<&str> {
        self.0.base_dir.as_deref()
    }

    /// The grant under which a program may be run.
    pub(crate) fn program(&self, wanted: &ProgramGrant) -> Option<&ProgramGrant> {
        let programs = self.0.items.iter().filter_map(|grant| match grant {
            Grant::Exec(program) => Some(program),
            _ => None,
        });
        programs.into_iter().find(|program| program.allows(wanted))
    }

    /// Whether the action declares what has no bounds.
    pub(crate) fn declared(&self, kind: CapabilityKind) -> Result<(), Failure> {
        if self.0.declared.contains(&kind) {
            return Ok(());
        }
        let code = format!("capability.{kind}");
        Err(Failure::new(FailureKind::Denied, code, format!("the action does not declare `{kind}`"))
            .with_help(format!("add `{kind}` to its `capabilities(..)`")))
    }

    /// Whether a variable may be read.
    pub(crate) fn env(&self, name: &str) -> Result<(), Failure> {
        if self.0.items.iter().any(|grant| matches!(grant, Grant::Env(own) if own == name)) {
            return Ok(());
        }
        let message = format!("reading the environment variable `{name}` is not granted");
        Err(denied("capability.env", message, Grant::Env(name.to_owned())))
    }
}

// === impl Access ===

impl Access {
    /// The code of a denial.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Read => "capability.fs_read",
            Self::Write => "capability.fs_write",
        }
    }

    /// The grant that would allow `path`.
    pub(crate) fn grant(self, path: &str) -> Grant {
        match self {
            Self::Read => Grant::FsRead(PathGrant::new(path)),
            Self::Write => Grant::FsWrite(PathGrant::new(path)),
        }
    }

    pub(crate) const fn verb(self) -> &'static str {
        match self {
            Self::Read => "reading",
            Self::Write => "writing",
        }
    }
}
