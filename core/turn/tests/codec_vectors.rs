//! The test vectors of RFC 5769, and the writer on what they hold.

#![expect(clippy::unwrap_used, reason = "in a test a failed unwrap is a failed test")]

use std::net::SocketAddr;

use turn::stun::{Class, Integrity, Key, Message, Method, ParseError, TransactionId, Writer, attr};

/// RFC 5769 §2.1 to §2.3.
const PASSWORD: &[u8] = b"VOkJxbRl1RmTxUk/WvJxBt";
const TRANSACTION: TransactionId =
    TransactionId([0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae]);

/// RFC 5769 §2.1. Its padding is spaces.
const REQUEST: &str = "00010058 2112a442 b7e7a701bc34d686fa87dfae
    80220010 5354554e207465737420636c69656e74
    00240004 6e0001ff
    80290008 932ff9b151263b36
    00060009 6576746a3a68367659202020
    00080014 9aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2
    80280004 e57a3bcf";

/// RFC 5769 §2.2.
const IPV4_RESPONSE: &str = "0101003c 2112a442 b7e7a701bc34d686fa87dfae
    8022000b 7465737420766563746f7220
    00200008 0001a147e112a643
    00080014 2b91f599fd9e90c38c7489f92af9ba53f06be7d7
    80280004 c07d4c96";

/// RFC 5769 §2.3.
const IPV6_RESPONSE: &str = "01010048 2112a442 b7e7a701bc34d686fa87dfae
    8022000b 7465737420766563746f7220
    00200014 0002a1470113a9faa5d3f179bc25f4b5bed2b9d9
    00080014 a382954e4be67bf11784c97c8292c275bfe3ed41
    80280004 c8fb0b4c";

/// RFC 5769 §2.4.
const LONG_TERM_REQUEST: &str = "00010060 2112a442 78ad3433c6ad72c029da412e
    00060012 e3839ee38388e383aae38383e382afe382b90000
    0015001c 662f2f3439396b3935346436 4f4c33346f4c394653547679363473 41
    0014000b 6578616d706c652e6f726700
    00080014 f67024656dd64a3e02b8e0712e85c9a28ca89666";

#[test]
fn the_sample_request_is_read_and_its_integrity_verified() {
    let bytes = bytes(REQUEST);
    let message = Message::parse(&bytes).unwrap();
    assert_eq!((message.class(), message.method()), (Class::Request, Method::Binding));
    assert_eq!(message.transaction(), TRANSACTION);
    assert_eq!(message.attribute(attr::SOFTWARE), Some(&b"STUN test client"[..]));
    assert_eq!(message.attribute(attr::PRIORITY), Some(&[0x6e, 0, 1, 0xff][..]));
    assert_eq!(message.username(), Some(Ok("evtj:h6vY")));
    assert_eq!(message.integrity(), Some(Integrity::Sha1));
    assert!(message.verify(&Key::short_term(PASSWORD).unwrap()));
    assert!(!message.verify(&Key::short_term(b"VOkJxbRl1RmTxUk/WvJxBT").unwrap()));
}

#[test]
fn the_sample_responses_tell_the_mapped_address() {
    let expected = [
        (IPV4_RESPONSE, "192.0.2.1:32853"),
        (IPV6_RESPONSE, "[2001:db8:1234:5678:11:2233:4455:6677]:32853"),
    ];
    for (response, address) in expected {
        let bytes = bytes(response);
        let message = Message::parse(&bytes).unwrap();
        assert_eq!(message.class(), Class::Success);
        let mapped = message.xor_address(attr::XOR_MAPPED_ADDRESS);
        assert_eq!(mapped, Some(Ok(address.parse().unwrap())));
        assert_eq!(message.attribute(attr::SOFTWARE), Some(&b"test vector"[..]));
        assert!(message.verify(&Key::short_term(PASSWORD).unwrap()));
    }
}

#[test]
fn the_sample_request_with_long_term_authentication_is_verified() {
    let bytes = bytes(LONG_TERM_REQUEST);
    let message = Message::parse(&bytes).unwrap();
    let username = message.username().unwrap().unwrap();
    assert_eq!(username, "マトリックス");
    assert_eq!(message.realm(), Some(Ok("example.org")));
    assert_eq!(message.nonce(), Some(&b"f//499k954d6OL34oL9FSTvy64sA"[..]));
    assert!(message.verify(&Key::md5(username, "example.org", "TheMatrIX")));
    assert!(!message.verify(&Key::md5(username, "example.com", "TheMatrIX")));
    assert!(!message.verify(&Key::sha256(username, "example.org", "TheMatrIX")));
}

#[test]
fn the_writer_writes_the_long_term_sample_byte_for_byte() {
    let sample = bytes(LONG_TERM_REQUEST);
    let message = Message::parse(&sample).unwrap();
    let mut written = vec![0xAA; 300];
    let mut writer =
        Writer::new(&mut written, Class::Request, Method::Binding, message.transaction());
    writer
        .attribute(attr::USERNAME, "マトリックス".as_bytes())
        .attribute(attr::NONCE, b"f//499k954d6OL34oL9FSTvy64sA")
        .attribute(attr::REALM, b"example.org")
        .integrity(&Key::md5("マトリックス", "example.org", "TheMatrIX"), Integrity::Sha1);
    assert_eq!(writer.finish(), sample.len());
    assert_eq!(written, sample);
}

/// Not in the heads of attributes: with another length or number the last one may be no
/// fingerprint any more, and that is what integrity is for.
#[test]
fn a_change_of_any_bit_of_header_and_values_is_noticed() {
    for sample in [REQUEST, IPV4_RESPONSE, IPV6_RESPONSE] {
        let sample = bytes(sample);
        let values = Message::parse(&sample).unwrap().attributes();
        let mut heads = vec![20];
        for (_, value) in values {
            heads.push(heads[heads.len() - 1] + 4 + value.len().next_multiple_of(4));
        }
        for bit in 0..sample.len() * 8 {
            let mut changed = sample.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            if !heads.iter().any(|head| (*head..head + 4).contains(&(bit / 8))) {
                assert!(Message::parse(&changed).is_err(), "bit {bit}");
            }
        }
    }
}

#[test]
fn a_change_of_any_bit_before_the_integrity_is_noticed_by_it() {
    let sample = bytes(LONG_TERM_REQUEST);
    let key = Key::md5("マトリックス", "example.org", "TheMatrIX");
    for bit in 0..sample.len() * 8 {
        let mut changed = sample.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let verified = Message::parse(&changed).is_ok_and(|message| message.verify(&key));
        assert!(!verified, "bit {bit}");
    }
}

#[test]
fn what_follows_the_integrity_is_not_read() {
    let key = Key::md5("ann", "example.org", "secret");
    for integrity in [Integrity::Sha1, Integrity::Sha256] {
        let mut bytes = Vec::new();
        let mut writer = Writer::new(&mut bytes, Class::Request, Method::Allocate, TRANSACTION);
        writer
            .attribute(attr::USERNAME, b"ann")
            .integrity(&key, integrity)
            .attribute(attr::USERNAME, b"bob")
            .attribute(attr::REALM, b"example.com")
            .fingerprint()
            .finish();
        let message = Message::parse(&bytes).unwrap();
        assert!(message.verify(&key), "{integrity:?}");
        assert_eq!(message.username(), Some(Ok("ann")));
        assert_eq!(message.realm(), None);
        assert_eq!(message.attributes().count(), 2);
    }
}

#[test]
fn with_both_integrity_attributes_the_stronger_one_counts() {
    let key = Key::md5("ann", "example.org", "secret");
    let mut bytes = Vec::new();
    Writer::new(&mut bytes, Class::Request, Method::Allocate, TRANSACTION)
        .attribute(attr::USERNAME, b"ann")
        .integrity(&key, Integrity::Sha1)
        .integrity(&key, Integrity::Sha256)
        .finish();
    let message = Message::parse(&bytes).unwrap();
    assert_eq!(message.integrity(), Some(Integrity::Sha256));
    assert!(message.verify(&key));
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    assert!(!Message::parse(&bytes).unwrap().verify(&key), "the weaker one does not help");
}

#[test]
fn an_integrity_of_sha256_may_be_cut_to_half_and_no_further() {
    let key = Key::sha256("ann", "example.org", "secret");
    for length in (0..=40).step_by(4) {
        let mut bytes = Vec::new();
        let mut writer = Writer::new(&mut bytes, Class::Request, Method::Refresh, TRANSACTION);
        if [16, 20, 24, 28, 32].contains(&length) {
            writer.integrity_sha256(&key, length).finish();
            let message = Message::parse(&bytes).unwrap();
            let value = message.attribute(attr::MESSAGE_INTEGRITY_SHA256).unwrap();
            assert_eq!(value.len(), length);
            assert!(message.verify(&key), "{length}");
        } else {
            writer.attribute(attr::MESSAGE_INTEGRITY_SHA256, &vec![0; length]).finish();
            assert_eq!(Message::parse(&bytes).err(), Some(ParseError::Attribute), "{length}");
        }
    }
}

#[test]
fn a_message_too_long_for_stun_is_given_up_and_the_buffer_used_again() {
    let mut bytes = Vec::new();
    let mut write = |lengths: &[usize]| {
        let mut writer = Writer::new(&mut bytes, Class::Indication, Method::Send, TRANSACTION);
        for length in lengths {
            writer.attribute(attr::DATA, &vec![1; *length]);
        }
        let length = writer.fingerprint().finish();
        assert_eq!(length, bytes.len());
        if length > 0 {
            assert!(Message::parse(&bytes).is_ok());
        }
        length
    };
    assert_eq!(write(&[65_520]), 20 + 4 + 65_520 + 8);
    assert_eq!(write(&[65_521]), 0);
    assert_eq!(write(&[70_000]), 0);
    assert_eq!(write(&[65_000, 600, 1]), 0);
    assert_eq!(write(&[3]), 20 + 8 + 8);
}

#[test]
fn keys_are_not_shown_by_debug_and_short_term_ones_have_a_longest() {
    assert_eq!(format!("{:?}", Key::md5("ann", "example.org", "secret")), "Key(…)");
    assert!(Key::short_term(&[1; 32]).is_some());
    assert!(Key::short_term(&[1; 33]).is_none());
}

#[test]
fn the_head_of_a_data_indication_is_what_the_writer_writes() {
    for peer in ["192.0.2.1:32853", "[2001:db8::1]:40000"] {
        let peer: SocketAddr = peer.parse().unwrap();
        for length in [0, 1, 2, 3, 4, 1_200, 65_000] {
            let payload = vec![0x5A; length];
            let mut written = Vec::new();
            Writer::new(&mut written, Class::Indication, Method::Data, TRANSACTION)
                .xor_address(attr::XOR_PEER_ADDRESS, peer)
                .attribute(attr::DATA, &payload)
                .finish();
            let head = turn::stun::data_indication_head(TRANSACTION, peer, length).unwrap();
            let mut whole = [head.as_bytes(), &payload].concat();
            whole.resize(whole.len().next_multiple_of(4), 0);
            assert_eq!(whole, written, "{peer} {length}");
        }
        assert_eq!(turn::stun::data_indication_head(TRANSACTION, peer, 65_530), None);
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> =
        hex.chars().filter_map(|c| c.to_digit(16)).map(|digit| digit.try_into().unwrap()).collect();
    digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}
