//! A TURN client (RFC 8656) that asks one thing at a time.

use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

use md5::{Digest as _, Md5};
use turn::TurnCredential;

use crate::coturn::Coturn;
use crate::stun::{Answer, ERROR, Message, SUCCESS};

const BINDING: u16 = 0x0001;
const ALLOCATE: u16 = 0x0003;
const REFRESH: u16 = 0x0004;
const SEND_INDICATION: u16 = 0x0016;
const CREATE_PERMISSION: u16 = 0x0008;
const CHANNEL_BIND: u16 = 0x0009;

const USERNAME: u16 = 0x0006;
const CHANNEL_NUMBER: u16 = 0x000C;
const XOR_PEER_ADDRESS: u16 = 0x0012;
const DATA: u16 = 0x0013;
const REALM: u16 = 0x0014;
const NONCE: u16 = 0x0015;
const REQUESTED_ADDRESS_FAMILY: u16 = 0x0017;
const REQUESTED_TRANSPORT: u16 = 0x0019;

/// How long one packet is waited for, and how often it is sent.
const PATIENCE: Duration = Duration::from_millis(500);
const ATTEMPTS: u32 = 10;

/// Done, or the error code of the server.
pub(crate) type Outcome = Result<(), u16>;

/// The family of a relayed address (RFC 8656 §18.8).
#[derive(Debug, Clone, Copy)]
pub(crate) enum Family {
    V4,
    V6,
}

/// One five-tuple with one credential.
pub(crate) struct Client {
    socket: UdpSocket,
    credential: TurnCredential,
    realm: Vec<u8>,
    nonce: Vec<u8>,
    transactions: u64,
    channels: u16,
}

impl Client {
    pub(crate) fn new(coturn: &Coturn, credential: TurnCredential) -> Self {
        Self {
            socket: socket(coturn.address()),
            credential,
            realm: Vec::new(),
            nonce: Vec::new(),
            transactions: 0,
            channels: 0x4000,
        }
    }

    /// Allocates a relayed address for UDP.
    pub(crate) fn allocate(&mut self, family: Family) -> Outcome {
        let family: u8 = match family {
            Family::V4 => 1,
            Family::V6 => 2,
        };
        self.challenged(ALLOCATE, |message| {
            message.add(REQUESTED_TRANSPORT, &[17, 0, 0, 0]);
            message.add(REQUESTED_ADDRESS_FAMILY, &[family, 0, 0, 0]);
        })
    }

    /// Allocates a relayed address for TCP (RFC 6062 §4.1).
    pub(crate) fn allocate_tcp(&mut self) -> Outcome {
        self.challenged(ALLOCATE, |message| message.add(REQUESTED_TRANSPORT, &[6, 0, 0, 0]))
    }

    pub(crate) fn create_permission(&mut self, peer: SocketAddr) -> Outcome {
        self.signed(CREATE_PERMISSION, |message| message.add_xor_address(XOR_PEER_ADDRESS, peer))
    }

    /// Binds a channel that was not used before.
    pub(crate) fn bind_channel(&mut self, peer: SocketAddr) -> Outcome {
        self.channels += 1;
        let number = self.channels.to_be_bytes();
        self.signed(CHANNEL_BIND, |message| {
            message.add(CHANNEL_NUMBER, &[number[0], number[1], 0, 0]);
            message.add_xor_address(XOR_PEER_ADDRESS, peer);
        })
    }

    /// Sends to a peer; back when the server has dealt with it, which the answer to a later
    /// request on the same five-tuple tells.
    pub(crate) fn send_and_await_order(&mut self, peer: SocketAddr, payload: &[u8]) {
        let mut message = Message::new(SEND_INDICATION, self.transaction());
        message.add_xor_address(XOR_PEER_ADDRESS, peer);
        message.add(DATA, payload);
        self.socket.send(message.bytes()).unwrap();
        assert_eq!(self.signed(REFRESH, |_| {}), Ok(()));
    }

    /// Asks once without a credential for realm and nonce, then with.
    fn challenged(&mut self, method: u16, attributes: impl Fn(&mut Message)) -> Outcome {
        let transaction = self.transaction();
        let mut message = Message::new(method, transaction);
        attributes(&mut message);
        let answer = ask(&self.socket, &message, transaction, ATTEMPTS).expect("coturn answers");
        assert_eq!(answer.error_code(), Some(401), "nobody allocates without a credential");
        self.realm = answer.attribute(REALM).expect("a 401 names the realm").to_vec();
        self.nonce = answer.attribute(NONCE).expect("a 401 has a nonce").to_vec();
        self.signed(method, attributes)
    }

    fn signed(&mut self, method: u16, attributes: impl Fn(&mut Message)) -> Outcome {
        let transaction = self.transaction();
        let mut message = Message::new(method, transaction);
        attributes(&mut message);
        message.add(USERNAME, self.credential.username.as_bytes());
        message.add(REALM, &self.realm);
        message.add(NONCE, &self.nonce);
        message.sign(&self.key());
        let answer = ask(&self.socket, &message, transaction, ATTEMPTS).expect("coturn answers");
        if answer.kind == method | SUCCESS {
            return Ok(());
        }
        assert_eq!(answer.kind, method | ERROR);
        Err(answer.error_code().expect("an error answer has a code"))
    }

    /// The long-term key (RFC 8489 §9.2.2).
    fn key(&self) -> Vec<u8> {
        let mut hash = Md5::new();
        hash.update(self.credential.username.as_bytes());
        hash.update(b":");
        hash.update(&self.realm);
        hash.update(b":");
        hash.update(self.credential.credential.expose().as_bytes());
        hash.finalize().to_vec()
    }

    fn transaction(&mut self) -> [u8; 12] {
        self.transactions += 1;
        numbered(self.transactions)
    }
}

/// Whether a server answers a Binding request within one wait.
pub(crate) fn answers(server: SocketAddr) -> bool {
    let message = Message::new(BINDING, numbered(0));
    let answer = ask(&socket(server), &message, numbered(0), 1);
    answer.is_some_and(|answer| answer.kind == BINDING | SUCCESS)
}

fn ask(
    socket: &UdpSocket,
    message: &Message,
    transaction: [u8; 12],
    attempts: u32,
) -> Option<Answer> {
    let mut buffer = [0; 2_048];
    for _ in 0..attempts {
        // Refused while nobody listens yet; the next attempt may find somebody.
        let _ = socket.send(message.bytes());
        while let Ok(length) = socket.recv(&mut buffer) {
            if let Some(answer) = Answer::read(&buffer[..length], transaction) {
                return Some(answer);
            }
        }
    }
    None
}

/// Another loopback address than the server's: an ephemeral port on the same could be the very
/// one the server is about to listen on, and the client would talk to itself.
fn socket(server: SocketAddr) -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.2:0").unwrap();
    socket.connect(server).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket
}

fn numbered(number: u64) -> [u8; 12] {
    let mut transaction = [7; 12];
    transaction[4..].copy_from_slice(&number.to_be_bytes());
    transaction
}
