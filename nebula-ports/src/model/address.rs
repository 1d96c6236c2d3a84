//! Where a node stands in a run: inside which item of which block.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use smol_str::SmolStr;

use super::NodeId;

/// A node of a run. `charge` is a node of the workflow itself; `orders[3]/charge` is the one that works on item 3 (from
/// 0) of the block `orders`; `enrich/fetch` is one of the workflow that `enrich` calls.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeAddress {
    blocks: Vec<BlockItem>,
    id: NodeId,
}

/// A block that a node is in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockItem {
    /// The block's node.
    pub block: NodeId,
    /// Which item, from 0; absent where a block has no items.
    pub item: Option<u32>,
}

/// A text is no address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidAddress {
    text: SmolStr,
}

// === impl NodeAddress ===

impl NodeAddress {
    /// A node inside blocks, the outermost first.
    #[must_use]
    pub const fn new(blocks: Vec<BlockItem>, id: NodeId) -> Self {
        Self { blocks, id }
    }

    /// The blocks it is in, the outermost first.
    #[must_use]
    pub fn blocks(&self) -> &[BlockItem] {
        &self.blocks
    }

    /// Its id.
    #[must_use]
    pub const fn id(&self) -> &NodeId {
        &self.id
    }

    /// The node of the block that it is in.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let (last, around) = self.blocks.split_last()?;
        Some(Self { blocks: around.to_vec(), id: last.block.clone() })
    }

    /// A node in an item of this one.
    #[must_use]
    pub fn inside(&self, item: Option<u32>, id: NodeId) -> Self {
        let mut blocks = self.blocks.clone();
        blocks.push(BlockItem { block: self.id.clone(), item });
        Self { blocks, id }
    }
}

impl From<NodeId> for NodeAddress {
    fn from(id: NodeId) -> Self {
        Self { blocks: Vec::new(), id }
    }
}

impl PartialEq<NodeId> for NodeAddress {
    fn eq(&self, id: &NodeId) -> bool {
        self.blocks.is_empty() && self.id == *id
    }
}

impl fmt::Display for NodeAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for BlockItem { block, item } in &self.blocks {
            match item {
                Some(item) => write!(f, "{block}[{item}]/")?,
                None => write!(f, "{block}/")?,
            }
        }
        fmt::Display::fmt(&self.id, f)
    }
}

impl FromStr for NodeAddress {
    type Err = InvalidAddress;

    fn from_str(text: &str) -> Result<Self, InvalidAddress> {
        let invalid = || InvalidAddress { text: text.into() };
        let mut parts = text.rsplit('/');
        let id = parts.next().and_then(|id| NodeId::new(id).ok()).ok_or_else(invalid)?;
        let block = |part: &str| {
            let (block, item) = match part.strip_suffix(']').map(|part| part.split_once('[')) {
                None => (part, None),
                Some(Some((block, item))) if item == "0" || !item.starts_with(['0', '+']) => {
                    (block, Some(item.parse().ok()?))
                }
                Some(_) => return None,
            };
            Some(BlockItem { block: NodeId::new(block).ok()?, item })
        };
        let mut blocks = parts.map(|part| block(part).ok_or_else(invalid)).collect::<Result<Vec<_>, _>>()?;
        blocks.reverse();
        Ok(Self { blocks, id })
    }
}

impl Serialize for NodeAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.blocks.is_empty() {
            return self.id.serialize(serializer);
        }
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for NodeAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        SmolStr::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

// === impl InvalidAddress ===

impl fmt::Display for InvalidAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no address of a node: write it as in `charge` or `orders[3]/charge`", self.text)
    }
}

impl std::error::Error for InvalidAddress {}

#[cfg(test)]
mod tests;
