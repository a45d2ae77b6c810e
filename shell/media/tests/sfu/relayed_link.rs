//! A client's way through a TURN server: one allocation over UDP, with a channel for each peer.

use std::net::{SocketAddr, UdpSocket};
use std::os::fd::{AsFd as _, BorrowedFd};

use turn::TurnCredential;
use turn::stun::{
    ChannelData, Class, Family, Integrity, Key, Message, Method, TransactionId, Writer, attr,
    is_channel_data,
};

use super::link::Detour;
use super::world::DEADLINE;

/// The protocol number of UDP in REQUESTED-TRANSPORT.
const UDP: u8 = 17;

/// The first channel number (RFC 8656 §12).
const FIRST_CHANNEL: u16 = 0x4000;

/// An allocation of its own.
#[derive(Debug)]
pub(crate) struct RelayedLink {
    socket: UdpSocket,
    relayed: SocketAddr,
    username: String,
    realm: String,
    nonce: Vec<u8>,
    key: Key,
    transactions: u64,
    /// By the number of the channel.
    peers: Vec<SocketAddr>,
}

impl RelayedLink {
    /// Allocates an address of the relay's own family.
    pub(crate) fn open(relay: SocketAddr, credential: &TurnCredential) -> Self {
        let socket = UdpSocket::bind((relay.ip(), 0)).unwrap();
        socket.connect(relay).unwrap();
        socket.set_read_timeout(Some(DEADLINE)).unwrap();
        let username = credential.username.clone();
        let key = Key::md5(&username, "", "");
        let relayed = SocketAddr::from(([0, 0, 0, 0], 0));
        let (realm, nonce, peers) = Default::default();
        let transactions = 0;
        let mut link = Self { socket, relayed, username, realm, nonce, key, transactions, peers };
        let family = if relay.is_ipv4() { Family::V4 } else { Family::V6 };
        let wish = |writer: &mut Writer<'_>| {
            writer.requested_transport(UDP).family(attr::REQUESTED_ADDRESS_FAMILY, family);
        };
        let mut request = Vec::new();
        let transaction = link.transaction();
        let mut writer = Writer::new(&mut request, Class::Request, Method::Allocate, transaction);
        wish(&mut writer);
        writer.finish();
        let challenge = link.ask(&request);
        let challenge = Message::parse(&challenge).unwrap();
        link.realm = challenge.realm().unwrap().unwrap().to_owned();
        link.nonce = challenge.nonce().unwrap().to_vec();
        link.key = Key::md5(&link.username, &link.realm, credential.credential.expose());
        let request = link.signed(Method::Allocate, wish);
        let answer = link.ask(&request);
        let answer = Message::parse(&answer).unwrap();
        assert_eq!(answer.class(), Class::Success, "allocated");
        link.relayed = answer.xor_address(attr::XOR_RELAYED_ADDRESS).unwrap().unwrap();
        link.socket.set_nonblocking(true).unwrap();
        link
    }

    fn ask(&self, request: &[u8]) -> Vec<u8> {
        self.socket.send(request).unwrap();
        let mut buffer = vec![0; 2_048];
        let length = self.socket.recv(&mut buffer).unwrap();
        buffer.truncate(length);
        buffer
    }

    fn signed(&mut self, method: Method, body: impl FnOnce(&mut Writer<'_>)) -> Vec<u8> {
        let transaction = self.transaction();
        let mut bytes = Vec::new();
        let mut writer = Writer::new(&mut bytes, Class::Request, method, transaction);
        body(&mut writer);
        writer
            .attribute(attr::USERNAME, self.username.as_bytes())
            .attribute(attr::REALM, self.realm.as_bytes())
            .attribute(attr::NONCE, &self.nonce)
            .integrity(&self.key, Integrity::Sha1)
            .finish();
        bytes
    }

    fn transaction(&mut self) -> TransactionId {
        self.transactions += 1;
        let mut bytes = [7; 12];
        bytes[4..].copy_from_slice(&self.transactions.to_be_bytes());
        TransactionId(bytes)
    }

    fn send_to_relay(&self, message: &[u8]) {
        // A relay that is gone refuses it.
        let _ = self.socket.send(message);
    }

    /// The channel of a peer. Its binding arrives before what is sent on it: loopback keeps the
    /// order.
    fn channel(&mut self, peer: SocketAddr) -> u16 {
        let known = self.peers.iter().position(|known| *known == peer);
        let number = known.unwrap_or(self.peers.len());
        let channel = FIRST_CHANNEL + u16::try_from(number).unwrap();
        if known.is_none() {
            self.peers.push(peer);
            let request = self.signed(Method::ChannelBind, |writer| {
                writer.channel_number(channel).xor_address(attr::XOR_PEER_ADDRESS, peer);
            });
            self.send_to_relay(&request);
        }
        channel
    }
}

impl Detour for RelayedLink {
    fn local(&self) -> SocketAddr {
        self.relayed
    }

    fn fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }

    fn send(&mut self, to: SocketAddr, datagram: &[u8]) {
        let channel = self.channel(to);
        let length = u16::try_from(datagram.len()).unwrap();
        let message = [&ChannelData::header(channel, length)[..], datagram].concat();
        self.send_to_relay(&message);
    }

    fn receive(&mut self) -> Option<(SocketAddr, Vec<u8>)> {
        let mut buffer = [0; 2_048];
        loop {
            let length = self.socket.recv(&mut buffer).ok()?;
            let message = &buffer[..length];
            if is_channel_data(message[0]) {
                let read = ChannelData::parse_datagram(message).unwrap();
                let peer = self.peers[usize::from(read.number - FIRST_CHANNEL)];
                return Some((peer, read.data.to_vec()));
            }
            let answer = Message::parse(message).unwrap();
            assert_eq!(answer.class(), Class::Success, "bound");
        }
    }
}
