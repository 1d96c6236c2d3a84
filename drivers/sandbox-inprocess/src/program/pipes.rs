//! The three pipes of a program.

use std::{
    fs::File,
    io::{self, Read},
    os::fd::OwnedFd,
    process::Child,
};

use bytes::{Bytes, BytesMut};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::unix::pipe,
};

/// Bytes read at once.
const CHUNK: usize = 64 * 1024;

/// What comes out of a program, up to a limit.
#[derive(Debug)]
pub(super) struct Output {
    /// `None` at its end.
    pipe: Option<pipe::Receiver>,
    got: BytesMut,
    limit: u64,
}

/// The program has written too much.
#[derive(Debug)]
pub(super) struct TooMuch;

// === impl Output ===

impl Output {
    pub(super) fn new(fd: Option<OwnedFd>, limit: u64) -> io::Result<Self> {
        let pipe = fd.map(pipe::Receiver::from_owned_fd).transpose()?;
        Ok(Self { pipe, got: BytesMut::new(), limit })
    }

    pub(super) fn is_open(&self) -> bool {
        self.pipe.is_some()
    }

    /// Waits for more of it.
    pub(super) async fn more(&mut self) -> Result<(), TooMuch> {
        let Some(pipe) = &mut self.pipe else { return Ok(()) };
        self.got.reserve(CHUNK);
        // What cannot be read any more has ended.
        if !matches!(pipe.read_buf(&mut self.got).await, Ok(1..)) {
            self.pipe = None;
        }
        self.check()
    }

    /// What is there when the program has ended; whoever still holds the other end is not waited for.
    pub(super) fn rest(mut self) -> Result<Bytes, TooMuch> {
        let fd = self.pipe.take().and_then(|pipe| pipe.into_nonblocking_fd().ok());
        if let Some(mut pipe) = fd.map(File::from) {
            let mut chunk = vec![0; CHUNK];
            while let Ok(length @ 1..) = pipe.read(&mut chunk) {
                self.got.extend_from_slice(&chunk[..length]);
                self.check()?;
            }
        }
        Ok(self.got.freeze())
    }

    fn check(&self) -> Result<(), TooMuch> {
        if self.got.len() as u64 > self.limit { Err(TooMuch) } else { Ok(()) }
    }
}

/// Gives a program its input, and then the end of it. A program that does not read it is no mistake.
pub(super) async fn feed(fd: Option<OwnedFd>, input: Bytes) {
    if let Some(Ok(mut pipe)) = fd.map(pipe::Sender::from_owned_fd) {
        let _ = pipe.write_all(&input).await;
    }
}

/// Standard input, output and error of a program that was just started.
pub(super) fn take(child: &mut Child) -> [Option<OwnedFd>; 3] {
    [child.stdin.take().map(Into::into), child.stdout.take().map(Into::into), child.stderr.take().map(Into::into)]
}
