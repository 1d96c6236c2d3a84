//! What is expanded: checked, complete, nothing left to look up.

use std::time::Duration;

use proc_macro2::{Ident, Span};
use syn::{Expr, LitStr, Path, Type, Visibility};

/// What repeating an action may do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Pure,
    Idempotent,
    AtMostOnce,
}

/// `retry(..)`.
pub(crate) struct Retry {
    pub(crate) max: u32,
    pub(crate) backoff: Backoff,
    pub(crate) jitter: bool,
}

/// Waits between attempts.
pub(crate) enum Backoff {
    Exponential(Duration, Option<Duration>),
    Fixed(Duration),
}

/// One need of an action.
pub(crate) struct Capability {
    pub(crate) kind: CapabilityKind,
    pub(crate) bound: Bound,
    /// Where it is named.
    pub(crate) word: Ident,
}

/// What a need is bound to.
pub(crate) enum Bound {
    Exact(LitStr),
    Parameter(LitStr),
    /// Nothing: its sort has no bounds.
    Declared,
}

/// Sorts of capability.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum CapabilityKind {
    Net,
    FsRead,
    FsWrite,
    Env,
    Exec,
    Blob,
    Random,
    WallClock,
}

/// How an action is found and shown.
pub(crate) struct Listing {
    pub(crate) category: Option<LitStr>,
    pub(crate) tags: Vec<LitStr>,
    pub(crate) icon: Option<LitStr>,
    pub(crate) docs: Option<LitStr>,
    pub(crate) examples: Vec<Example>,
}

/// `example(..)`.
pub(crate) struct Example {
    pub(crate) title: LitStr,
    pub(crate) input: Expr,
}

/// The bounds of an action's calls.
pub(crate) struct Limits {
    pub(crate) deadline: Option<Duration>,
    pub(crate) max_input: Option<u64>,
    pub(crate) max_output: Option<u64>,
    pub(crate) concurrency: Option<u32>,
    pub(crate) rate: Option<Rate>,
    pub(crate) cache: Option<Duration>,
    pub(crate) heartbeat: Option<Duration>,
}

/// `rate_limit`.
#[derive(Clone, Copy)]
pub(crate) struct Rate {
    pub(crate) count: u32,
    pub(crate) per: Duration,
    pub(crate) burst: u32,
}

/// `#[derive(Action)]`.
pub(crate) struct Action {
    pub(crate) ident: Ident,
    pub(crate) sdk: Path,
    pub(crate) id: LitStr,
    pub(crate) version: (u32, u32),
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) effect: Effect,
    /// The fields of the input that make the idempotency key.
    pub(crate) key: Vec<Ident>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) retry: Option<Retry>,
    pub(crate) capabilities: Vec<Capability>,
    pub(crate) limits: Limits,
    /// The wait between two polls, of a trigger.
    pub(crate) poll: Option<Duration>,
    pub(crate) listing: Listing,
    /// `None` for a unit struct.
    pub(crate) slots: Option<Vec<CredSlot>>,
    pub(crate) vis: Visibility,
    pub(crate) ports: Vec<Port>,
}

/// A named output of an action.
pub(crate) struct Port {
    pub(crate) name: LitStr,
    pub(crate) variant: Ident,
}

/// A field of an action.
pub(crate) struct CredSlot {
    pub(crate) ident: Ident,
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) description: String,
}

/// `#[derive(Parameters)]`.
pub(crate) struct Parameters {
    pub(crate) ident: Ident,
    pub(crate) sdk: Path,
    pub(crate) description: String,
    /// Looks at every value that is read.
    pub(crate) validate: Option<Path>,
    pub(crate) shape: Shape,
}

/// What the type looks like.
pub(crate) enum Shape {
    /// Named fields: a JSON object.
    Object(Vec<Field>),
    /// One unnamed field: the JSON of that field.
    Newtype(Box<Field>),
    /// An enum of plain names: a JSON string.
    Choice(Vec<Variant>),
    /// An enum that carries data.
    Union(Tagging, Vec<Variant>),
}

/// How a union says which variant it is, as serde has it.
#[derive(Clone)]
pub(crate) enum Tagging {
    External,
    Internal(String),
    Adjacent(String, String),
}

/// One variant.
pub(crate) struct Variant {
    pub(crate) ident: Ident,
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) description: String,
    /// What the expressions in its one value are told.
    pub(crate) marks: Vec<Mark>,
    pub(crate) body: VariantBody,
}

/// What a variant carries.
pub(crate) enum VariantBody {
    Unit,
    Newtype(Box<Type>),
    Object(Vec<Field>),
}

/// One field.
pub(crate) struct Field {
    /// `None` in a newtype.
    pub(crate) ident: Option<Ident>,
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) description: String,
    /// As written.
    pub(crate) ty: Type,
    /// Without `Option`.
    pub(crate) inner: Type,
    pub(crate) presence: Presence,
    pub(crate) keywords: Vec<Keyword>,
    /// What the expressions in it are told.
    pub(crate) marks: Vec<Mark>,
    /// The field whose items they see, as written.
    pub(crate) item_of: Option<LitStr>,
    pub(crate) examples: Vec<Expr>,
    /// What only forms look at: the word, and its value.
    pub(crate) hints: Vec<(&'static str, KeywordValue)>,
    /// What the widget asks of the type, and where.
    pub(crate) widget: Option<(FieldSort, Span)>,
    /// Stands in for the schema of the type.
    pub(crate) schema: Option<Expr>,
    /// Looks at every value that is read.
    pub(crate) validate: Option<Path>,
    pub(crate) visible_if: Option<When>,
    pub(crate) required_if: Option<When>,
}

/// A condition on the fields beside one.
pub(crate) struct When {
    /// As written.
    pub(crate) text: LitStr,
    pub(crate) condition: Condition,
}

/// What a condition says.
pub(crate) enum Condition {
    Compare(String, Comparison, KeywordValue),
    OneOf(String, Vec<KeywordValue>),
    Not(Box<Condition>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
}

/// How a field is compared with a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

/// Whether a field must be there.
pub(crate) enum Presence {
    Required,
    /// An `Option`.
    Optional,
    /// Has a value when it is absent.
    Default(DefaultValue),
    /// Not part of the JSON.
    Skipped,
    /// Not part of the JSON itself: its own fields are.
    Flattened,
}

/// The value of an absent field.
pub(crate) enum DefaultValue {
    /// `Default::default()`
    Trait,
    /// A function.
    Call(Path),
    /// An expression of the field's type.
    Expr(Expr),
    /// A text, for a type that takes one.
    Text(LitStr),
    /// A text that says how long.
    Duration(Duration),
}

/// A refinement of the schema.
pub(crate) struct Keyword {
    pub(crate) key: Ident,
    /// The JSON Schema keyword.
    pub(crate) name: &'static str,
    pub(crate) value: KeywordValue,
    /// What the field's type must be.
    pub(crate) of: FieldSort,
}

/// A fact for every expression at a field or below it, which the action evaluates itself.
pub(crate) enum Mark {
    /// The JSON pointer of the parameter whose items they see.
    Item(String),
    /// The names of the JSON types that they may give.
    Result(Vec<&'static str>),
}

/// The value of a keyword.
#[derive(Clone)]
pub(crate) enum KeywordValue {
    Integer(i128),
    Float(f64),
    Text(String),
    /// The JSON pointer of a parameter, as a rule for a type.
    Parameter(String),
    /// Anything, made by an expression.
    Expr(Box<Expr>),
    Flag(bool),
    Null,
    /// Values to choose from.
    OneOf(Vec<KeywordValue>),
    /// The same, each with its label.
    Labelled(Vec<(KeywordValue, String)>),
}

/// Sorts of field that keywords belong to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldSort {
    Any,
    Number,
    Text,
    List,
    /// Chosen among texts, or among numbers.
    TextChoice,
    NumberChoice,
    /// Shown in a field to write in, one for numbers, a box to tick, a list to choose from.
    TextWidget,
    NumberWidget,
    FlagWidget,
    ChoiceWidget,
}

// === impl Backoff ===

impl Default for Backoff {
    fn default() -> Self {
        Self::Exponential(Duration::from_millis(200), None)
    }
}

// === impl Presence ===

impl Presence {
    pub(crate) const fn is_flattened(&self) -> bool {
        matches!(self, Self::Flattened)
    }
}

// === impl CapabilityKind ===

impl CapabilityKind {
    pub(crate) const ALL: [Self; 8] =
        [Self::Net, Self::FsRead, Self::FsWrite, Self::Env, Self::Exec, Self::Blob, Self::Random, Self::WallClock];
    pub(crate) const NAMES: [&'static str; 8] =
        ["net", "fs_read", "fs_write", "env", "exec", "blob", "random", "wall_clock"];

    pub(crate) fn of(word: &str) -> Option<Self> {
        let at = Self::NAMES.iter().position(|name| *name == word)?;
        Some(Self::ALL[at])
    }

    /// The name of its type in `nebula_sdk::cap`.
    pub(crate) fn type_name(self) -> &'static str {
        match self {
            Self::Net => "Net",
            Self::FsRead => "FsRead",
            Self::FsWrite => "FsWrite",
            Self::Env => "Env",
            Self::Exec => "Exec",
            Self::Blob => "Blob",
            Self::Random => "Random",
            Self::WallClock => "WallClock",
        }
    }

    /// A bound as it could be written; `None` for sorts that have none.
    pub(crate) fn example(self) -> Option<&'static str> {
        match self {
            Self::Net => Some("example.com:443"),
            Self::FsRead | Self::FsWrite => Some("/data"),
            Self::Env => Some("HOME"),
            Self::Exec => Some("git"),
            Self::Blob | Self::Random | Self::WallClock => None,
        }
    }
}
