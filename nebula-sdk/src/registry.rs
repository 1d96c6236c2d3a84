//! The actions that a package offers, listed in code: nothing registers itself.

use std::{collections::BTreeMap, fmt};

use nebula_ports::{
    action::ArcAction,
    model::{ActionId, ActionReference, InterfaceVersion},
};

use crate::Action;

/// A set of actions, by id and version.
///
/// ```
/// # use nebula_sdk::prelude::*;
/// # /// Does nothing.
/// # #[derive(Action)]
/// # #[action(id = "demo.noop", version = "1.0", pure)]
/// # struct Noop;
/// # impl SimpleAction for Noop {
/// #     type Input = ();
/// #     type Output = ();
/// #     async fn execute(&self, (): (), _: &ActionContext<Self>) -> Result<()> { Ok(()) }
/// # }
/// pub fn register(registry: &mut Registry) {
///     registry.register::<Noop>();
/// }
///
/// let mut all = Registry::new();
/// register(&mut all);
/// assert!(all.get(&"demo.noop@1".parse().unwrap()).is_some());
/// ```
#[derive(Clone, Default)]
pub struct Registry {
    actions: BTreeMap<(ActionId, InterfaceVersion), ArcAction>,
}

// === impl Registry ===

impl Registry {
    /// Without actions.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an action.
    ///
    /// # Panics
    /// When an action of the same id and version is there already, or when `capabilities(..)` names a parameter that the
    /// input does not have: mistakes in code, found when the program starts.
    #[track_caller]
    pub fn register<A: Action>(&mut self) -> &mut Self {
        self.add(A::erase())
    }

    /// Adds an action and returns the registry.
    ///
    /// # Panics
    /// As [`register`](Self::register).
    #[must_use]
    #[track_caller]
    pub fn with<A: Action>(mut self) -> Self {
        self.register::<A>();
        self
    }

    /// Adds an erased action.
    ///
    /// # Panics
    /// When an action of the same id and version is there already.
    #[track_caller]
    pub fn add(&mut self, action: ArcAction) -> &mut Self {
        let descriptor = action.descriptor();
        let key = (descriptor.id.clone(), descriptor.version);
        assert!(!self.actions.contains_key(&key), "the action `{}@{}` is registered twice", key.0, key.1);
        self.actions.insert(key, action);
        self
    }

    /// The action that serves a reference: the same major version, the greatest minor that is not smaller.
    #[must_use]
    pub fn get(&self, reference: &ActionReference) -> Option<&ArcAction> {
        self.actions
            .iter()
            .rev()
            .find(|((id, version), _)| *id == reference.id && version.serves(reference.version))
            .map(|(_, action)| action)
    }

    /// All actions, by id and version.
    pub fn iter(&self) -> impl Iterator<Item = &ArcAction> {
        self.actions.values()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.actions.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.actions.is_empty()
    }
}

impl Extend<ArcAction> for Registry {
    #[track_caller]
    fn extend<T: IntoIterator<Item = ArcAction>>(&mut self, actions: T) {
        for action in actions {
            self.add(action);
        }
    }
}

impl IntoIterator for Registry {
    type Item = ArcAction;
    type IntoIter = std::collections::btree_map::IntoValues<(ActionId, InterfaceVersion), ArcAction>;

    fn into_iter(self) -> Self::IntoIter {
        self.actions.into_values()
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.actions.keys().map(|(id, version)| format!("{id}@{version}"))).finish()
    }
}
