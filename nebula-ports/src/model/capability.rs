//! What an action says it needs, what a run grants, and what results: nothing undeclared, nothing ungranted.
//!
//! Text forms, in manifests and on the command line: `net:HOST:PORT` (host: a name, `*.name`, `*`, an address or a
//! network `10.0.0.0/8`; port: a number or `*`), `fs_read:PATH`, `fs_write:PATH` (the folder and all below it), `env:NAME`,
//! `exec:PROGRAM` (a name, or an absolute path).
//!
//! `blob`, `random` and `wall_clock` have no bounds and take no grant: they reach nothing that a run could be kept from. They
//! are declared, so that who reads a manifest knows that the action gives something else each time, or stores content.

mod host;
mod path;
mod program;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

pub use host::{HostPattern, NetGrant, PortPattern};
pub use path::PathGrant;
pub use program::ProgramGrant;

/// The sorts of capability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CapabilityKind {
    /// Talking to a host.
    Net,
    /// Reading files.
    FsRead,
    /// Writing files.
    FsWrite,
    /// Reading an environment variable.
    Env,
    /// Running a program.
    Exec,
    /// Storing content, and reading what the input names. Declared, never granted.
    Blob,
    /// Random numbers. Declared, never granted.
    Random,
    /// The time of day. Declared, never granted.
    WallClock,
}

/// Something granted: a kind with its bounds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Grant {
    /// Talking to these hosts.
    Net(NetGrant),
    /// Reading below this folder.
    FsRead(PathGrant),
    /// Writing below this folder.
    FsWrite(PathGrant),
    /// Reading this variable.
    Env(String),
    /// Running this program.
    Exec(ProgramGrant),
}

/// Where the bounds of a request come from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Fixed by the action's author: exactly this.
    Exact(Grant),
    /// The value of a parameter, by JSON pointer (a URL, a path, a name): the grants decide.
    Parameter(String),
    /// Nowhere: the sort has no bounds, and no grant is needed.
    Declared,
}

/// One need of an action.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CapabilityRequest {
    /// The sort.
    pub kind: CapabilityKind,
    /// Its bounds.
    pub target: Target,
}

/// All that an action may ever ask for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct CapabilityManifest(pub Vec<CapabilityRequest>);

/// What a run is allowed. Recorded when it starts and the same until it ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Grants {
    /// What is granted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Grant>,
    /// The folder that relative paths start from, absolute; absent = relative paths are refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_dir: Option<String>,
}

/// What one attempt may do: its manifest cut down to what was granted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Permissions {
    /// Allowed, each with its bounds.
    pub items: Vec<Grant>,
    /// Sorts without bounds that the action declares.
    pub declared: Vec<CapabilityKind>,
    /// Where relative paths start.
    pub base_dir: Option<String>,
}

/// A need that no grant meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denial {
    /// The sort.
    pub kind: CapabilityKind,
    /// What was wanted, in words.
    pub wanted: String,
    /// The grant that would allow it, in its text form.
    pub grant: String,
}

/// A text is no grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidGrant {
    message: String,
}

// === impl CapabilityKind ===

impl CapabilityKind {
    /// All kinds.
    pub const ALL: [Self; 8] =
        [Self::Net, Self::FsRead, Self::FsWrite, Self::Env, Self::Exec, Self::Blob, Self::Random, Self::WallClock];

    /// The word used in grants and attributes.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Net => "net",
            Self::FsRead => "fs_read",
            Self::FsWrite => "fs_write",
            Self::Env => "env",
            Self::Exec => "exec",
            Self::Blob => "blob",
            Self::Random => "random",
            Self::WallClock => "wall_clock",
        }
    }

    /// Whether a run has to be granted it. What is only declared has no bounds and no grant.
    #[must_use]
    pub const fn needs_grant(self) -> bool {
        !matches!(self, Self::Blob | Self::Random | Self::WallClock)
    }
}

impl fmt::Display for CapabilityKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

// === impl Grant ===

impl Grant {
    /// The sort.
    #[must_use]
    pub const fn kind(&self) -> CapabilityKind {
        match self {
            Self::Net(_) => CapabilityKind::Net,
            Self::FsRead(_) => CapabilityKind::FsRead,
            Self::FsWrite(_) => CapabilityKind::FsWrite,
            Self::Env(_) => CapabilityKind::Env,
            Self::Exec(_) => CapabilityKind::Exec,
        }
    }

    /// Whether whatever `other` allows is allowed by this one too.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Net(a), Self::Net(b)) => a.covers(b),
            (Self::FsRead(a), Self::FsRead(b)) | (Self::FsWrite(a), Self::FsWrite(b)) => a.covers(b),
            (Self::Env(a), Self::Env(b)) => a == b,
            (Self::Exec(a), Self::Exec(b)) => a == b,
            _ => false,
        }
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.kind())?;
        match self {
            Self::Net(net) => fmt::Display::fmt(net, f),
            Self::FsRead(path) | Self::FsWrite(path) => f.write_str(path.as_str()),
            Self::Env(name) => f.write_str(name),
            Self::Exec(program) => f.write_str(program.as_str()),
        }
    }
}

impl FromStr for Grant {
    type Err = InvalidGrant;

    fn from_str(text: &str) -> Result<Self, InvalidGrant> {
        let invalid = |message: String| InvalidGrant { message };
        let is_declared = |kind: &CapabilityKind| !kind.needs_grant() && kind.as_str() == text;
        if let Some(kind) = CapabilityKind::ALL.iter().find(|kind| is_declared(kind)) {
            return Err(invalid(format!("`{kind}` is not granted: an action that declares it has it")));
        }
        let (kind, rest) = text.split_once(':').ok_or_else(|| {
            invalid(format!(
                "`{text}` is no grant: write `net:HOST:PORT`, `fs_read:PATH`, `fs_write:PATH`, `env:NAME` or `exec:PROGRAM`"
            ))
        })?;
        if rest.is_empty() {
            return Err(invalid(format!("`{text}` grants nothing: something must follow `{kind}:`")));
        }
        match kind {
            "net" => rest.parse().map(Self::Net),
            "fs_read" => Ok(Self::FsRead(PathGrant::new(rest))),
            "fs_write" => Ok(Self::FsWrite(PathGrant::new(rest))),
            "env" => Ok(Self::Env(rest.to_owned())),
            "exec" => ProgramGrant::new(rest).map(Self::Exec),
            other => Err(invalid(format!(
                "`{other}` is no capability: there are `net`, `fs_read`, `fs_write`, `env` and `exec`"
            ))),
        }
    }
}

impl Serialize for Grant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Grant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

// === impl CapabilityManifest ===

impl CapabilityManifest {
    /// Whether it asks for nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Cuts the manifest down to what is granted: a fixed need must be covered by a grant, a need that a parameter
    /// decides takes all grants of its kind.
    ///
    /// # Errors
    /// Every [`Denial`]: a fixed need without its grant, or a parameter's need without any grant of its kind.
    pub fn permissions(&self, grants: &Grants) -> Result<Permissions, Vec<Denial>> {
        let mut items = Vec::new();
        let mut declared = Vec::new();
        let mut denials = Vec::new();
        for request in &self.0 {
            match &request.target {
                Target::Exact(need) => {
                    let met = grants.meeting(need);
                    if met.is_empty() {
                        denials.push(Denial { kind: request.kind, wanted: need.to_string(), grant: need.to_string() });
                    }
                    items.extend(met);
                }
                Target::Parameter(pointer) => {
                    let before = items.len();
                    items.extend(grants.items.iter().filter(|grant| grant.kind() == request.kind).cloned());
                    if items.len() == before {
                        denials.push(Denial {
                            kind: request.kind,
                            wanted: format!("{} for the parameter `{pointer}`", request.kind),
                            grant: request.kind.example().to_owned(),
                        });
                    }
                }
                Target::Declared => declared.push(request.kind),
            }
        }
        if denials.is_empty() {
            Ok(Permissions { items, declared, base_dir: grants.base_dir.clone() })
        } else {
            Err(denials)
        }
    }
}

// === impl Grants ===

impl Grants {
    /// What of a need is granted: the need itself when a grant covers it; the paths that are granted for a program that is
    /// needed by its name; else nothing.
    #[must_use]
    pub fn meeting(&self, need: &Grant) -> Vec<Grant> {
        if self.items.iter().any(|grant| grant.covers(need)) {
            return vec![need.clone()];
        }
        let is_place = |grant: &&Grant| match (grant, need) {
            (Grant::Exec(program), Grant::Exec(wanted)) => program.allows(wanted),
            _ => false,
        };
        self.items.iter().filter(is_place).cloned().collect()
    }
}

impl CapabilityKind {
    /// The general form of a grant of this kind; the bare word of what is only declared.
    #[must_use]
    pub const fn example(self) -> &'static str {
        match self {
            Self::Net => "net:HOST:PORT",
            Self::FsRead => "fs_read:PATH",
            Self::FsWrite => "fs_write:PATH",
            Self::Env => "env:NAME",
            Self::Exec => "exec:PROGRAM",
            Self::Blob | Self::Random | Self::WallClock => self.as_str(),
        }
    }
}

// === impl InvalidGrant ===

impl InvalidGrant {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

impl fmt::Display for InvalidGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for InvalidGrant {}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not granted", self.wanted)
    }
}

impl std::error::Error for Denial {}

#[cfg(test)]
mod tests;
