//! Our codec against another one, both ways, and against bytes that nobody meant.

#![expect(clippy::unwrap_used, reason = "in a test a failed unwrap is a failed test")]

mod plan;

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use plan::{
    builder, class_of_oracle, credentials, family, key, ours, plan, transaction_of_oracle, u128_of,
    written_by_oracle,
};
use proptest::prelude::*;
use stun_types::attribute as theirs;
use stun_types::attribute::{Attribute, AttributeType};
use stun_types::message as oracle;
use stun_types::message::{MessageWrite, MessageWriteExt};
use turn::stun::{ChannelData, Class, Message, Method, ParseError, TransactionId, Writer, attr};

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..Default::default() })]

    #[test]
    fn what_we_write_the_oracle_reads_and_verifies(plan in plan()) {
        let bytes = ours(&plan);
        let read = oracle::Message::from_bytes(&bytes).unwrap();
        prop_assert_eq!(read.method().value(), plan.method);
        prop_assert_eq!(read.class(), class_of_oracle(plan.class));
        prop_assert_eq!(read.transaction_id(), transaction_of_oracle(&plan));
        let mut attributes = read.iter_attributes().map(|(_, raw)| raw);
        for (kind, value) in &plan.attributes {
            let raw = attributes.next().unwrap();
            prop_assert_eq!(raw.get_type().value(), *kind);
            prop_assert_eq!(&raw.value[..], &value[..]);
        }
        if plan.integrity.is_some() {
            prop_assert!(read.validate_integrity(&credentials(&plan, "")).is_ok());
            prop_assert!(read.validate_integrity(&credentials(&plan, "x")).is_err());
        }
    }

    #[test]
    fn what_the_oracle_writes_we_read_and_verify(plan in plan()) {
        let bytes = written_by_oracle(&plan);
        let read = Message::parse(&bytes).unwrap();
        prop_assert_eq!(read.class(), plan.class);
        prop_assert_eq!(read.method().number(), plan.method);
        prop_assert_eq!(read.transaction(), TransactionId(plan.transaction));
        let attributes: Vec<_> =
            read.attributes().map(|(kind, value)| (kind, value.to_vec())).collect();
        prop_assert_eq!(&attributes[..plan.attributes.len()], &plan.attributes[..]);
        let signatures = usize::from(plan.integrity.is_some());
        prop_assert_eq!(attributes.len(), plan.attributes.len() + signatures);
        prop_assert_eq!(read.integrity(), plan.integrity);
        prop_assert_eq!(read.verify(&key(&plan, "")), plan.integrity.is_some());
        prop_assert!(!read.verify(&key(&plan, "x")));
    }

    #[test]
    fn both_codecs_write_the_same_bytes(plan in plan()) {
        prop_assert_eq!(ours(&plan), written_by_oracle(&plan));
    }

    #[test]
    fn addresses_cross_both_ways(address: (IpAddr, u16), transaction: [u8; 12]) {
        let address = SocketAddr::from(address);
        let id = u128_of(transaction).into();
        let mut bytes = Vec::new();
        Writer::new(&mut bytes, Class::Success, Method::Binding, TransactionId(transaction))
            .xor_address(attr::XOR_MAPPED_ADDRESS, address)
            .finish();
        let read = oracle::Message::from_bytes(&bytes).unwrap();
        let mapped = read.attribute::<theirs::XorMappedAddress>().unwrap();
        prop_assert_eq!(mapped.addr(id), address);

        let mut builder = builder(oracle::MessageClass::Success, 1, id);
        builder.add_attribute(&theirs::XorMappedAddress::new(address, id)).unwrap();
        let bytes = builder.finish();
        let read = Message::parse(&bytes).unwrap();
        prop_assert_eq!(read.xor_address(attr::XOR_MAPPED_ADDRESS), Some(Ok(address)));
    }

    #[test]
    fn error_codes_cross_both_ways(code in 300_u16..700, reason in "[a-zA-Zäß ]{0,40}") {
        let mut bytes = Vec::new();
        Writer::new(&mut bytes, Class::Error, Method::Allocate, TransactionId([1; 12]))
            .error(code, &reason)
            .unknown(&[0x1234, 0x7fff, 0x0002])
            .finish();
        let read = oracle::Message::from_bytes(&bytes).unwrap();
        let error = read.attribute::<theirs::ErrorCode>().unwrap();
        prop_assert_eq!((error.code(), error.reason()), (code, &reason[..]));
        let unknown = read.attribute::<theirs::UnknownAttributes>().unwrap();
        for kind in [0x1234, 0x7fff, 0x0002] {
            prop_assert!(unknown.has_attribute(AttributeType::new(kind)));
        }

        let mut builder = builder(oracle::MessageClass::Error, 3, 1.into());
        builder.add_attribute(&theirs::ErrorCode::new(code, &reason).unwrap()).unwrap();
        let bytes = builder.finish();
        let read = Message::parse(&bytes).unwrap();
        prop_assert_eq!(read.error_code(), Some(Ok((code, &reason[..]))));
    }

    #[test]
    fn values_of_turn_attributes_come_back(
        seconds: u32, channel: u16, protocol: u8, family in family(),
    ) {
        let mut bytes = Vec::new();
        Writer::new(&mut bytes, Class::Request, Method::Allocate, TransactionId([1; 12]))
            .lifetime(Duration::from_secs(seconds.into()))
            .channel_number(channel)
            .requested_transport(protocol)
            .family(attr::REQUESTED_ADDRESS_FAMILY, family)
            .attribute(attr::EVEN_PORT, &[protocol])
            .finish();
        let read = Message::parse(&bytes).unwrap();
        prop_assert_eq!(read.lifetime(), Some(Ok(Duration::from_secs(seconds.into()))));
        let valid = (0x4000..0x8000).contains(&channel);
        let expected = if valid { Ok(channel) } else { Err(ParseError::Attribute) };
        prop_assert_eq!(read.channel_number(), Some(expected));
        prop_assert_eq!(read.requested_transport(), Some(Ok(protocol)));
        prop_assert_eq!(read.requested_family(), Some(Ok(family)));
        prop_assert_eq!(read.additional_family(), None);
        prop_assert_eq!(read.even_port(), Some(Ok(protocol >= 0x80)));
    }

    #[test]
    fn bytes_that_nobody_meant_neither_panic_nor_verify(
        plan in plan(), cut: prop::sample::Index, changes: Vec<(prop::sample::Index, u8)>,
    ) {
        let written = ours(&plan);
        let cut = cut.index(written.len());
        prop_assert!(Message::parse(&written[..cut]).is_err());
        let mut bytes = written.clone();
        for (at, value) in changes {
            *at.get_mut(&mut bytes) = value;
        }
        if let Ok(message) = Message::parse(&bytes) {
            read_everything(&message);
            let vouched = bytes.len() - if plan.fingerprint { 8 } else { 0 };
            let whole = plan.integrity.is_some() && bytes[4..vouched] == written[4..vouched];
            prop_assert!(whole || !message.verify(&key(&plan, "")));
        }
    }

    #[test]
    fn any_bytes_behind_a_header_are_read_without_a_panic(
        kind in 0_u16..0x4000, words: Vec<[u8; 4]>,
    ) {
        let body = words.concat();
        let mut bytes = kind.to_be_bytes().to_vec();
        bytes.extend(u16::try_from(body.len()).unwrap().to_be_bytes());
        bytes.extend([0x21, 0x12, 0xA4, 0x42]);
        bytes.extend([7; 12]);
        bytes.extend(body);
        if let Ok(message) = Message::parse(&bytes) {
            read_everything(&message);
        }
    }

    #[test]
    fn channel_data_comes_back_and_short_or_foreign_bytes_are_refused(
        number: u16, data: Vec<u8>, padding in 0_usize..4,
    ) {
        let head = ChannelData::header(number, u16::try_from(data.len()).unwrap());
        let whole = [&head[..], &data].concat();
        let expected = ChannelData { number, data: &data };
        let padded = [&whole[..], &vec![0; padding]].concat();
        let read = ChannelData::parse_datagram(&padded);
        prop_assert_eq!(read.ok(), (0x4000..0x8000).contains(&number).then_some(expected));
        prop_assert_eq!(ChannelData::parse_stream(&whole).ok(), read.ok());
        prop_assert!(padding == 0 || ChannelData::parse_stream(&padded).is_err());
        for length in 0..whole.len() {
            prop_assert!(ChannelData::parse_datagram(&whole[..length]).is_err());
        }
    }
}

#[test]
fn every_class_and_method_has_the_type_that_the_oracle_gives_it() {
    for method in 0..0x1000 {
        for class in [Class::Request, Class::Indication, Class::Success, Class::Error] {
            let mut bytes = Vec::new();
            let from = Method::from_number(method);
            Writer::new(&mut bytes, class, from, TransactionId([0; 12])).finish();
            let expected = oracle::MessageType::from_class_method(
                class_of_oracle(class),
                oracle::Method::new(method),
            );
            assert_eq!(bytes[..2], expected.to_bytes());
            let read = Message::parse(&bytes).unwrap();
            assert_eq!((read.class(), read.method()), (class, from));
            assert_eq!(from.number(), method);
        }
    }
}

#[test]
fn attributes_that_must_be_known_and_are_not_are_named() {
    let mut bytes = Vec::new();
    Writer::new(&mut bytes, Class::Request, Method::Allocate, TransactionId([0; 12]))
        .attribute(attr::LIFETIME, &[0; 4])
        .attribute(0x7777, b"")
        .attribute(0x8777, b"may be ignored")
        .attribute(attr::DONT_FRAGMENT, b"")
        .finish();
    let read = Message::parse(&bytes).unwrap();
    let unknown: Vec<_> = read.unknown_required(&[attr::LIFETIME]).collect();
    assert_eq!(unknown, [0x7777, attr::DONT_FRAGMENT]);
}

#[test]
fn of_an_attribute_that_comes_twice_the_first_counts() {
    let peers: [SocketAddr; 2] = ["9.9.9.9:9999".parse().unwrap(), "[2003::1]:9".parse().unwrap()];
    let mut bytes = Vec::new();
    Writer::new(&mut bytes, Class::Request, Method::CreatePermission, TransactionId([9; 12]))
        .xor_address(attr::XOR_PEER_ADDRESS, peers[0])
        .xor_address(attr::XOR_PEER_ADDRESS, peers[1])
        .attribute(attr::XOR_PEER_ADDRESS, &[0, 3, 0, 0])
        .attribute(attr::XOR_PEER_ADDRESS, &[0, 1, 0, 0, 1, 2, 3])
        .finish();
    let read = Message::parse(&bytes).unwrap();
    assert_eq!(read.xor_address(attr::XOR_PEER_ADDRESS), Some(Ok(peers[0])));
    let all: Vec<_> = read.xor_peer_addresses().collect();
    let expected =
        [Ok(peers[0]), Ok(peers[1]), Err(ParseError::Family), Err(ParseError::Attribute)];
    assert_eq!(all, expected);
}

#[test]
fn wrong_lengths_cookies_and_fingerprints_are_refused_each_with_its_reason() {
    let mut good = Vec::new();
    Writer::new(&mut good, Class::Request, Method::Binding, TransactionId([9; 12]))
        .attribute(attr::SOFTWARE, b"abc")
        .fingerprint()
        .finish();
    assert!(Message::parse(&good).is_ok());
    let changed = |at: usize, value: u8| {
        let mut bytes = good.clone();
        bytes[at] = value;
        Message::parse(&bytes).err()
    };
    assert_eq!(changed(0, 0x40), Some(ParseError::NotStun));
    assert_eq!(changed(4, 0x22), Some(ParseError::NotStun));
    assert_eq!(Message::parse(&good[..19]).err(), Some(ParseError::NotStun));
    assert_eq!(changed(3, 12), Some(ParseError::Length));
    assert_eq!(Message::parse(&[&good[..], &[0; 4]].concat()).err(), Some(ParseError::Length));
    let mut odd = good.clone();
    odd[3] = 18;
    odd.extend([0; 2]);
    assert_eq!(Message::parse(&odd).err(), Some(ParseError::Length));
    assert_eq!(changed(23, 200), Some(ParseError::Attribute));
    assert_eq!(changed(24, b'x'), Some(ParseError::Fingerprint));
    let mut followed = good;
    followed[3] += 4;
    followed.extend([0x80, 0x22, 0, 0]);
    assert_eq!(Message::parse(&followed).err(), Some(ParseError::Fingerprint));
}

/// Calls every reader there is.
fn read_everything(message: &Message<'_>) {
    let total: usize = message.attributes().map(|(_, value)| value.len()).sum();
    assert!(total <= message.bytes().len());
    for kind in [attr::XOR_PEER_ADDRESS, attr::XOR_MAPPED_ADDRESS, attr::XOR_RELAYED_ADDRESS] {
        let _ = message.xor_address(kind);
    }
    let _ = (message.username(), message.realm(), message.nonce(), message.lifetime());
    let _ = (message.error_code(), message.data(), message.channel_number());
    let _ = (message.requested_transport(), message.requested_family());
    let _ = (message.additional_family(), message.even_port(), message.password_algorithm());
    let _ = (message.xor_peer_addresses().count(), message.unknown_required(&[]).count());
    let _ = (message.class(), message.method(), message.transaction());
}
