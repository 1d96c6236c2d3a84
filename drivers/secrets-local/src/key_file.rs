//! The key file: 64 hexadecimal digits, for the owner's eyes only.

use std::{fs, io, path::Path};

use nebula_ports::{Error, ErrorKind, Result};
use zeroize::Zeroizing;

use crate::{
    error::{corrupt, failed, internal},
    file,
    key::Kek,
    seal::{self, KEY, Key},
};

/// Reads a key file; `None` when it is not there.
pub(crate) fn read(operation: &'static str, path: &Path) -> Result<Option<Kek>> {
    match check_private(operation, path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        other => other?,
    }
    let text = match fs::read(path) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(operation, path, error)),
    };
    let digits = text.strip_suffix(b"\n").unwrap_or(&text);
    let digits = digits.strip_suffix(b"\r").unwrap_or(digits);
    parse(digits)
        .map(|key| Some(Kek::new(key)))
        .ok_or_else(|| corrupt(operation, path, "this is no key file: it has to hold 64 hexadecimal digits"))
}

/// Writes a new key from the system's randomness under a name that nobody reads yet.
pub(crate) fn stage(operation: &'static str, path: &Path) -> Result<Kek> {
    let key: Key =
        seal::random().map_err(|error| internal(operation, "the system gives no randomness for a key", error))?;
    file::create_folder_of(path).map_err(|error| failed(operation, path, error))?;
    file::stage(path, &print(&key)).map_err(|error| failed(operation, path, error))?;
    Ok(Kek::new(key))
}

/// Makes a new key file. Its name must be free.
pub(crate) fn create(operation: &'static str, path: &Path) -> Result<Kek> {
    let staged = file::beside(path, ".new");
    let kek = stage(operation, &staged)?;
    file::publish(&staged, path).map_err(|error| failed(operation, path, error))?;
    Ok(kek)
}

fn parse(digits: &[u8]) -> Option<Key> {
    let digits: &[u8; 2 * KEY] = digits.try_into().ok()?;
    let mut key = Key::default();
    for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
        let high = char::from(pair[0]).to_digit(16)?;
        let low = char::from(pair[1]).to_digit(16)?;
        *byte = u8::try_from(high * 16 + low).ok()?;
    }
    Some(key)
}

fn print(key: &Key) -> Zeroizing<Vec<u8>> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = Zeroizing::new(Vec::with_capacity(2 * KEY + 1));
    for byte in key.iter() {
        text.extend([DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
    }
    text.push(b'\n');
    text
}

/// Refuses a key that others may read or replace.
#[cfg(unix)]
fn check_private(operation: &'static str, path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).map_err(|error| failed(operation, path, error))?.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let message = format!(
        "others may use this key file (mode {mode:04o}): run `chmod 600 {}`, and rotate the key",
        path.display()
    );
    Err(Error::new(ErrorKind::PermissionDenied, operation, message).with_context("file", path.display()))
}

/// Elsewhere the folder's access list decides.
#[cfg(not(unix))]
fn check_private(operation: &'static str, path: &Path) -> Result<()> {
    fs::metadata(path).map(drop).map_err(|error| failed(operation, path, error))
}
