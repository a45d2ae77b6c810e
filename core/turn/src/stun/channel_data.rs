//! ChannelData: a channel number, a length, and the data (RFC 8656 §12.4).
//!
//! Clients choose the numbers. RFC 8656 §12 leaves them `0x4000..=0x4FFF`; those that were written
//! for RFC 5766 §11 choose from `0x4000..=0x7FFF`, coturn's own among them, and are served too:
//! nothing else begins with such a byte where TURN is spoken.

/// Length of the head: number and length, two bytes each.
const HEAD_LEN: usize = 4;

/// One ChannelData message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChannelData<'a> {
    /// `0x4000..=0x7FFF`.
    pub number: u16,
    /// What goes to or came from the peer.
    pub data: &'a [u8],
}

/// Why bytes are no ChannelData message; drop them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ChannelDataError {
    /// The channel number is outside `0x4000..=0x7FFF`.
    #[error("no channel has this number")]
    Number,
    /// There is less, or on a stream not exactly, what the length says.
    #[error("the length of the channel data is wrong")]
    Length,
}

/// Whether a packet or message that begins with this byte is ChannelData (RFC 5766 §11).
#[must_use]
pub const fn is_channel_data(first_byte: u8) -> bool {
    matches!(first_byte, 0x40..=0x7F)
}

/// Whether a channel may have this number (RFC 5766 §11, which holds those of RFC 8656 §12).
#[must_use]
pub const fn is_channel_number(number: u16) -> bool {
    matches!(number, 0x4000..=0x7FFF)
}

impl<'a> ChannelData<'a> {
    /// Reads a datagram; what follows the data is padding and ignored (RFC 8656 §12.5).
    ///
    /// # Errors
    /// [`ChannelDataError`]: the datagram is to be dropped.
    pub fn parse_datagram(bytes: &'a [u8]) -> Result<Self, ChannelDataError> {
        let (head, rest) = bytes.split_first_chunk::<HEAD_LEN>().ok_or(ChannelDataError::Length)?;
        let number = u16::from_be_bytes([head[0], head[1]]);
        if !is_channel_number(number) {
            return Err(ChannelDataError::Number);
        }
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        let data = rest.get(..length).ok_or(ChannelDataError::Length)?;
        Ok(Self { number, data })
    }

    /// Reads what [`Framer`](super::Framer) gives: head and data, exactly.
    ///
    /// # Errors
    /// [`ChannelDataError`]: it did not come from a `Framer`.
    pub fn parse_stream(bytes: &'a [u8]) -> Result<Self, ChannelDataError> {
        let channel_data = Self::parse_datagram(bytes)?;
        let whole = channel_data.data.len() + HEAD_LEN == bytes.len();
        whole.then_some(channel_data).ok_or(ChannelDataError::Length)
    }

    /// The head of a message with `length` bytes of data.
    #[must_use]
    pub const fn header(number: u16, length: u16) -> [u8; HEAD_LEN] {
        let [a, b] = number.to_be_bytes();
        let [c, d] = length.to_be_bytes();
        [a, b, c, d]
    }

    /// Bytes of padding that follow `length` bytes of data on a stream (RFC 8656 §12.5).
    #[must_use]
    pub const fn padding(length: u16) -> u8 {
        match length % 4 {
            1 => 3,
            2 => 2,
            3 => 1,
            _ => 0,
        }
    }
}
