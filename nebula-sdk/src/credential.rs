//! Credentials in the slots of an action.

mod http;
#[doc(hidden)]
pub mod stored;

use std::{fmt, ops::Deref, sync::Arc};

use nebula_ports::model::{CredentialScheme, CredentialSlot};
use secrecy::SecretString;

pub use self::http::{HttpAuth, HttpCredential};
use crate::{
    __private::{SlotFact, Slots},
    ActionError,
};

/// A kind of credential. [`#[derive(Credential)]`](derive@crate::Credential) implements it; by hand, for a secret of
/// another form:
///
/// ```
/// use nebula_sdk::prelude::*;
///
/// /// A key pair, as `id/key`.
/// pub struct KeyPair { id: String, key: SecretString }
///
/// impl Credential for KeyPair {
///     const ID: &'static str = "demo.pair";
///
///     fn from_secret(secret: SecretString) -> Result<Self> {
///         let (id, key) = secret.expose_secret().split_once('/').ok_or_else(|| ActionError::auth("no `/` in it"))?;
///         Ok(Self { id: id.to_owned(), key: key.into() })
///     }
/// }
///
/// impl nebula_sdk::HttpCredential for KeyPair {
///     fn http_auth(&self) -> Result<nebula_sdk::HttpAuth> {
///         nebula_sdk::HttpAuth::basic(&self.id, self.key.expose_secret())
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no credential",
    label = "not a credential",
    note = "write `#[derive(Credential)]` and `#[credential(id = \"namespace.name\", scheme = bearer)]` above it"
)]
pub trait Credential: Sized + Send + Sync + 'static {
    /// Its id, as in `http.auth`: what a node binds must be of this kind.
    const ID: &'static str;

    /// How a request carries it: what schemas and catalogues say of it. [`CredentialScheme::Custom`] unless overridden.
    #[must_use]
    fn scheme() -> CredentialScheme {
        CredentialScheme::Custom
    }

    /// Reads the stored secret.
    ///
    /// # Errors
    /// [`ActionError::auth`] when the secret has not the form of this kind. The message must not hold any of it.
    fn from_secret(secret: SecretString) -> Result<Self, ActionError>;

    /// A secret of the right form, for tests.
    #[doc(hidden)]
    fn fake_secret() -> SecretString {
        "fake".into()
    }
}

/// A slot for a credential: a field of an action. Derefs to the credential; `Debug` shows its kind only. A clone is the
/// same credential.
pub struct Cred<T>(Arc<T>);

/// What may be a field of an action: `Cred<T>` and `Res<T>`, or with `Option` around it for a slot that may stay empty.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no slot of an action",
    label = "not a slot",
    note = "the fields of an action are its slots, `Cred<T>`, `Res<T>` or `Option` of them; data of a call belongs to its input"
)]
pub trait SlotField: Sized {
    #[doc(hidden)]
    fn describe(name: &'static str, description: &'static str) -> SlotFact;

    #[doc(hidden)]
    fn fill(slots: &Slots<'_>, name: &'static str) -> Result<Self, ActionError>;
}

/// What may be a field of a resource: `Cred<T>`, or `Option<Cred<T>>` for a slot that may stay empty.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no slot of a resource",
    label = "not a slot",
    note = "the fields of a resource are its credentials, `Cred<T>` or `Option<Cred<T>>`; what it is set to belongs to its \
            `Config`, and what is created to its `Handle`"
)]
pub trait CredentialField: Sized {
    #[doc(hidden)]
    fn credential(name: &'static str, description: &'static str) -> CredentialSlot;

    #[doc(hidden)]
    fn bring(slots: &Slots<'_>, name: &'static str) -> Result<Self, ActionError>;
}

// === impl Cred ===

impl<T> Cred<T> {
    /// Puts a credential into a slot; for tests that make an action by hand.
    pub fn new(credential: T) -> Self {
        Self(Arc::new(credential))
    }
}

#[cfg(feature = "testing")]
impl<T: Credential> Cred<T> {
    /// A credential that opens nothing, for tests: each field of a derived one is `fake-` and its name.
    ///
    /// # Panics
    /// When the kind, implemented by hand, does not read the secret `fake`.
    #[must_use]
    pub fn fake() -> Self {
        Self::new(T::from_secret(T::fake_secret()).expect("a fake has the form of its kind"))
    }
}

impl<T> Clone for Cred<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Deref for Cred<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Credential> fmt::Debug for Cred<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cred({}, [redacted])", T::ID)
    }
}

impl<T: Credential> SlotField for Cred<T> {
    fn describe(name: &'static str, description: &'static str) -> SlotFact {
        SlotFact::Credential(Self::credential(name, description))
    }

    fn fill(slots: &Slots<'_>, name: &'static str) -> Result<Self, ActionError> {
        Self::bring(slots, name)
    }
}

impl<T: Credential> SlotField for Option<Cred<T>> {
    fn describe(name: &'static str, description: &'static str) -> SlotFact {
        SlotFact::Credential(Self::credential(name, description))
    }

    fn fill(slots: &Slots<'_>, name: &'static str) -> Result<Self, ActionError> {
        Self::bring(slots, name)
    }
}

impl<T: Credential> CredentialField for Cred<T> {
    fn credential(name: &'static str, description: &'static str) -> CredentialSlot {
        slot::<T>(name, description, true)
    }

    fn bring(slots: &Slots<'_>, name: &'static str) -> Result<Self, ActionError> {
        match slots.get::<T>(name) {
            Some(secret) => T::from_secret(secret).map(Self::new),
            None => Err(ActionError::auth(format!("the credential slot `{name}` is empty"))
                .with_code("credential.missing")
                .with_help(format!("bind a credential of kind `{}` in the node's `credentials`: `{name}: ..`", T::ID))
                .before_effect()),
        }
    }
}

impl<T: Credential> CredentialField for Option<Cred<T>> {
    fn credential(name: &'static str, description: &'static str) -> CredentialSlot {
        slot::<T>(name, description, false)
    }

    fn bring(slots: &Slots<'_>, name: &'static str) -> Result<Self, ActionError> {
        slots.get::<T>(name).map(|secret| T::from_secret(secret).map(Cred::new)).transpose()
    }
}

fn slot<T: Credential>(name: &str, description: &str, required: bool) -> CredentialSlot {
    let description =
        if description.is_empty() { format!("A credential of kind `{}`.", T::ID) } else { description.to_owned() };
    CredentialSlot { name: name.into(), credential: T::ID.into(), scheme: T::scheme(), description, required }
}
