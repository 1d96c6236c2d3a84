//! The formats of strings that schemas name.

use smol_str::SmolStr;

/// What a string looks like, as JSON Schema names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextFormat {
    /// A moment, as in RFC 3339.
    DateTime,
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// A length of time, as in ISO 8601.
    Duration,
    /// An e-mail address.
    Email,
    /// An absolute URI.
    Uri,
    /// A UUID.
    Uuid,
    /// An IPv4 address.
    Ipv4,
    /// An IPv6 address.
    Ipv6,
    /// The name of a host.
    Hostname,
    /// `contentEncoding: base64`, or the format `byte`.
    Base64,
    /// A format of which only the name is known.
    Other(SmolStr),
}

/// Longer names of formats are cut off: they are shown, and compared with one another, never looked up.
const LONGEST_NAME: usize = 64;

impl TextFormat {
    /// The format a schema calls `name`.
    pub fn named(name: &str) -> Self {
        match name {
            "date-time" => Self::DateTime,
            "date" => Self::Date,
            "time" => Self::Time,
            "duration" => Self::Duration,
            "email" => Self::Email,
            "uri" => Self::Uri,
            "uuid" => Self::Uuid,
            "ipv4" => Self::Ipv4,
            "ipv6" => Self::Ipv6,
            "hostname" => Self::Hostname,
            "byte" | "base64" => Self::Base64,
            other => Self::Other(SmolStr::new(&other[..other.floor_char_boundary(LONGEST_NAME)])),
        }
    }

    /// The name in a schema.
    pub fn name(&self) -> &str {
        match self {
            Self::DateTime => "date-time",
            Self::Date => "date",
            Self::Time => "time",
            Self::Duration => "duration",
            Self::Email => "email",
            Self::Uri => "uri",
            Self::Uuid => "uuid",
            Self::Ipv4 => "ipv4",
            Self::Ipv6 => "ipv6",
            Self::Hostname => "hostname",
            Self::Base64 => "base64",
            Self::Other(name) => name,
        }
    }
}
