//! Messages out of a byte stream, however the stream is cut.

#![expect(clippy::unwrap_used, reason = "in a test a failed unwrap is a failed test")]

use proptest::prelude::*;
use turn::stun::{
    ChannelData, Class, Framer, FramingError, MAX_FRAME, Method, TransactionId, Writer, attr,
};

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_cut_of_a_stream_gives_the_same_messages(
        messages in prop::collection::vec(message(), 0..12),
        cuts: Vec<prop::sample::Index>,
    ) {
        let stream: Vec<u8> = messages.iter().flat_map(|message| padded(message)).collect();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
        cuts.push(stream.len());
        cuts.sort_unstable();
        let mut framer = Framer::new();
        let mut received = Vec::new();
        let mut from = 0;
        for cut in cuts {
            received.extend(feed(&mut framer, &stream[from..cut]).unwrap());
            from = cut;
        }
        prop_assert_eq!(received, messages);
    }

    #[test]
    fn any_cut_of_any_bytes_gives_the_same_messages_and_the_same_end(
        head in prop::collection::vec(message(), 0..3),
        noise: Vec<u8>,
        cuts: Vec<prop::sample::Index>,
    ) {
        let mut stream: Vec<u8> = head.iter().flat_map(|message| padded(message)).collect();
        stream.extend(noise);
        let mut whole = Framer::new();
        let at_once = feed_all(&mut whole, &[&stream]);
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
        cuts.extend([0, stream.len()]);
        cuts.sort_unstable();
        let pieces: Vec<&[u8]> = cuts.windows(2).map(|pair| &stream[pair[0]..pair[1]]).collect();
        prop_assert_eq!(feed_all(&mut Framer::new(), &pieces), at_once);
    }
}

#[test]
fn a_byte_at_a_time_a_message_comes_with_its_last_byte() {
    let message = stun(40);
    let channel_data = [&ChannelData::header(0x4000, 5)[..], b"abcde"].concat();
    let stream = [padded(&message), padded(&channel_data)].concat();
    let mut framer = Framer::new();
    for (index, byte) in stream.iter().enumerate() {
        let received = feed(&mut framer, &[*byte]).unwrap();
        let expected = if index + 1 == message.len() {
            vec![message.clone()]
        } else if index + 1 == stream.len() {
            vec![channel_data.clone()]
        } else {
            Vec::new()
        };
        assert_eq!(received, expected, "byte {index}");
    }
}

#[test]
fn a_start_that_is_neither_is_told_at_once_and_for_ever() {
    for first in 0..=255_u8 {
        let mut framer = Framer::new();
        assert_eq!(framer.push(&[first]), 1);
        let wrong = framer.next() == Some(Err(FramingError));
        assert_eq!(wrong, !matches!(first, 0..=0x7F), "{first:#x}");
    }
    let hello = [0x16, 3, 1, 2, 0, 1, 0];
    let mut framer = Framer::new();
    assert_eq!(feed(&mut framer, &hello), Err(FramingError), "a TLS ClientHello");
    assert_eq!(feed(&mut framer, &stun(4)), Err(FramingError));
    let mut odd = stun(4);
    odd[3] = 9;
    assert_eq!(feed(&mut Framer::new(), &odd[..4]), Err(FramingError), "no multiple of four");
    let mut cookie = stun(4);
    cookie[5] = 0;
    assert!(feed(&mut Framer::new(), &cookie[..5]).is_ok());
    assert_eq!(feed(&mut Framer::new(), &cookie[..6]), Err(FramingError), "no cookie");
}

#[test]
fn the_longest_messages_fit_and_more_than_one_is_not_held() {
    let longest = [&ChannelData::header(0x7FFF, u16::MAX)[..], &[7; 65_535]].concat();
    let mut header = stun(0);
    header[2..4].copy_from_slice(&65_532_u16.to_be_bytes());
    header.resize(MAX_FRAME, 0);
    for message in [longest, header] {
        let stream = [padded(&message), padded(&message), padded(&message)].concat();
        let mut framer = Framer::new();
        assert!(framer.push(&stream) <= MAX_FRAME);
        assert_eq!(feed(&mut Framer::new(), &stream).unwrap(), vec![message.clone(); 3]);
    }
}

fn message() -> impl Strategy<Value = Vec<u8>> {
    let stun = (0_usize..300).prop_map(stun);
    let channel_data = (0x4000_u16..0x8000, prop::collection::vec(any::<u8>(), 0..300)).prop_map(
        |(number, data)| {
            let head = ChannelData::header(number, u16::try_from(data.len()).unwrap());
            [&head[..], &data].concat()
        },
    );
    prop_oneof![stun, channel_data]
}

/// A STUN message with so many bytes of data.
fn stun(length: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    Writer::new(&mut bytes, Class::Indication, Method::Send, TransactionId([3; 12]))
        .attribute(attr::DATA, &vec![0x5A; length])
        .finish();
    bytes
}

fn padded(message: &[u8]) -> Vec<u8> {
    let mut padded = message.to_vec();
    padded.resize(message.len().next_multiple_of(4), 0);
    padded
}

/// Pushes all bytes as a connection does and collects the messages.
fn feed(framer: &mut Framer, bytes: &[u8]) -> Result<Vec<Vec<u8>>, FramingError> {
    let (messages, end) = feed_all(framer, &[bytes]);
    end.map(|()| messages)
}

type Fed = (Vec<Vec<u8>>, Result<(), FramingError>);

fn feed_all(framer: &mut Framer, pieces: &[&[u8]]) -> Fed {
    let mut messages = Vec::new();
    for piece in pieces {
        let mut rest = *piece;
        loop {
            let taken = framer.push(rest);
            rest = &rest[taken..];
            while let Some(next) = framer.next() {
                match next {
                    Ok(message) => messages.push(message.to_vec()),
                    Err(error) => return (messages, Err(error)),
                }
            }
            if rest.is_empty() {
                break;
            }
            assert!(taken > 0, "there is always room for one byte more");
        }
    }
    (messages, Ok(()))
}
