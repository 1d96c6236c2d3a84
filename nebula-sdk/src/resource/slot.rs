//! The slot: a field of an action.

use std::{fmt, marker::PhantomData, ops::Deref, sync::Arc};

use nebula_ports::{
    model::{ResourceId, ResourceSlot},
    resource::ResourceHandle,
};

use super::{Resource, ResourceLifecycle};
use crate::{
    ActionError, Result, SlotField,
    adapt::{SlotFact, Slots, resource::Live},
};

/// A slot for a resource: a field of an action. Derefs to the resource's [`Handle`](ResourceLifecycle::Handle); `Debug` shows
/// its type only. A clone is the same one.
///
/// An attempt has it from its begin to its end. Of an `exclusive` or pooled one, whoever keeps a clone beyond the end keeps
/// it for good: it is not given to anybody else, and another one is created.
pub struct Res<T> {
    handle: ResourceHandle,
    resource: PhantomData<fn() -> T>,
}

// === impl Res ===

impl<T: ResourceLifecycle> Res<T> {
    /// Puts what one has into a slot; for tests.
    pub fn new(handle: T::Handle) -> Self {
        Self::of(Arc::new(Live::<T>::fake(handle)))
    }

    /// Lets it not be used again: it is closed when the attempt gives it back. For a connection that has failed in a way
    /// that `reset` could not mend.
    // Not a method: the handle may have one of this name.
    pub fn discard(this: &Self) {
        this.live().discard();
    }

    fn live(&self) -> &Live<T> {
        self.handle.downcast_ref().expect("a slot is filled with what its own resource has created")
    }
}

impl<T> Res<T> {
    pub(crate) fn of(handle: ResourceHandle) -> Self {
        Self { handle, resource: PhantomData }
    }

    #[cfg(feature = "testing")]
    pub(crate) fn into_handle(self) -> ResourceHandle {
        self.handle
    }
}

impl<T> Clone for Res<T> {
    fn clone(&self) -> Self {
        Self::of(Arc::clone(&self.handle))
    }
}

impl<T: ResourceLifecycle> Deref for Res<T> {
    type Target = T::Handle;

    fn deref(&self) -> &T::Handle {
        self.live().handle()
    }
}

impl<T: Resource> fmt::Debug for Res<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Res({})", T::metadata().id)
    }
}

impl<T: ResourceLifecycle> SlotField for Res<T> {
    fn describe(name: &'static str, description: &'static str) -> SlotFact {
        fact::<T>(name, description, true)
    }

    fn fill(slots: &Slots<'_>, name: &'static str) -> Result<Self> {
        match filled(slots, name)? {
            Some(slot) => Ok(slot),
            None => Err(ActionError::permanent("resource.missing", format!("the resource slot `{name}` is empty"))
                .with_help(format!("name a resource of type `{}` in the node's `resources`: `{name}: ..`", id::<T>()))
                .before_effect()),
        }
    }
}

impl<T: ResourceLifecycle> SlotField for Option<Res<T>> {
    fn describe(name: &'static str, description: &'static str) -> SlotFact {
        fact::<T>(name, description, false)
    }

    fn fill(slots: &Slots<'_>, name: &'static str) -> Result<Self> {
        filled(slots, name)
    }
}

fn filled<T: ResourceLifecycle>(slots: &Slots<'_>, name: &'static str) -> Result<Option<Res<T>>> {
    let Some(handle) = slots.resource(name) else { return Ok(None) };
    // Where secrets are made up nothing is ever used.
    if slots.is_real() && !handle.is::<Live<T>>() {
        return Err(ActionError::bug(format!("the slot `{name}` holds another resource than a `{}`", id::<T>())));
    }
    Ok(Some(Res::of(handle)))
}

fn fact<T: Resource>(name: &'static str, description: &'static str, required: bool) -> SlotFact {
    let description =
        if description.is_empty() { format!("A resource of type `{}`.", id::<T>()) } else { description.to_owned() };
    SlotFact::Resource(ResourceSlot { name: name.into(), resource: id::<T>(), description, required }, T::erase())
}

fn id<T: Resource>() -> ResourceId {
    ResourceId::new(T::metadata().id).expect("the macro has checked the id")
}
