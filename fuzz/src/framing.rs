//! Target: a byte stream of STUN messages and ChannelData.

use turn::stun::{ChannelData, Framer, MAX_FRAME, is_channel_data};

/// The first byte says into pieces of which length the rest is cut; as a whole it must give the
/// same.
///
/// # Panics
/// When it does not.
pub fn turn_stream(bytes: &[u8]) {
    let Some((&piece, stream)) = bytes.split_first() else { return };
    let whole = messages(stream, usize::MAX);
    assert_eq!(messages(stream, usize::from(piece).max(1)), whole);
}

/// The messages of a stream, and whether it broke.
fn messages(stream: &[u8], piece: usize) -> (Vec<Vec<u8>>, bool) {
    let mut framer = Framer::new();
    let mut messages = Vec::new();
    let mut rest = stream;
    let mut unread = 0;
    while !rest.is_empty() {
        let taken = framer.push(&rest[..piece.min(rest.len())]);
        assert!(taken > 0, "there is always room for one byte more");
        rest = &rest[taken..];
        unread += taken;
        assert!(unread <= MAX_FRAME);
        while let Some(next) = framer.next() {
            let Ok(message) = next else { return (messages, true) };
            if is_channel_data(message[0]) {
                assert!(ChannelData::parse_stream(message).is_ok());
            }
            unread -= message.len().next_multiple_of(4);
            messages.push(message.to_vec());
        }
    }
    (messages, false)
}
