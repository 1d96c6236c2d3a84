//! What fills the slots of an action or a resource.

use nebula_ports::{
    action::CallContext,
    resource::{ResourceContext, ResourceHandle},
};
use secrecy::SecretString;

use crate::Credential;
#[cfg(feature = "testing")]
use crate::{Action, Resource};

/// What fills the slots of one attempt, or of a resource.
#[derive(Debug)]
pub struct Slots<'a>(Filled<'a>);

#[derive(Debug)]
enum Filled<'a> {
    By(&'a CallContext),
    Of(&'a ResourceContext),
    /// Every slot makes up its own, and puts it down.
    #[cfg(feature = "testing")]
    Canaries(&'a std::cell::RefCell<std::collections::BTreeMap<&'static str, SecretString>>),
}

// === impl Slots ===

impl<'a> Slots<'a> {
    /// Those of an attempt.
    pub(crate) fn by(context: &'a CallContext) -> Self {
        Self(Filled::By(context))
    }

    /// Those of a resource.
    pub(crate) fn of(context: &'a ResourceContext) -> Self {
        Self(Filled::Of(context))
    }

    /// Whether somebody will use what they hold.
    pub(crate) fn is_real(&self) -> bool {
        match self.0 {
            Filled::By(_) | Filled::Of(_) => true,
            #[cfg(feature = "testing")]
            Filled::Canaries(_) => false,
        }
    }

    /// What fills a slot for a resource.
    pub(crate) fn resource(&self, name: &'static str) -> Option<ResourceHandle> {
        match self.0 {
            Filled::By(call) => call.resources.get(name).cloned(),
            Filled::Of(_) => None,
            #[cfg(feature = "testing")]
            Filled::Canaries(_) => Some(std::sync::Arc::new(())),
        }
    }

    /// What fills a slot for a credential of the kind `T`.
    #[cfg_attr(
        not(feature = "testing"),
        expect(clippy::extra_unused_type_parameters, reason = "only tests make one up for the kind")
    )]
    pub(crate) fn get<T: Credential>(&self, name: &'static str) -> Option<SecretString> {
        match self.0 {
            Filled::By(call) => call.credentials.get(name).cloned(),
            Filled::Of(resource) => resource.credentials.get(name).cloned(),
            #[cfg(feature = "testing")]
            Filled::Canaries(made) => {
                let canary = crate::testing::canary::<T>(name);
                made.borrow_mut().insert(name, canary.clone());
                Some(canary)
            }
        }
    }
}

/// A secret for each credential slot of an action, unlike any other text.
#[cfg(feature = "testing")]
pub(crate) fn canaries<A: Action>() -> std::collections::BTreeMap<&'static str, SecretString> {
    let made = std::cell::RefCell::default();
    // A kind that refuses even its own fake is left out.
    let _ = A::from_slots(&Slots(Filled::Canaries(&made)));
    made.into_inner()
}

/// The same for the credential slots of a resource.
#[cfg(feature = "testing")]
pub(crate) fn canaries_of<R: Resource>() -> std::collections::BTreeMap<&'static str, SecretString> {
    let made = std::cell::RefCell::default();
    let _ = R::from_slots(&Slots(Filled::Canaries(&made)));
    made.into_inner()
}
