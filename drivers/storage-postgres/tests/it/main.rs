//! What the contracts do not say, on a real server: several processes, a server that goes away, connections that are cut,
//! databases that are not as they should be.

mod doubt;
mod hints;
mod journal;
mod opening;
mod outage;
mod proxy;
mod races;
mod starts;
mod support;
mod tls;
