//! Random numbers.

use std::ops::Range;

use nebula_ports::host::Host;

use crate::{ActionError, Result};

/// Random numbers of the system, good enough for keys and tokens. In tests they follow from the seed, and are the same for
/// the same attempt.
#[derive(Debug, Clone, Copy)]
pub struct Random<'a> {
    host: &'a dyn Host,
}

// === impl Random ===

impl<'a> Random<'a> {
    pub(crate) fn new(host: &'a dyn Host) -> Self {
        Self { host }
    }

    /// Fills the slice.
    ///
    /// # Errors
    /// `Transient` when the system has none to give, `Denied` after the end of the attempt. So for all that follow.
    pub fn fill(&self, bytes: &mut [u8]) -> Result<()> {
        Ok(self.host.random(bytes)?)
    }

    /// So many bytes.
    ///
    /// # Errors
    /// As [`fill`](Self::fill).
    pub fn bytes<const N: usize>(&self) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// Any number of 64 bits.
    ///
    /// # Errors
    /// As [`fill`](Self::fill).
    pub fn u64(&self) -> Result<u64> {
        Ok(u64::from_le_bytes(self.bytes()?))
    }

    /// A number of the range, each as likely as the others.
    ///
    /// # Errors
    /// As [`fill`](Self::fill), and `Bug` with the code `random.empty_range` when the range has no number.
    pub fn range(&self, range: Range<u64>) -> Result<u64> {
        if range.is_empty() {
            let message = format!("there is no number in {}..{}", range.start, range.end);
            return Err(ActionError::bug(message).with_code("random.empty_range"));
        }
        let span = range.end - range.start;
        // Numbers of the last, incomplete round would come more often: they are drawn again.
        let rounds = u64::MAX - u64::MAX % span;
        loop {
            let number = self.u64()?;
            if number < rounds {
                return Ok(range.start + number % span);
            }
        }
    }

    /// A text that nothing else is called: a UUID of version 4, as in `f81d4fae-7dec-41d0-a765-00a0c91e6bf6`.
    ///
    /// # Errors
    /// As [`fill`](Self::fill).
    pub fn uuid(&self) -> Result<String> {
        let mut bytes: [u8; 16] = self.bytes()?;
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok([&text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..]].join("-"))
    }
}
