//! Credentials in the slots of an action.

use std::{fmt, ops::Deref, sync::Arc};

use nebula_ports::model::CredentialSlot;
use secrecy::SecretString;

use crate::{__private::Slots, ActionError};

/// A kind of credential.
///
/// ```
/// use nebula_sdk::prelude::*;
///
/// /// Key of the weather service.
/// pub struct WeatherKey(SecretString);
///
/// impl Credential for WeatherKey {
///     const ID: &'static str = "weather.api";
///
///     fn from_secret(secret: SecretString) -> Result<Self> {
///         Ok(Self(secret))
///     }
/// }
///
/// impl WeatherKey {
///     /// The header that carries the key.
///     pub fn header(&self) -> (String, String) {
///         ("x-api-key".to_owned(), self.0.expose_secret().to_owned())
///     }
/// }
/// ```
pub trait Credential: Sized + Send + Sync + 'static {
    /// Its id, as in `http.auth`: what a node binds must be of this kind.
    const ID: &'static str;

    /// Reads the stored secret.
    ///
    /// # Errors
    /// [`ActionError::auth`] when the secret has not the form of this kind. The message must not hold any of it.
    fn from_secret(secret: SecretString) -> Result<Self, ActionError>;
}

/// A slot for a credential: a field of an action. Derefs to the credential; `Debug` shows its kind only. A clone is the
/// same credential.
pub struct Cred<T>(Arc<T>);

/// What may be a field of an action: `Cred<T>`, or `Option<Cred<T>>` for a slot that may stay empty.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no slot of an action",
    label = "not a slot",
    note = "the fields of an action are its slots, `Cred<T>` or `Option<Cred<T>>`; data of a call belongs to its input"
)]
pub trait SlotField: Sized {
    #[doc(hidden)]
    fn describe(name: &'static str, description: &'static str) -> CredentialSlot;

    #[doc(hidden)]
    fn fill(slots: &Slots<'_>, name: &'static str) -> Result<Self, ActionError>;
}

// === impl Cred ===

impl<T> Cred<T> {
    /// Puts a credential into a slot; for tests that make an action by hand.
    pub fn new(credential: T) -> Self {
        Self(Arc::new(credential))
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
    fn describe(name: &'static str, description: &'static str) -> CredentialSlot {
        slot::<T>(name, description, true)
    }

    fn fill(slots: &Slots<'_>, name: &'static str) -> Result<Self, ActionError> {
        match slots.get(name) {
            Some(secret) => T::from_secret(secret).map(Self::new),
            None => Err(ActionError::auth(format!("the credential slot `{name}` is empty"))
                .with_code("credential.missing")
                .with_help(format!("bind a credential of kind `{}` in the node's `credentials`: `{name}: ..`", T::ID))
                .before_effect()),
        }
    }
}

impl<T: Credential> SlotField for Option<Cred<T>> {
    fn describe(name: &'static str, description: &'static str) -> CredentialSlot {
        slot::<T>(name, description, false)
    }

    fn fill(slots: &Slots<'_>, name: &'static str) -> Result<Self, ActionError> {
        slots.get(name).map(|secret| T::from_secret(secret).map(Cred::new)).transpose()
    }
}

fn slot<T: Credential>(name: &str, description: &str, required: bool) -> CredentialSlot {
    let description =
        if description.is_empty() { format!("A credential of kind `{}`.", T::ID) } else { description.to_owned() };
    CredentialSlot { name: name.into(), credential: T::ID.into(), description, required }
}
