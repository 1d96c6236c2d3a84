//! What generated code may call. Not part of the API: it changes without notice together with the macros.

pub mod ask;

use std::path::PathBuf;

use nebula_ports::model::Backoff;
use smol_str::SmolStr;

pub use std::{
    assert,
    borrow::Cow,
    concat,
    convert::From,
    default::Default,
    fmt,
    marker::PhantomData,
    module_path,
    ops::FnOnce,
    option::Option::{self, None, Some},
    result::Result::{self, Err, Ok},
    string::String,
    time::Duration,
    unreachable,
    vec::Vec,
};

pub use nebula_ports::{
    action::ArcAction,
    model::{CapabilityKind, CredentialScheme, EffectClass, Jitter, PoolSettings, ResourceKind, RetryPolicy},
    resource::ArcResource,
};
pub use schemars::{self, Schema, SchemaGenerator};
pub use serde;
pub use serde_json::Value;

pub use crate::{
    Action, ActionError, Credential, CredentialField, Declares, HttpAuth, HttpCredential, NoPorts, Parameters, Polls,
    Ports, Resource, ResourceDeclares, SecretString, SlotField,
    adapt::{
        Body, Bound, LimitFacts, ListingFacts, Metadata, SlotFact, Slots, erased_trigger,
        resource::{ResourceMetadata, erased_resource},
    },
    cap,
    credential::stored,
    flow,
    parameters::{FieldType, Flat, OpaqueType, are_new, decode, validated, validated_option},
    port::NoneOfThem,
    schema,
    schema::input as input_schema,
};

pub fn list<T, const N: usize>(items: [T; N]) -> Vec<T> {
    items.into()
}

pub fn json(value: impl Into<Value>) -> Value {
    value.into()
}

/// The names of the parameters that `pick` takes of the input's fields.
pub fn key_fields<A, B>(pick: fn(&<A::Input as flow::HasRefs>::Refs) -> Vec<String>) -> Vec<String>
where
    A: Body<B, Input: flow::HasRefs>,
{
    let texts = pick(&flow::members::<A::Input>());
    let schema = A::Input::input_schema();
    let names = schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name);
    let names: Vec<&String> = names.collect();
    let name = |text: &String| names.iter().find(|name| flow::is_member(text, name)).map(|name| (*name).clone());
    texts.iter().filter_map(name).collect()
}

pub fn exponential(first: Duration, max: Option<Duration>) -> Backoff {
    Backoff::Exponential { exponential: first.into(), max: max.map(Into::into) }
}

pub fn fixed(wait: Duration) -> Backoff {
    Backoff::Fixed { fixed: wait.into() }
}

/// A type whose default can be written as a text.
#[diagnostic::on_unimplemented(
    message = "a text cannot be the default of `{Self}`",
    label = "`{Self}` is not a text",
    note = "write an expression of the type: `#[param(default = ..)]`"
)]
pub trait TextDefault {
    fn of(text: &'static str) -> Self;
}

macro_rules! text_default {
    ($($name:ty),*) => {
        $(impl TextDefault for $name {
            fn of(text: &'static str) -> Self {
                text.into()
            }
        })*
    };
}

text_default!(String, Box<str>, Cow<'static, str>, SmolStr, PathBuf, Value);

/// What `#[nebula_sdk::test]` expands to.
#[cfg(feature = "testing")]
pub mod testing {
    pub use std::{file, module_path};

    pub use crate::testing::attribute::{Harness, Place, a_harness, run};
}

/// What `expr!` and `template!` expand to.
pub mod expr {
    pub use std::sync::LazyLock;

    pub use nebula_expression::{Expression, Template};

    pub fn parse_expression(text: &str) -> Expression {
        Expression::parse(text).unwrap_or_else(|errors| panic!("{text}: read while compiling, and not now: {errors:?}"))
    }

    pub fn parse_template(text: &str) -> Template {
        Template::parse(text).unwrap_or_else(|errors| panic!("{text}: read while compiling, and not now: {errors:?}"))
    }

    /// Stands where a mistake was told: such code does not get to run.
    pub fn unparsed<T>() -> &'static T {
        unreachable!()
    }
}
