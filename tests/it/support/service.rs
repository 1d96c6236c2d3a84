//! A small HTTP server on loopback, one thread a connection. What it answers is the test's own function.

use std::{
    collections::BTreeMap,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex},
    thread,
    time::Duration,
};

use serde_json::Value;

/// Longest line of a head, and longest body, in bytes.
const LONGEST_LINE: u64 = 16 * 1024;
const LONGEST_BODY: usize = 1024 * 1024;
/// Nobody who is still there is silent for so long.
const PATIENCE: Duration = Duration::from_secs(20);

/// A request that was read to its end.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    /// Names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

/// What is answered.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// For a redirect.
    pub(crate) location: Option<String>,
    pub(crate) body: Value,
}

/// A server that ends with the process.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    open: Arc<Open>,
}

/// How many connections are open.
#[derive(Debug, Default)]
struct Open {
    count: Mutex<usize>,
    changed: Condvar,
}

/// Counts a connection until it ends, however it does.
struct Counted(Arc<Open>);

// === impl Server ===

impl Server {
    pub(crate) fn start(answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let open = Arc::new(Open::default());
        let answer = Arc::new(answer);
        thread::spawn({
            let open = Arc::clone(&open);
            move || {
                for stream in listener.incoming().map_while(Result::ok) {
                    let counted = Counted::new(&open);
                    let answer = Arc::clone(&answer);
                    thread::spawn(move || {
                        let _counted = counted;
                        // A client that was killed leaves broken connections: that is what is tested.
                        let _ = serve(stream, answer.as_ref());
                    });
                }
            }
        });
        Self { address, open }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn grant(&self) -> String {
        format!("net:{}", self.address)
    }

    /// Returns when everything that clients which are gone had sent has been dealt with.
    pub(crate) fn settle(&self) {
        // Connections are accepted in their order: once this one is answered, all earlier ones are counted.
        let mut own = TcpStream::connect(self.address).unwrap();
        own.set_read_timeout(Some(PATIENCE)).unwrap();
        own.write_all(b"GET /settle HTTP/1.1\r\nConnection: close\r\n\r\n").unwrap();
        own.read_to_end(&mut Vec::new()).unwrap();
        let count = self.open.count.lock().unwrap();
        let (_count, waited) = self.open.changed.wait_timeout_while(count, PATIENCE, |count| *count > 0).unwrap();
        assert!(!waited.timed_out(), "a connection stays open though its client is gone");
    }
}

fn serve(stream: TcpStream, answer: &impl Fn(&Request) -> Answer) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut writer = stream;
    while let Some(request) = read(&mut reader)? {
        let is_last = request.headers.get("connection").is_some_and(|value| value == "close");
        let Answer { status, location, body } =
            if request.path == "/settle" { Answer::ok(Value::Null) } else { answer(&request) };
        let body = body.to_string();
        let location = location.map_or_else(String::new, |place| format!("Location: {place}\r\n"));
        let head = format!(
            "HTTP/1.1 {status} Answer\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{location}\r\n",
            body.len()
        );
        writer.write_all(format!("{head}{body}").as_bytes())?;
        if is_last {
            return Ok(());
        }
    }
    Ok(())
}

/// The next request; `None` when there is none, or not all of it.
fn read(reader: &mut BufReader<TcpStream>) -> io::Result<Option<Request>> {
    let Some(first) = line(reader)? else { return Ok(None) };
    let mut words = first.split(' ').map(str::to_owned);
    let (Some(method), Some(path)) = (words.next(), words.next()) else { return Ok(None) };
    let mut headers = BTreeMap::new();
    loop {
        let Some(line) = line(reader)? else { return Ok(None) };
        match line.split_once(':') {
            Some((name, value)) => drop(headers.insert(name.trim().to_lowercase(), value.trim().to_owned())),
            None if line.is_empty() => break,
            None => return Err(io::ErrorKind::InvalidData.into()),
        }
    }
    let length: usize = headers.get("content-length").map_or(Ok(0), |text| text.parse()).map_err(io::Error::other)?;
    if length > LONGEST_BODY {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut body = vec![0; length];
    match reader.read_exact(&mut body) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        read => read.map(|()| Some(Request { method, path, headers, body })),
    }
}

/// A line that came whole, without its end.
fn line(reader: &mut BufReader<TcpStream>) -> io::Result<Option<String>> {
    let mut line = String::new();
    reader.take(LONGEST_LINE).read_line(&mut line)?;
    Ok(line.strip_suffix('\n').map(|line| line.trim_end_matches('\r').to_owned()))
}

// === impl Answer ===

impl Answer {
    pub(crate) fn ok(body: Value) -> Self {
        Self { status: 200, location: None, body }
    }

    /// A request that is wrong, however often it comes.
    pub(crate) fn refused() -> Self {
        Self { status: 422, location: None, body: Value::Null }
    }

    pub(crate) fn redirect(to: &str) -> Self {
        Self { status: 302, location: Some(to.to_owned()), body: Value::Null }
    }
}

// === impl Counted ===

impl Counted {
    fn new(open: &Arc<Open>) -> Self {
        *open.count.lock().unwrap() += 1;
        Self(Arc::clone(open))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        *self.0.count.lock().unwrap() -= 1;
        self.0.changed.notify_all();
    }
}
