//! Blobs as parameters and results: a name for content, which travels in the place of the content.

use std::{borrow::Cow, fmt};

use nebula_ports::model::{BlobRef, Digest};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::{
    Parameters, Result,
    flow::{Expr, HasRefs, Place},
    parameters::decode,
    schema,
};

/// Content that is stored apart, under the name that follows from it; as data an object with the members `digest`, `size`
/// and `media_type`, which expressions read like any other.
///
/// It may be a parameter and a result, and inside of both. [`Blobs`](crate::Blobs) makes and reads it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Blob(BlobRef);

/// The members of a blob, in workflows built in Rust.
#[derive(Debug)]
pub struct BlobRefs {
    /// BLAKE3 of the content, as 64 hexadecimal digits.
    pub digest: Expr<String>,
    /// Length in bytes.
    pub size: Expr<u64>,
    /// As `text/csv`.
    pub media_type: Expr<String>,
}

/// The members of a blob that may be absent.
#[derive(Debug)]
pub struct OptionalBlobRefs {
    /// BLAKE3 of the content, as 64 hexadecimal digits.
    pub digest: Expr<Option<String>>,
    /// Length in bytes.
    pub size: Expr<Option<u64>>,
    /// As `text/csv`.
    pub media_type: Expr<Option<String>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written<'a> {
    digest: Digest,
    size: u64,
    media_type: Cow<'a, str>,
}

// === impl Blob ===

impl Blob {
    pub(crate) const fn new(stored: BlobRef) -> Self {
        Self(stored)
    }

    /// BLAKE3 of the content.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.0.digest
    }

    /// Length in bytes, as whoever named it says; what is read has the digest, whatever this says.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.0.size
    }

    /// What the content is, as in `text/csv`.
    #[must_use]
    pub fn media_type(&self) -> &str {
        &self.0.mime
    }
}

impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Blob({}, {} bytes of {})", self.0.digest, self.0.size, self.0.mime)
    }
}

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let BlobRef { digest, size, mime } = &self.0;
        Written { digest: *digest, size: *size, media_type: mime.as_str().into() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Written { digest, size, media_type } = Written::deserialize(deserializer)?;
        Ok(Self(BlobRef { digest, size, mime: media_type.into_owned() }))
    }
}

impl JsonSchema for Blob {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Blob".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "properties": {
                "digest": { "type": "string", "pattern": "^[0-9a-f]{64}$" },
                "size": { "type": "integer", "minimum": 0, "maximum": u64::MAX },
                "media_type": { "type": "string" },
            },
            "required": ["digest", "size", "media_type"],
            "additionalProperties": false,
            "x-nebula-blob": true,
        })
    }
}

impl Parameters for Blob {
    fn input_schema() -> Value {
        schema::input::<Self>()
    }

    fn decode(value: &Value) -> Result<Self> {
        decode(value)
    }
}

impl HasRefs for Blob {
    type Refs = BlobRefs;
    type Optional = OptionalBlobRefs;

    fn refs(at: &Place<'_>) -> BlobRefs {
        BlobRefs { digest: at.field("digest"), size: at.field("size"), media_type: at.field("media_type") }
    }

    fn optional(at: &Place<'_>) -> OptionalBlobRefs {
        OptionalBlobRefs {
            digest: at.optional_field("digest"),
            size: at.optional_field("size"),
            media_type: at.optional_field("media_type"),
        }
    }
}
