//! A TURN client (RFC 8656) that asks one thing at a time.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use turn::TurnCredential;
use turn::stun::{
    ChannelData, Class, Family, Integrity, Key, Message, Method, TransactionId, Writer, attr,
    is_channel_data,
};

use crate::link::Link;

/// What the relay brings unasked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Brought {
    Channel(u16, Vec<u8>),
    From(SocketAddr, Vec<u8>),
}

/// One five-tuple with one credential.
pub(crate) struct Client {
    pub(crate) link: Link,
    credential: TurnCredential,
    realm: String,
    nonce: Vec<u8>,
    transactions: u64,
    brought: VecDeque<Brought>,
}

type Attributes<'a> = &'a dyn Fn(&mut Writer<'_>);

impl Client {
    pub(crate) fn new(link: Link, credential: TurnCredential) -> Self {
        Self {
            link,
            credential,
            realm: String::new(),
            nonce: Vec::new(),
            transactions: 0,
            brought: VecDeque::new(),
        }
    }

    /// Where the server sees this client, by a Binding request.
    pub(crate) fn mapped_address(&mut self) -> SocketAddr {
        let transaction = self.transaction();
        let mut bytes = Vec::new();
        Writer::new(&mut bytes, Class::Request, Method::Binding, transaction).finish();
        let answer = self.ask(&bytes, transaction);
        Message::parse(&answer).unwrap().xor_address(attr::XOR_MAPPED_ADDRESS).unwrap().unwrap()
    }

    /// Allocates an IPv4 address; the relayed address or the error code.
    pub(crate) fn try_allocate(&mut self) -> Result<SocketAddr, u16> {
        self.allocate_with(&|_| {}).map(|all| all[0])
    }

    pub(crate) fn allocate(&mut self) -> SocketAddr {
        self.try_allocate().expect("allocated")
    }

    /// Allocates with more attributes; all relayed addresses.
    pub(crate) fn allocate_with(&mut self, more: Attributes<'_>) -> Result<Vec<SocketAddr>, u16> {
        let attributes = |writer: &mut Writer<'_>| {
            writer.requested_transport(17);
            more(writer);
        };
        let transaction = self.transaction();
        let mut bytes = Vec::new();
        let mut writer = Writer::new(&mut bytes, Class::Request, Method::Allocate, transaction);
        attributes(&mut writer);
        writer.finish();
        let challenge = self.ask(&bytes, transaction);
        let challenge = Message::parse(&challenge).unwrap();
        assert_eq!(challenge.error_code().unwrap().unwrap().0, 401);
        self.realm = challenge.realm().unwrap().unwrap().to_owned();
        self.nonce = challenge.nonce().unwrap().to_vec();
        let answer = self.signed(Method::Allocate, &attributes)?;
        let answer = Message::parse(&answer).unwrap();
        assert_eq!(
            answer.xor_address(attr::XOR_MAPPED_ADDRESS).unwrap().unwrap(),
            self.link.local_address()
        );
        let relayed = answer.attributes().filter(|(kind, _)| *kind == attr::XOR_RELAYED_ADDRESS);
        Ok(relayed.map(|(_, value)| relayed_address(value, answer.transaction())).collect())
    }

    pub(crate) fn allocate_family(&mut self, family: Family) -> Result<SocketAddr, u16> {
        let all = self.allocate_with(&|writer| {
            writer.family(attr::REQUESTED_ADDRESS_FAMILY, family);
        });
        all.map(|all| all[0])
    }

    /// Refreshes; 0 ends the allocation.
    pub(crate) fn refresh(&mut self, lifetime: Duration) -> Result<Duration, u16> {
        let answer = self.signed(Method::Refresh, &|writer| {
            writer.lifetime(lifetime);
        })?;
        Ok(Message::parse(&answer).unwrap().lifetime().unwrap().unwrap())
    }

    pub(crate) fn permit(&mut self, peer: SocketAddr) -> Result<(), u16> {
        let answer = self.signed(Method::CreatePermission, &|writer| {
            writer.xor_address(attr::XOR_PEER_ADDRESS, peer);
        });
        answer.map(drop)
    }

    pub(crate) fn bind(&mut self, channel: u16, peer: SocketAddr) -> Result<(), u16> {
        let answer = self.signed(Method::ChannelBind, &|writer| {
            writer.channel_number(channel).xor_address(attr::XOR_PEER_ADDRESS, peer);
        });
        answer.map(drop)
    }

    /// Sends on a channel.
    pub(crate) fn send(&mut self, channel: u16, payload: &[u8]) {
        self.link.send(&channel_data(channel, payload));
    }

    /// Sends with an indication.
    pub(crate) fn send_to(&mut self, peer: SocketAddr, payload: &[u8]) {
        let transaction = self.transaction();
        let mut bytes = Vec::new();
        Writer::new(&mut bytes, Class::Indication, Method::Send, transaction)
            .xor_address(attr::XOR_PEER_ADDRESS, peer)
            .attribute(attr::DATA, payload)
            .finish();
        self.link.send(&bytes);
    }

    /// What comes next from a peer; `None` when nothing does in time.
    pub(crate) fn take(&mut self) -> Option<Brought> {
        if let Some(brought) = self.brought.pop_front() {
            return Some(brought);
        }
        let message = self.link.receive()?;
        Some(brought(&message).unwrap_or_else(|| panic!("an answer to nothing: {message:?}")))
    }

    /// Whether nothing from a peer comes before the answer to a request that is sent now. What
    /// was sent to the relay before has been dealt with by then.
    pub(crate) fn is_left_alone(&mut self) -> bool {
        self.mapped_address();
        self.brought.is_empty()
    }

    fn signed(&mut self, method: Method, attributes: Attributes<'_>) -> Result<Vec<u8>, u16> {
        let transaction = self.transaction();
        let (username, password) = (&self.credential.username, self.credential.credential.expose());
        let key = Key::md5(username, &self.realm, password);
        let mut bytes = Vec::new();
        let mut writer = Writer::new(&mut bytes, Class::Request, method, transaction);
        attributes(&mut writer);
        writer
            .attribute(attr::USERNAME, username.as_bytes())
            .attribute(attr::REALM, self.realm.as_bytes())
            .attribute(attr::NONCE, &self.nonce)
            .integrity(&key, Integrity::Sha1)
            .finish();
        let answer = self.ask(&bytes, transaction);
        let message = Message::parse(&answer).unwrap();
        match message.class() {
            Class::Success => {
                assert!(message.verify(&key), "a success is signed");
                Ok(answer)
            }
            Class::Request | Class::Indication | Class::Error => {
                Err(message.error_code().unwrap().unwrap().0)
            }
        }
    }

    fn ask(&mut self, message: &[u8], transaction: TransactionId) -> Vec<u8> {
        // Loopback loses nothing unless a buffer is full; three times is for that.
        for _ in 0..3 {
            self.link.send(message);
            while let Some(answer) = self.link.receive() {
                if let Some(brought) = brought(&answer) {
                    self.brought.push_back(brought);
                } else if Message::parse(&answer).unwrap().transaction() == transaction {
                    return answer;
                }
            }
        }
        panic!("the relay does not answer");
    }

    fn transaction(&mut self) -> TransactionId {
        self.transactions += 1;
        let mut bytes = [5; 12];
        bytes[4..].copy_from_slice(&self.transactions.to_be_bytes());
        TransactionId(bytes)
    }
}

/// ChannelData without padding.
pub(crate) fn channel_data(channel: u16, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len()).unwrap();
    [&ChannelData::header(channel, length)[..], payload].concat()
}

fn brought(message: &[u8]) -> Option<Brought> {
    if is_channel_data(message[0]) {
        let read = ChannelData::parse_datagram(message).unwrap();
        return Some(Brought::Channel(read.number, read.data.to_vec()));
    }
    let read = Message::parse(message).unwrap();
    (read.class() == Class::Indication && read.method() == Method::Data).then(|| {
        let peer = read.xor_address(attr::XOR_PEER_ADDRESS).unwrap().unwrap();
        Brought::From(peer, read.data().unwrap().to_vec())
    })
}

/// A XOR-RELAYED-ADDRESS, of which a dual allocation has two (RFC 8656 §7.3): the codec reads a
/// message with that one alone.
fn relayed_address(value: &[u8], transaction: TransactionId) -> SocketAddr {
    let mut bytes = Vec::new();
    Writer::new(&mut bytes, Class::Success, Method::Allocate, transaction)
        .attribute(attr::XOR_RELAYED_ADDRESS, value)
        .finish();
    Message::parse(&bytes).unwrap().xor_address(attr::XOR_RELAYED_ADDRESS).unwrap().unwrap()
}
