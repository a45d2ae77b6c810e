//! A client of the tests: builds requests as RFC 8489 §9.2 says, and takes answers apart.

use std::net::SocketAddr;
use std::time::Duration;

use turn::TurnCredential;
use turn::server::{Family, FiveTuple};
use turn::stun::{
    Class, Integrity, Key, Message, Method, PasswordAlgorithm, TransactionId, Writer, attr,
    data_indication_head,
};

use super::world::{Got, REALM, World};

/// One client on one five-tuple.
#[derive(Debug, Clone)]
pub(super) struct Client {
    pub(super) tuple: FiveTuple,
    pub(super) shard: u8,
    pub(super) username: String,
    pub(super) password: String,
    pub(super) nonce: Vec<u8>,
    pub(super) integrity: Integrity,
    /// Sends PASSWORD-ALGORITHMS back and chooses this one.
    pub(super) algorithm: Option<PasswordAlgorithm>,
    pub(super) fingerprint: bool,
    next_transaction: u64,
}

/// An answer, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) bytes: Vec<u8>,
}

impl Client {
    pub(super) fn new(tuple: FiveTuple, credential: &TurnCredential) -> Self {
        Self {
            tuple,
            shard: 0,
            username: credential.username.clone(),
            password: credential.credential.expose().clone(),
            nonce: Vec::new(),
            integrity: Integrity::Sha1,
            algorithm: None,
            fingerprint: false,
            next_transaction: 1,
        }
    }

    pub(super) fn key(&self) -> Key {
        match self.algorithm {
            None | Some(PasswordAlgorithm::Md5) => Key::md5(&self.username, REALM, &self.password),
            Some(PasswordAlgorithm::Sha256) => Key::sha256(&self.username, REALM, &self.password),
        }
    }

    /// A new transaction id.
    pub(super) fn transaction(&mut self) -> TransactionId {
        let mut id = [0x5a; 12];
        id[4..].copy_from_slice(&self.next_transaction.to_be_bytes());
        self.next_transaction += 1;
        TransactionId(id)
    }

    /// A request without any credential.
    pub(super) fn unsigned(
        &mut self,
        method: Method,
        body: impl FnOnce(&mut Writer<'_>),
    ) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut writer = Writer::new(&mut bytes, Class::Request, method, self.transaction());
        body(&mut writer);
        if self.fingerprint {
            writer.fingerprint();
        }
        writer.finish();
        bytes
    }

    /// A request with credential, nonce and integrity.
    pub(super) fn signed(&mut self, method: Method, body: impl FnOnce(&mut Writer<'_>)) -> Vec<u8> {
        let transaction = self.transaction();
        self.signed_as(transaction, method, body)
    }

    pub(super) fn signed_as(
        &self,
        transaction: TransactionId,
        method: Method,
        body: impl FnOnce(&mut Writer<'_>),
    ) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut writer = Writer::new(&mut bytes, Class::Request, method, transaction);
        body(&mut writer);
        writer.attribute(attr::USERNAME, self.username.as_bytes());
        writer.attribute(attr::REALM, REALM.as_bytes());
        writer.attribute(attr::NONCE, &self.nonce);
        if let Some(algorithm) = self.algorithm {
            writer.password_algorithms(&[PasswordAlgorithm::Sha256, PasswordAlgorithm::Md5]);
            writer.password_algorithm(algorithm);
        }
        writer.integrity(&self.key(), self.integrity);
        if self.fingerprint {
            writer.fingerprint();
        }
        writer.finish();
        bytes
    }

    /// Sends a request and expects an answer.
    pub(super) fn ask(
        &mut self,
        world: &mut World,
        method: Method,
        body: impl FnOnce(&mut Writer<'_>),
    ) -> Reply {
        let packet = self.signed(method, body);
        self.exchange(world, &packet)
    }

    pub(super) fn ask_unsigned(&mut self, world: &mut World, method: Method) -> Reply {
        let packet = self.unsigned(method, |writer| {
            writer.requested_transport(17);
        });
        self.exchange(world, &packet)
    }

    /// Sends bytes and expects an answer to them.
    pub(super) fn exchange(&self, world: &mut World, packet: &[u8]) -> Reply {
        let got = world.client_sends(self, packet);
        let Got::Answer { tuple, message } = got else { panic!("no answer but {got:?}") };
        assert_eq!(tuple, self.tuple);
        let reply = Reply { bytes: message };
        assert_eq!(reply.message().transaction(), Message::parse(packet).unwrap().transaction());
        assert_eq!(reply.message().method(), Message::parse(packet).unwrap().method());
        if reply.message().integrity().is_some() {
            assert_eq!(reply.message().integrity(), Some(self.integrity), "signed alike");
            assert!(reply.message().verify(&self.key()), "signed with the key of the request");
        }
        reply
    }

    /// Takes the nonce of a 401 or 438.
    pub(super) fn take_challenge(&mut self, challenge: &Reply) {
        assert_eq!(challenge.message().realm(), Some(Ok(REALM)), "{challenge:?}");
        self.nonce = challenge.message().nonce().expect("a nonce").to_vec();
    }

    pub(super) fn allocate(&mut self, world: &mut World, more: impl Fn(&mut Writer<'_>)) -> Reply {
        self.ask(world, Method::Allocate, |writer| {
            writer.requested_transport(17);
            more(writer);
        })
    }

    pub(super) fn refresh(&mut self, world: &mut World, lifetime: u64) -> Reply {
        self.ask(world, Method::Refresh, |writer| {
            writer.lifetime(Duration::from_secs(lifetime));
        })
    }

    pub(super) fn permit(&mut self, world: &mut World, peers: &[SocketAddr]) -> Reply {
        self.ask(world, Method::CreatePermission, |writer| {
            for peer in peers {
                writer.xor_address(attr::XOR_PEER_ADDRESS, *peer);
            }
        })
    }

    pub(super) fn bind(&mut self, world: &mut World, number: u16, peer: SocketAddr) -> Reply {
        self.ask(world, Method::ChannelBind, |writer| {
            writer.channel_number(number);
            writer.xor_address(attr::XOR_PEER_ADDRESS, peer);
        })
    }

    /// Sends a Send indication.
    pub(super) fn send(&mut self, world: &mut World, peer: SocketAddr, data: &[u8]) -> Got {
        let packet = self.send_packet(peer, data);
        world.client_sends(self, &packet)
    }

    pub(super) fn send_packet(&mut self, peer: SocketAddr, data: &[u8]) -> Vec<u8> {
        let transaction = self.transaction();
        let mut bytes = Vec::new();
        let mut writer = Writer::new(&mut bytes, Class::Indication, Method::Send, transaction);
        writer.xor_address(attr::XOR_PEER_ADDRESS, peer).attribute(attr::DATA, data).finish();
        bytes
    }

    /// Sends ChannelData.
    pub(super) fn channel(&self, world: &mut World, number: u16, data: &[u8]) -> Got {
        world.client_sends(self, &channel_data(number, data))
    }
}

/// A ChannelData message without padding.
pub(super) fn channel_data(number: u16, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap();
    [&number.to_be_bytes()[..], &length.to_be_bytes()[..], data].concat()
}

/// What a client receives as a Data indication; its transaction id is not looked at.
pub(super) fn assert_data_indication(got: &Got, tuple: FiveTuple, peer: SocketAddr, data: &[u8]) {
    let Got::ToClient { tuple: to, bytes } = got else { panic!("not for a client: {got:?}") };
    assert_eq!(*to, tuple);
    let message = Message::parse(bytes).unwrap();
    assert_eq!((message.class(), message.method()), (Class::Indication, Method::Data));
    assert_eq!(message.xor_address(attr::XOR_PEER_ADDRESS), Some(Ok(peer)));
    assert_eq!(message.data(), Some(data));
    let head = data_indication_head(message.transaction(), peer, data.len()).unwrap();
    assert!(bytes.starts_with(head.as_bytes()));
}

impl Reply {
    pub(super) fn message(&self) -> Message<'_> {
        Message::parse(&self.bytes).expect("answers are well-formed")
    }

    pub(super) fn is_success(&self) -> bool {
        self.message().class() == Class::Success
    }

    /// The error code, 0 for a success.
    pub(super) fn code(&self) -> u16 {
        match self.message().error_code() {
            None => 0,
            Some(code) => code.unwrap().0,
        }
    }

    /// Whether it carries an integrity attribute.
    pub(super) fn is_signed(&self) -> bool {
        self.message().integrity().is_some()
    }

    /// LIFETIME in seconds.
    pub(super) fn lifetime(&self) -> u64 {
        self.message().lifetime().expect("a lifetime").unwrap().as_secs()
    }

    /// The relayed address of a family.
    pub(super) fn relayed(&self, family: Family) -> Option<SocketAddr> {
        let message = self.message();
        let mut all = message
            .attributes()
            .filter(|(kind, _)| *kind == attr::XOR_RELAYED_ADDRESS)
            .map(|(_, value)| value.get(1).copied());
        // The typed reader gives the first; IPv4 comes first when there are two.
        let first = message.xor_address(attr::XOR_RELAYED_ADDRESS)?.unwrap();
        if Family::of(first.ip()) == family {
            return Some(first);
        }
        assert!(all.all(|of| of != Some(family.number())), "read the second one by hand");
        None
    }

    /// Families of all relayed addresses, in order.
    pub(super) fn relayed_families(&self) -> Vec<u8> {
        let message = self.message();
        let relayed = message.attributes().filter(|(kind, _)| *kind == attr::XOR_RELAYED_ADDRESS);
        relayed.map(|(_, value)| value[1]).collect()
    }

    /// Families and codes of all ADDRESS-ERROR-CODEs.
    pub(super) fn address_errors(&self) -> Vec<(u8, u16)> {
        let message = self.message();
        let errors = message.attributes().filter(|(kind, _)| *kind == attr::ADDRESS_ERROR_CODE);
        errors
            .map(|(_, value)| (value[0], u16::from(value[2] & 7) * 100 + u16::from(value[3])))
            .collect()
    }

    /// The numbers of UNKNOWN-ATTRIBUTES.
    pub(super) fn unknown(&self) -> Vec<u16> {
        let value = self.message().attribute(attr::UNKNOWN_ATTRIBUTES).unwrap_or_default();
        value.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect()
    }
}

impl Client {
    /// Asks for a challenge and takes its nonce.
    pub(super) fn take_challenge_of(&mut self, world: &mut World) {
        let challenge = self.ask_unsigned(world, Method::Allocate);
        self.take_challenge(&challenge);
    }
}
