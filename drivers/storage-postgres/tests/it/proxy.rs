//! A network between driver and server that can be cut at a chosen moment.

use std::{
    net::Ipv4Addr,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

use crate::support::spawn;

/// When the connection is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Before the server gets this.
    Before(&'static str),
    /// When the server has answered this; the answer is lost.
    After(&'static str),
    /// When the server has answered so many messages more; the last answer is lost.
    AfterMessages(usize),
}

/// A proxy on loopback. It ends with the test's runtime.
#[derive(Debug, Clone)]
pub(crate) struct Proxy {
    port: u16,
    plan: Arc<Mutex<Option<Cut>>>,
}

// === impl Proxy ===

impl Proxy {
    /// In front of the server at `url`.
    pub(crate) async fn to(url: &str) -> (Self, String) {
        let (front, rest) = url.split_once('@').expect("a user");
        let (server, path) = rest.split_once('/').expect("a database");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let port = listener.local_addr().expect("it has one").port();
        let proxy = Self { port, plan: Arc::default() };
        let (plan, server) = (Arc::clone(&proxy.plan), server.to_owned());
        spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.expect("the server is there");
                spawn(pass(client, server, Arc::clone(&plan)));
            }
        });
        let url = format!("{front}@127.0.0.1:{}/{path}", proxy.port);
        (proxy, url)
    }

    /// Cuts one connection, once.
    pub(crate) fn cut(&self, when: Cut) {
        *self.plan.lock().unwrap_or_else(PoisonError::into_inner) = Some(when);
    }
}

async fn pass(client: TcpStream, server: TcpStream, plan: Arc<Mutex<Option<Cut>>>) {
    let ((mut from_client, mut to_client), (mut from_server, mut to_server)) =
        (client.into_split(), server.into_split());
    let (mut asked, mut answered) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    loop {
        tokio::select! {
            read = from_client.read(&mut asked) => {
                let Some(count) = some(read) else { return };
                match due(&plan, &asked[..count]) {
                    Some(Cut::Before(_)) => return,
                    Some(_) => return swallow(&mut to_server, &mut from_server, &asked[..count]).await,
                    None => {}
                }
                if to_server.write_all(&asked[..count]).await.is_err() { return }
            }
            read = from_server.read(&mut answered) => {
                let Some(count) = some(read) else { return };
                if to_client.write_all(&answered[..count]).await.is_err() { return }
            }
        }
    }
}

/// Lets the server do it, and keeps the answer.
async fn swallow(to_server: &mut OwnedWriteHalf, from_server: &mut OwnedReadHalf, message: &[u8]) {
    if to_server.write_all(message).await.is_ok() {
        let _ = from_server.read(&mut [0; 1024]).await;
    }
}

fn some(read: std::io::Result<usize>) -> Option<usize> {
    read.ok().filter(|count| *count > 0)
}

/// What is to be done with this message.
fn due(plan: &Mutex<Option<Cut>>, message: &[u8]) -> Option<Cut> {
    let mut plan = plan.lock().unwrap_or_else(PoisonError::into_inner);
    let contains = |text: &str| message.windows(text.len()).any(|window| window == text.as_bytes());
    match *plan {
        Some(Cut::Before(text) | Cut::After(text)) if contains(text) => plan.take(),
        Some(Cut::AfterMessages(1)) => plan.take(),
        Some(Cut::AfterMessages(more)) => {
            *plan = Some(Cut::AfterMessages(more - 1));
            None
        }
        _ => None,
    }
}
