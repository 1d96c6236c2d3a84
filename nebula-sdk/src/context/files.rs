//! Files, within the granted folders. Relative paths start at the base folder of the run.

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use nebula_ports::host::{ByteStream, Host};

use crate::{ActionError, Result};

/// Reading files.
#[derive(Debug, Clone, Copy)]
pub struct FilesRead<'a> {
    host: &'a dyn Host,
}

/// Writing files.
#[derive(Debug, Clone, Copy)]
pub struct FilesWrite<'a> {
    host: &'a dyn Host,
}

// === impl FilesRead ===

impl<'a> FilesRead<'a> {
    pub(crate) fn new(host: &'a dyn Host) -> Self {
        Self { host }
    }

    /// Opens a file and streams it: memory does not grow with its size.
    ///
    /// # Errors
    /// `Denied` outside the granted folders, `Permanent` when it cannot be opened. Items of the stream may be errors.
    pub async fn read(&self, path: &str) -> Result<ByteStream> {
        Ok(self.host.read_file(path).await?)
    }

    /// Reads a file of at most `max` bytes.
    ///
    /// # Errors
    /// As [`read`](Self::read), and `Permanent` with the code `file.too_large`.
    pub async fn read_bytes(&self, path: &str, max: usize) -> Result<Vec<u8>> {
        let mut stream = self.read(path).await?;
        let mut all = Vec::new();
        while let Some(part) = stream.next().await {
            let part = part?;
            if all.len() + part.len() > max {
                let message = format!("`{path}` has more than {max} bytes");
                return Err(ActionError::permanent("file.too_large", message));
            }
            all.extend_from_slice(&part);
        }
        Ok(all)
    }

    /// Reads a text file (UTF-8, a byte order mark is dropped) of at most `max` bytes.
    ///
    /// # Errors
    /// As [`read_bytes`](Self::read_bytes), and `Permanent` with the code `file.not_utf8`.
    pub async fn read_to_string(&self, path: &str, max: usize) -> Result<String> {
        let bytes = self.read_bytes(path, max).await?;
        match String::from_utf8(bytes) {
            Ok(text) => Ok(match text.strip_prefix('\u{feff}') {
                Some(rest) => rest.to_owned(),
                None => text,
            }),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                Err(ActionError::permanent("file.not_utf8", format!("`{path}` is not UTF-8 text: byte {at}")))
            }
        }
    }
}

// === impl FilesWrite ===

impl<'a> FilesWrite<'a> {
    pub(crate) fn new(host: &'a dyn Host) -> Self {
        Self { host }
    }

    /// Writes a file, whole or not at all, creating folders below the granted one. Returns the bytes written.
    ///
    /// # Errors
    /// `Denied` outside the granted folders, `Permanent` when it cannot be written.
    pub async fn write(&self, path: &str, content: impl Into<Bytes> + Send) -> Result<u64> {
        let content = content.into();
        self.write_stream(path, stream::iter([Ok(content)]).boxed()).await
    }

    /// Writes a file from a stream; an error in the stream leaves the file as it was.
    ///
    /// # Errors
    /// As [`write`](Self::write), and the stream's own error.
    pub async fn write_stream(&self, path: &str, content: ByteStream) -> Result<u64> {
        Ok(self.host.write_file(path, content).await?)
    }
}
