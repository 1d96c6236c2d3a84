//! The character between values.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

/// One ASCII character: `,`, `;`, a tab, .., but no quote and no line break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Delimiter(char);

// === impl Delimiter ===

impl Delimiter {
    /// `,`
    pub const COMMA: Self = Self(',');

    /// The character.
    #[must_use]
    pub const fn get(self) -> char {
        self.0
    }

    pub(super) const fn byte(self) -> u8 {
        self.0 as u8
    }
}

impl<'de> Deserialize<'de> for Delimiter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'_, str>::deserialize(deserializer)?;
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(one), None) if one.is_ascii() && !matches!(one, '"' | '\r' | '\n') => Ok(Self(one)),
            _ => Err(D::Error::custom(format!(
                "`{}` is no delimiter: write one ASCII character that is no quote and no line break, as in `;`",
                text.escape_debug()
            ))),
        }
    }
}

impl JsonSchema for Delimiter {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Delimiter".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "minLength": 1, "maxLength": 1 })
    }
}
