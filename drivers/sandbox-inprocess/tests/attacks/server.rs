//! A small HTTP server on loopback that keeps what it was sent.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::JoinHandle,
};

/// What the server says, as raw bytes.
#[derive(Clone)]
pub(crate) enum Answer {
    /// This, and then the connection may be used again.
    Raw(Vec<u8>),
    /// This, and then nothing while the connection stays open.
    Stall(Vec<u8>),
    /// This, and then so many bytes of rubbish.
    Flood(Vec<u8>, usize),
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    connections: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<String>>>,
    /// Told when a stalling answer has been sent.
    pub(crate) stalled: Arc<Notify>,
    accepting: JoinHandle<()>,
}

impl Server {
    /// Answers by the request's path.
    pub(crate) async fn start(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let stalled = Arc::new(Notify::new());
        let answer = Arc::new(answer);
        let accepting = tokio::spawn({
            let (connections, requests, stalled) = (connections.clone(), requests.clone(), stalled.clone());
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    connections.fetch_add(1, Ordering::SeqCst);
                    let (answer, requests, stalled) = (answer.clone(), requests.clone(), stalled.clone());
                    tokio::spawn(async move { serve(stream, answer.as_ref(), &requests, &stalled).await });
                }
            }
        });
        Self { address, connections, requests, stalled, accepting }
    }

    /// Always the same 200 with `ok`.
    pub(crate) async fn ok() -> Self {
        Self::start(|_| Answer::Raw(ok("ok"))).await
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn grant(&self) -> String {
        format!("net:{}", self.address)
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// Heads and bodies as they came.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

pub(crate) fn ok(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

pub(crate) fn redirect(status: u16, location: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n").into_bytes()
}

async fn serve(
    mut stream: TcpStream,
    answer: &(impl Fn(&str) -> Answer + Sync),
    requests: &Mutex<Vec<String>>,
    stalled: &Notify,
) {
    let mut buffer = Vec::new();
    loop {
        let head = loop {
            if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
            if stream.read_buf(&mut buffer).await.unwrap_or(0) == 0 {
                return;
            }
        };
        let text = String::from_utf8_lossy(&buffer[..head]).into_owned();
        let length: usize = text
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .map_or(0, |(_, value)| value.trim().parse().unwrap());
        while buffer.len() < head + length {
            if stream.read_buf(&mut buffer).await.unwrap_or(0) == 0 {
                return;
            }
        }
        let rest = buffer.split_off(head + length);
        requests.lock().unwrap().push(String::from_utf8_lossy(&buffer).into_owned());
        buffer = rest;
        let path = text.split(' ').nth(1).unwrap_or("/").to_owned();
        match answer(&path) {
            Answer::Raw(bytes) => {
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
            }
            Answer::Stall(bytes) => {
                let _ = stream.write_all(&bytes).await;
                stalled.notify_one();
                std::future::pending::<()>().await;
            }
            Answer::Flood(head, mut left) => {
                if stream.write_all(&head).await.is_err() {
                    return;
                }
                let chunk = vec![b'x'; 64 * 1024];
                while left > 0 {
                    let part = left.min(chunk.len());
                    if stream.write_all(&chunk[..part]).await.is_err() {
                        return;
                    }
                    left -= part;
                }
                return;
            }
        }
    }
}
