//! Every rule that needs more than one token: attributes together with the item, two keys together.

pub(crate) mod action;
pub(crate) mod credential;
pub(crate) mod parameters;
pub(crate) mod ports;
pub(crate) mod resource;
mod slots;
