//! Messages out of a byte stream: STUN and ChannelData, one after another (RFC 8656 §12.5).

use super::channel_data::is_channel_data;
use super::message::{HEADER_LEN, MAGIC_COOKIE};

/// The longest message of a stream with its padding: a STUN message of 65,532 bytes.
pub const MAX_FRAME: usize = HEADER_LEN + 65_532;

/// The stream carries something else than TURN: no message boundary can be found again, so close
/// the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("the stream carries neither STUN nor channel data")]
pub struct FramingError;

/// Cuts the bytes that arrive on one connection into messages.
///
/// Holds at most [`MAX_FRAME`] bytes; memory grows as messages need it.
#[derive(Debug, Default)]
pub struct Framer {
    buffer: Vec<u8>,
    /// What `next` has given out already.
    start: usize,
    broken: bool,
}

/// Where the first message of some bytes ends.
struct Frame {
    /// Without padding.
    length: usize,
    /// With padding.
    padded: usize,
}

impl Framer {
    /// Nothing received yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { buffer: Vec::new(), start: 0, broken: false }
    }

    /// Takes what arrived and says how many bytes of it were taken: all, or as many as fit.
    ///
    /// After [`next`](Self::next) said `None` at least one fits, so "push, take all messages,
    /// push the rest" comes to an end.
    #[must_use = "bytes that did not fit have to be pushed again"]
    pub fn push(&mut self, bytes: &[u8]) -> usize {
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        let taken = bytes.len().min(MAX_FRAME - self.buffer.len());
        self.buffer.extend_from_slice(&bytes[..taken]);
        taken
    }

    /// The next whole message, without its padding; `None` until more bytes arrive.
    ///
    /// # Errors
    /// [`FramingError`], from then on always: close the connection.
    #[expect(clippy::should_implement_trait, reason = "what it lends ends with the next call")]
    pub fn next(&mut self) -> Option<Result<&[u8], FramingError>> {
        if self.broken {
            return Some(Err(FramingError));
        }
        let waiting = &self.buffer[self.start..];
        match frame(waiting) {
            Err(error) => {
                self.broken = true;
                Some(Err(error))
            }
            Ok(Some(frame)) if frame.padded <= waiting.len() => {
                let begin = self.start;
                self.start += frame.padded;
                Some(Ok(&self.buffer[begin..begin + frame.length]))
            }
            Ok(_) => None,
        }
    }
}

/// The first message, `None` when its head is not there yet. A wrong start is told at the first
/// byte that shows it.
fn frame(bytes: &[u8]) -> Result<Option<Frame>, FramingError> {
    let Some(&first) = bytes.first() else { return Ok(None) };
    if !is_channel_data(first) && first & 0xC0 != 0 {
        return Err(FramingError);
    }
    let Some(&[_, _, high, low]) = bytes.first_chunk() else { return Ok(None) };
    let length = usize::from(u16::from_be_bytes([high, low]));
    if is_channel_data(first) {
        let length = 4 + length;
        return Ok(Some(Frame { length, padded: length.next_multiple_of(4) }));
    }
    let cookie = &bytes[4..bytes.len().min(8)];
    if !length.is_multiple_of(4) || !MAGIC_COOKIE.starts_with(cookie) {
        return Err(FramingError);
    }
    let length = HEADER_LEN + length;
    Ok(Some(Frame { length, padded: length }))
}
