//! What actions need against what is granted; a denial prints the option that would grant it.

use std::{
    collections::HashSet,
    net::IpAddr,
    path::{Path, PathBuf},
};

use nebula_ports::{
    diagnostic::{Diagnostic, Severity},
    model::{CapabilityKind, Grant, Grants, Node, ParameterValue, PathGrant, ProgramGrant, Target},
};
use serde_json::Value;

use super::{
    Policy, code, pointer,
    target::{HostPort, InvalidAddress, host_port, template_host_port},
};
use crate::catalogue::CatalogueEntry;

/// One node's needs.
pub(super) struct Needs<'n> {
    pub(super) node: &'n Node,
    /// Of the node in the definition.
    pub(super) index: usize,
    pub(super) entry: &'n CatalogueEntry,
    /// The parameters as far as they are known.
    pub(super) value: &'n Value,
    pub(super) unknown: &'n HashSet<String>,
    pub(super) policy: &'n Policy,
}

/// The value that decides the bounds of a need.
enum Decider<'n> {
    Literal(&'n Value),
    /// The schema's default, as the parameter is not given.
    Default(&'n Value),
    Unknown,
    /// The parameter is not given and has no default: nothing is needed.
    Absent,
}

impl Needs<'_> {
    /// Checks every need, and returns the hosts that are reached.
    pub(super) fn check(&self, found: &mut Vec<Diagnostic>) -> Vec<String> {
        let mut hosts = Vec::new();
        for request in &self.entry.action.descriptor().capabilities.0 {
            match &request.target {
                Target::Exact(need) => {
                    if let Grant::Net(net) = need {
                        hosts.push(net.to_string());
                    }
                    if self.policy.grants.meeting(need).is_empty() {
                        found.push(self.denied(
                            format!("/nodes/{}/action", self.index),
                            &need.to_string(),
                            &need.to_string(),
                        ));
                    }
                }
                Target::Parameter(parameter) => self.parameter(request.kind, parameter, &mut hosts, found),
                // No run is without it.
                Target::Declared => {}
            }
        }
        hosts
    }

    fn parameter(&self, kind: CapabilityKind, parameter: &str, hosts: &mut Vec<String>, found: &mut Vec<Diagnostic>) {
        let (value, at) = match self.decider(parameter) {
            Decider::Literal(value) => (value, format!("/nodes/{}/parameters{parameter}", self.index)),
            Decider::Default(value) => (value, format!("/nodes/{}/action", self.index)),
            Decider::Unknown => return self.decided_in_run(kind, parameter, hosts, found),
            Decider::Absent => return,
        };
        // Another type breaks the schema, which says so.
        let Some(text) = value.as_str() else { return };
        match kind {
            CapabilityKind::Net => self.net(text, at, hosts, found),
            CapabilityKind::FsRead | CapabilityKind::FsWrite => self.file(kind, text, at, found),
            CapabilityKind::Env => {
                let need = Grant::Env(text.to_owned());
                if !self.policy.grants.items.iter().any(|grant| grant.covers(&need)) {
                    found.push(self.denied(at, &format!("the variable `{text}`"), &need.to_string()));
                }
            }
            CapabilityKind::Exec => self.program(text, at, found),
            other => {
                if !self.has_any(other) {
                    found.push(self.denied(at, other.as_str(), other.example()));
                }
            }
        }
    }

    fn net(&self, text: &str, at: String, hosts: &mut Vec<String>, found: &mut Vec<Diagnostic>) {
        match host_port(text) {
            Ok(target) => {
                hosts.push(target.display());
                self.host(&target, at, found);
            }
            Err(error) => {
                let (message, help) = match error {
                    InvalidAddress::NoHost => {
                        ("there is no host in this address", "write it as in `https://example.com/path`")
                    }
                    InvalidAddress::NoPort => {
                        ("this address has no port", "write it as in `https://example.com/path` or `host:443`")
                    }
                };
                found
                    .push(Diagnostic::error(code::TARGET, at, message).with_node(self.node.id.clone()).with_help(help));
            }
        }
    }

    fn host(&self, target: &HostPort, at: String, found: &mut Vec<Diagnostic>) {
        if !reaches(&self.policy.grants, target) {
            let grant = format!("net:{}", target.display());
            found.push(self.denied(at, &format!("a connection to {}", target.display()), &grant));
        }
    }

    fn file(&self, kind: CapabilityKind, text: &str, at: String, found: &mut Vec<Diagnostic>) {
        let grants = &self.policy.grants;
        let refuse = |message: &str, help: String| {
            let severity = self.severity();
            Diagnostic { severity, ..Diagnostic::error(code::NOT_GRANTED, at.clone(), message) }
                .with_node(self.node.id.clone())
                .with_help(help)
        };
        if Path::new(text).components().any(|part| part == std::path::Component::ParentDir) {
            found.push(refuse("a path with `..` is never granted", "write the path without `..`".to_owned()));
            return;
        }
        let Some(path) = resolve(text, grants) else {
            if self.policy.grants_required {
                let message = "a relative path has no folder to start from in this run";
                found.push(refuse(message, "write an absolute path".to_owned()));
            } else {
                found.push(self.denied(at, &format!("`{text}`"), &format!("{kind}:{text}")));
            }
            return;
        };
        let is_granted = grants.items.iter().any(|grant| match (kind, grant) {
            (CapabilityKind::FsRead, Grant::FsRead(folder)) | (CapabilityKind::FsWrite, Grant::FsWrite(folder)) => {
                resolve(folder.as_str(), grants)
                    .is_some_and(|folder| PathGrant::new(folder.to_string_lossy()).contains(&path))
            }
            _ => false,
        });
        if !is_granted {
            let what = if kind == CapabilityKind::FsRead { "reading" } else { "writing" };
            found.push(self.denied(at, &format!("{what} `{text}`"), &format!("{kind}:{text}")));
        }
    }

    fn program(&self, text: &str, at: String, found: &mut Vec<Diagnostic>) {
        let wanted = match ProgramGrant::new(text) {
            Ok(wanted) => wanted,
            Err(error) => {
                let help = "write it as in `git` or `/usr/bin/git`";
                let message = error.to_string();
                found
                    .push(Diagnostic::error(code::TARGET, at, message).with_node(self.node.id.clone()).with_help(help));
                return;
            }
        };
        let is_granted = |grant: &Grant| matches!(grant, Grant::Exec(program) if program.allows(&wanted));
        if !self.policy.grants.items.iter().any(is_granted) {
            found.push(self.denied(at, &format!("the program `{text}`"), &format!("exec:{text}")));
        }
    }

    fn decided_in_run(
        &self,
        kind: CapabilityKind,
        parameter: &str,
        hosts: &mut Vec<String>,
        found: &mut Vec<Diagnostic>,
    ) {
        let at = format!("/nodes/{}/parameters{parameter}", self.index);
        if kind == CapabilityKind::Net {
            if let Some(target) = self.template(parameter).and_then(template_host_port) {
                hosts.push(target.display());
                self.host(&target, at, found);
                return;
            }
            hosts.push("parameter".to_owned());
        }
        if !self.has_any(kind) {
            let what = format!("`{kind}` for a value that only the run knows");
            found.push(self.denied(at, &what, kind.example()));
        }
    }

    fn decider(&self, parameter: &str) -> Decider<'_> {
        let above = parameter.match_indices('/').any(|(end, _)| end > 0 && self.unknown.contains(&parameter[..end]));
        if above || self.unknown.contains(parameter) {
            return Decider::Unknown;
        }
        if let Some(value) = self.value.pointer(parameter) {
            return Decider::Literal(value);
        }
        let mut schema = self.entry.input.schema();
        for piece in pointer::pieces(parameter) {
            match schema.get("properties").and_then(|properties| properties.get(&piece)) {
                Some(property) => schema = property,
                None => return Decider::Absent,
            }
        }
        schema.get("default").filter(|value| !value.is_null()).map_or(Decider::Absent, Decider::Default)
    }

    /// The source of the template that gives the parameter.
    fn template(&self, parameter: &str) -> Option<&str> {
        let mut pieces = pointer::pieces(parameter);
        let mut value = self.node.parameters.get(&pieces.next()?)?;
        for piece in pieces {
            value = match value {
                ParameterValue::Object(fields) => fields.get(&piece)?,
                ParameterValue::Array(items) => items.get(piece.parse::<usize>().ok()?)?,
                _ => return None,
            };
        }
        match value {
            ParameterValue::Template(source) => Some(source),
            _ => None,
        }
    }

    fn has_any(&self, kind: CapabilityKind) -> bool {
        self.policy.grants.items.iter().any(|grant| grant.kind() == kind)
    }

    fn severity(&self) -> Severity {
        if self.policy.grants_required { Severity::Error } else { Severity::Note }
    }

    fn denied(&self, at: String, wanted: &str, grant: &str) -> Diagnostic {
        let message = format!("`{}` needs {wanted}, which is not granted", self.node.action);
        Diagnostic { severity: self.severity(), ..Diagnostic::error(code::NOT_GRANTED, at, message) }
            .with_node(self.node.id.clone())
            .with_help(format!("--grant {}", shell_word(grant)))
    }
}

/// Whether a host may be reached.
pub(super) fn reaches(grants: &Grants, target: &HostPort) -> bool {
    // An address that is not public needs a grant that names it: `*` never means it.
    let address: Option<IpAddr> = target.host.parse().ok();
    let inward = address.filter(|address| !is_public(*address));
    grants.items.iter().any(|grant| match (grant, inward) {
        (Grant::Net(net), Some(address)) => net.matches_address(address, target.port),
        (Grant::Net(net), None) => net.matches(&target.host, target.port),
        _ => false,
    })
}

/// By name only, as the run does it: links are looked at where files are opened.
fn resolve(path: &str, grants: &Grants) -> Option<PathBuf> {
    let path = Path::new(path);
    if path.is_absolute() {
        return Some(path.to_owned());
    }
    grants.base_dir.as_ref().map(|base| Path::new(base).join(path))
}

fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            let is_shared = a == 100 && (64..128).contains(&b);
            !(v4.is_loopback()
                || v4.is_private()
                || v4.is_link_local()
                || v4.is_unspecified()
                || v4.is_broadcast()
                || v4.is_multicast()
                || is_shared)
        }
        IpAddr::V6(v6) => {
            let first = v6.segments()[0];
            let is_local = first & 0xfe00 == 0xfc00 || first & 0xffc0 == 0xfe80;
            !(v6.is_loopback() || v6.is_unspecified() || v6.is_multicast() || is_local)
        }
    }
}

/// As it can be pasted into a shell.
pub(super) fn shell_word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:[],@%+=".contains(c);
    if text.chars().all(is_plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
