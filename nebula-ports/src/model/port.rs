//! Ports: where connections begin.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use smol_str::SmolStr;

use super::{InvalidId, NodeId, PortName};

/// Where a connection begins: a node, as in `review`, or one of its ports, as in `review.approved`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PortRef {
    /// The node.
    pub node: NodeId,
    /// The port; absent = whenever the node has ended well.
    pub port: Option<PortName>,
}

// === impl PortName ===

impl PortName {
    /// The port by which a node's failure goes on, when the node says `on_error: route`.
    pub const ERROR: &'static str = "error";

    /// Whether it is the port of failures.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.as_str() == Self::ERROR
    }
}

// === impl PortRef ===

impl PortRef {
    /// A port of a node.
    #[must_use]
    pub const fn of(node: NodeId, port: PortName) -> Self {
        Self { node, port: Some(port) }
    }
}

impl From<NodeId> for PortRef {
    fn from(node: NodeId) -> Self {
        Self { node, port: None }
    }
}

impl fmt::Display for PortRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.node, f)?;
        match &self.port {
            Some(port) => write!(f, ".{port}"),
            None => Ok(()),
        }
    }
}

impl FromStr for PortRef {
    type Err = InvalidId;

    /// A node's name has no dot, so the first one ends it.
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        match text.split_once('.') {
            Some((node, port)) => Ok(Self::of(NodeId::new(node)?, PortName::new(port)?)),
            None => NodeId::new(text).map(Self::from),
        }
    }
}

impl Serialize for PortRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PortRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        SmolStr::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests;
