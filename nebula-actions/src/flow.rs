//! Actions that steer a run.

mod delay;
mod fail;
mod wait;

pub use delay::{Delay, Delayed, FlowDelay};
pub use fail::{Fail, FlowFail};
pub use wait::{FlowWait, Wait, Waited, Woken};
