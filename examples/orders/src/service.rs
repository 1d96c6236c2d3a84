//! The service on a port of this machine, on a thread of its own.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::Arc,
    thread::{self, JoinHandle},
};

use crate::{
    ledger::{Effect, Ledger},
    routes,
};

/// A running order service. It ends with the process.
#[derive(Debug)]
pub struct OrderService {
    address: SocketAddr,
    ledger: Arc<Ledger>,
    serving: JoinHandle<io::Result<()>>,
}

// === impl OrderService ===

impl OrderService {
    /// Starts on loopback; port 0 takes a free one. The first `refusals` reservations are answered with 503.
    ///
    /// # Errors
    /// When the port is taken.
    pub fn start(port: u16, refusals: u32) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let ledger = Arc::new(Ledger::new(refusals));
        let routes = routes::router(Arc::clone(&ledger));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        let serving = thread::Builder::new().name("order service".to_owned()).spawn(move || {
            runtime.block_on(async { axum::serve(tokio::net::TcpListener::from_std(listener)?, routes).await })
        })?;
        Ok(Self { address, ledger, serving })
    }

    /// `HOST:PORT`
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address that requests begin with.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it has done so far.
    #[must_use]
    pub fn effects(&self) -> Vec<Effect> {
        self.ledger.effects()
    }

    /// Waits for its end, which comes only by an error.
    ///
    /// # Errors
    /// What ended it.
    pub fn wait(self) -> io::Result<()> {
        self.serving.join().unwrap_or_else(|_| Err(io::Error::other("the service panicked")))
    }
}
