//! Actions that steer a run.

mod delay;
mod fail;

pub use delay::{Delay, Delayed, FlowDelay};
pub use fail::{Fail, FlowFail};
