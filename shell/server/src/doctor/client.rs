//! A small TURN client (RFC 8656): enough to see that packets go through.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use turn::TurnCredential;
use turn::stun::{Class, Integrity, Key, Message, Method, TransactionId, Writer, attr};

use super::link::Link;

/// A request without an answer is given up after this.
const ANSWERED_WITHIN: Duration = Duration::from_secs(3);

/// Over UDP a request is sent again this often (RFC 8489 §6.2.1 begins with it).
const AGAIN_AFTER: Duration = Duration::from_millis(500);

/// Relayed packets are UDP (RFC 8656 §7.1, IANA protocol number).
const UDP: u8 = 17;

/// Why something did not come about.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error("nothing answers within {} s", ANSWERED_WITHIN.as_secs())]
    Silence,
    #[error("it is refused with {code} {reason}")]
    Refused { code: u16, reason: String },
    #[error("no packet comes through")]
    Lost,
    #[error("the answer is none of a TURN server")]
    Nonsense,
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// A client with at most one allocation.
#[derive(Debug)]
pub(super) struct Client {
    link: Link,
    user: Option<User>,
    buffer: Vec<u8>,
}

#[derive(Debug)]
struct User {
    username: String,
    realm: String,
    nonce: Vec<u8>,
    key: Key,
}

impl Client {
    pub(super) const fn new(link: Link) -> Self {
        Self { link, user: None, buffer: Vec::new() }
    }

    /// How the server sees this client.
    pub(super) fn mapped_address(&mut self) -> Result<SocketAddr, Trouble> {
        let answer = self.request(Method::Binding, |_| {})?;
        address(&answer, attr::XOR_MAPPED_ADDRESS)
    }

    /// Makes an allocation, whose relayed address is the answer.
    pub(super) fn allocate(&mut self, credential: &TurnCredential) -> Result<SocketAddr, Trouble> {
        let wanted = |writer: &mut Writer<'_>| {
            writer.requested_transport(UDP);
        };
        // The first request asks for the challenge (RFC 8489 §9.2.3.1).
        let challenge = self.request_once(Method::Allocate, wanted)?;
        let message = Message::parse(&challenge).map_err(|_| Trouble::Nonsense)?;
        match refusal(&message) {
            Some(Trouble::Refused { code: 401, .. }) => {}
            Some(other) => return Err(other),
            None => return Err(Trouble::Nonsense),
        }
        let realm = message.realm().and_then(Result::ok).ok_or(Trouble::Nonsense)?;
        let nonce = message.nonce().ok_or(Trouble::Nonsense)?;
        let username = credential.username.clone();
        let key = Key::md5(&username, realm, credential.credential.expose());
        self.user = Some(User { username, realm: realm.to_owned(), nonce: nonce.to_vec(), key });
        let answer = self.request(Method::Allocate, wanted)?;
        address(&answer, attr::XOR_RELAYED_ADDRESS)
    }

    /// Lets a peer send.
    pub(super) fn permit(&mut self, peer: SocketAddr) -> Result<(), Trouble> {
        let answer = self.request(Method::CreatePermission, |writer| {
            writer.xor_address(attr::XOR_PEER_ADDRESS, peer);
        });
        answer.map(|_| ())
    }

    /// Sends a packet from the relayed address.
    pub(super) fn send(&mut self, peer: SocketAddr, payload: &[u8]) -> Result<(), Trouble> {
        let mut writer =
            Writer::new(&mut self.buffer, Class::Indication, Method::Send, transaction());
        writer.xor_address(attr::XOR_PEER_ADDRESS, peer).attribute(attr::DATA, payload).finish();
        Ok(self.link.send(&self.buffer)?)
    }

    /// The next packet that comes to the relayed address from a peer, if one comes in a moment.
    pub(super) fn receive(&mut self, peer: SocketAddr) -> Result<Option<Vec<u8>>, Trouble> {
        let Some(bytes) = self.link.receive()? else { return Ok(None) };
        let Ok(message) = Message::parse(&bytes) else { return Ok(None) };
        let from = message.xor_address(attr::XOR_PEER_ADDRESS).and_then(Result::ok);
        let wanted = message.method() == Method::Data && from == Some(peer);
        Ok(message.data().filter(|_| wanted).map(<[u8]>::to_vec))
    }

    /// Gives the allocation back.
    pub(super) fn release(&mut self) -> Result<(), Trouble> {
        let answer = self.request(Method::Refresh, |writer| {
            writer.lifetime(Duration::ZERO);
        });
        answer.map(|_| ())
    }

    /// Asks, once more with the new nonce when the old one is stale (RFC 8489 §9.2.5), and
    /// returns what succeeded.
    fn request(
        &mut self,
        method: Method,
        attributes: impl Fn(&mut Writer<'_>),
    ) -> Result<Vec<u8>, Trouble> {
        for attempt in 0..2 {
            let answer = self.request_once(method, &attributes)?;
            let message = Message::parse(&answer).map_err(|_| Trouble::Nonsense)?;
            match (refusal(&message), message.nonce(), &mut self.user) {
                (None, _, _) => return Ok(answer),
                (Some(Trouble::Refused { code: 438, .. }), Some(nonce), Some(user))
                    if attempt == 0 =>
                {
                    user.nonce = nonce.to_vec();
                }
                (Some(refused), _, _) => return Err(refused),
            }
        }
        Err(Trouble::Nonsense)
    }

    /// Asks, and returns the answer whatever it is.
    fn request_once(
        &mut self,
        method: Method,
        attributes: impl Fn(&mut Writer<'_>),
    ) -> Result<Vec<u8>, Trouble> {
        let id = transaction();
        let mut writer = Writer::new(&mut self.buffer, Class::Request, method, id);
        attributes(&mut writer);
        if let Some(user) = &self.user {
            writer
                .attribute(attr::USERNAME, user.username.as_bytes())
                .attribute(attr::REALM, user.realm.as_bytes())
                .attribute(attr::NONCE, &user.nonce)
                .integrity(&user.key, Integrity::Sha1);
        }
        writer.finish();
        let start = Instant::now();
        let mut sent: Option<Instant> = None;
        while start.elapsed() < ANSWERED_WITHIN {
            let due = sent.is_none_or(|at| self.link.is_lossy() && at.elapsed() >= AGAIN_AFTER);
            if due {
                self.link.send(&self.buffer)?;
                sent = Some(Instant::now());
            }
            let Some(bytes) = self.link.receive()? else { continue };
            if Message::parse(&bytes).is_ok_and(|answer| answer.transaction() == id) {
                return Ok(bytes);
            }
        }
        Err(Trouble::Silence)
    }
}

fn refusal(answer: &Message<'_>) -> Option<Trouble> {
    match (answer.class(), answer.error_code()) {
        (Class::Success, _) => None,
        (Class::Error, Some(Ok((code, reason)))) => {
            Some(Trouble::Refused { code, reason: reason.to_owned() })
        }
        (Class::Error | Class::Request | Class::Indication, _) => Some(Trouble::Nonsense),
    }
}

fn address(answer: &[u8], kind: u16) -> Result<SocketAddr, Trouble> {
    let message = Message::parse(answer).map_err(|_| Trouble::Nonsense)?;
    message.xor_address(kind).and_then(Result::ok).ok_or(Trouble::Nonsense)
}

fn transaction() -> TransactionId {
    TransactionId(rand::random())
}
