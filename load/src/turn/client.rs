//! One TURN client without its socket: what it asks, and what the answers say.

use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, bail, ensure};
use turn::stun::{Class, Integrity, Key, Message, Method, TransactionId, Writer, attr};
use turn::{TurnCredential, TurnSecrets};
use vocab::{Redacted, UnixMillis, UserId};

use super::hello::Hello;

/// UDP, as an IP protocol number.
const UDP: u8 = 17;
/// How long a credential is good for; what a server must be told as `turn.ttl`, too.
pub const CREDENTIAL_TTL: Duration = Duration::from_secs(86_400);

/// One request of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Allocate without credentials: the answer is 401 with realm and nonce.
    Challenge,
    /// Allocate with credentials.
    Allocate,
    /// CreatePermission for the peer, and for a second address beside it.
    TwoPermissions,
    /// CreatePermission for the peer.
    Permission,
    /// ChannelBind of the client's number to the peer.
    Channel,
    /// Refresh with a lifetime in seconds; 0 deletes the allocation.
    Refresh(u64),
    /// The floor program's only request.
    Hello,
}

/// What an answer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The request is done; the address that an allocation relays from.
    Done(Option<SocketAddr>),
    /// The nonce was too old: the same request again, with the new one.
    Again,
    /// The answer to an earlier request, or a copy.
    Old,
}

/// Makes credentials as the call server does.
#[derive(Debug, Clone)]
pub struct Credentials(TurnSecrets);

impl Credentials {
    /// From the secret that the TURN servers are started with.
    #[must_use]
    pub fn new(secret: &str) -> Self {
        Self(TurnSecrets::new(Redacted::new(secret.to_owned())))
    }

    /// A fresh one, of a user of its own.
    #[must_use]
    pub fn issue(&self) -> TurnCredential {
        let now = UnixMillis::default() + SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        self.0.issue(now, CREDENTIAL_TTL, UserId::new(now, rand::random()), None)
    }
}

/// What a client knows between its requests.
#[derive(Debug)]
pub struct Client {
    /// Its channel, `0x4000` and up; no other client of a server has the same.
    pub channel: u16,
    /// Whom it talks to through the relay.
    pub peer: SocketAddr,
    /// Where the server relays from, once there is an allocation.
    pub relayed: Option<SocketAddr>,
    credential: TurnCredential,
    realm: String,
    nonce: Vec<u8>,
    key: Option<Key>,
    asked: u64,
}

impl Client {
    /// A client that has asked nothing yet.
    #[must_use]
    pub const fn new(channel: u16, peer: SocketAddr, credential: TurnCredential) -> Self {
        Self {
            channel,
            peer,
            relayed: None,
            credential,
            realm: String::new(),
            nonce: Vec::new(),
            key: None,
            asked: 0,
        }
    }

    /// Takes another credential for the next cycle.
    pub fn renew(&mut self, credential: TurnCredential) {
        self.credential = credential;
        self.key = None;
    }

    /// Writes a request with a new transaction id.
    ///
    /// # Errors
    /// When it needs a credential that was not challenged for yet.
    pub fn write(&mut self, ask: Ask, buffer: &mut Vec<u8>) -> anyhow::Result<()> {
        self.asked += 1;
        let method = match ask {
            Ask::Hello => {
                let hello = Hello { channel: self.channel, address: self.peer };
                buffer.clear();
                buffer.extend_from_slice(&hello.bytes()?);
                return Ok(());
            }
            Ask::Challenge | Ask::Allocate => Method::Allocate,
            Ask::Permission | Ask::TwoPermissions => Method::CreatePermission,
            Ask::Channel => Method::ChannelBind,
            Ask::Refresh(_) => Method::Refresh,
        };
        let mut request = Writer::new(buffer, Class::Request, method, self.transaction());
        match ask {
            Ask::Challenge | Ask::Allocate => {
                request.requested_transport(UDP);
            }
            Ask::Permission => {
                request.xor_address(attr::XOR_PEER_ADDRESS, self.peer);
            }
            Ask::TwoPermissions => {
                request.xor_address(attr::XOR_PEER_ADDRESS, self.peer);
                request.xor_address(attr::XOR_PEER_ADDRESS, beside(self.peer)?);
            }
            Ask::Channel => {
                request.channel_number(self.channel);
                request.xor_address(attr::XOR_PEER_ADDRESS, self.peer);
            }
            Ask::Refresh(seconds) => {
                request.lifetime(Duration::from_secs(seconds));
            }
            Ask::Hello => {}
        }
        if ask != Ask::Challenge {
            let key = self.key.as_ref().context("there was no challenge")?;
            request.attribute(attr::USERNAME, self.credential.username.as_bytes());
            request.attribute(attr::REALM, self.realm.as_bytes());
            request.attribute(attr::NONCE, &self.nonce);
            request.integrity(key, Integrity::Sha1);
        }
        request.finish();
        Ok(())
    }

    /// Reads what came after `ask`.
    ///
    /// # Errors
    /// When the server refuses, or answers what nobody may answer.
    pub fn read(&mut self, ask: Ask, bytes: &[u8]) -> anyhow::Result<Answer> {
        if ask == Ask::Hello {
            let hello = Hello::read(bytes).context("the floor program answers a hello")?;
            ensure!(hello.channel == self.channel, "the answer is for another channel");
            self.relayed = Some(hello.address);
            return Ok(Answer::Done(self.relayed));
        }
        let message = Message::parse(bytes).context("the answer to a request")?;
        if message.transaction() != self.transaction() {
            return Ok(Answer::Old);
        }
        match message.class() {
            Class::Success => self.success(ask, &message),
            Class::Error => self.error(ask, &message),
            Class::Request | Class::Indication => bail!("the server asks {:?}", message.method()),
        }
    }

    fn success(&mut self, ask: Ask, message: &Message<'_>) -> anyhow::Result<Answer> {
        ensure!(ask != Ask::Challenge, "an allocation without credentials");
        let key = self.key.as_ref().context("there was no challenge")?;
        ensure!(message.verify(key), "an answer that the server did not sign");
        if ask == Ask::Allocate {
            let relayed = message.xor_address(attr::XOR_RELAYED_ADDRESS);
            self.relayed = Some(relayed.context("an allocation has a relayed address")??);
        }
        Ok(Answer::Done(self.relayed))
    }

    fn error(&mut self, ask: Ask, message: &Message<'_>) -> anyhow::Result<Answer> {
        let (code, reason) = message.error_code().context("an error has a code")??;
        let expected = if ask == Ask::Challenge { 401 } else { 438 };
        ensure!(code == expected, "{ask:?} was refused: {code} {reason}");
        self.nonce.clear();
        self.nonce.extend_from_slice(message.nonce().context("a challenge has a nonce")?);
        let realm = message.realm().context("a challenge has a realm")??;
        if self.key.is_none() || realm != self.realm {
            realm.clone_into(&mut self.realm);
            let TurnCredential { username, credential, .. } = &self.credential;
            self.key = Some(Key::md5(username, realm, credential.expose()));
        }
        Ok(if ask == Ask::Challenge { Answer::Done(None) } else { Answer::Again })
    }

    /// Of the newest request.
    fn transaction(&self) -> TransactionId {
        let mut id = [0x5A; 12];
        id[..2].copy_from_slice(&self.channel.to_be_bytes());
        id[4..].copy_from_slice(&self.asked.to_be_bytes());
        TransactionId(id)
    }
}

/// Another address of the peer's network.
fn beside(peer: SocketAddr) -> anyhow::Result<SocketAddr> {
    let SocketAddr::V4(peer) = peer else { bail!("peers have IPv4 addresses") };
    let next = u32::from(*peer.ip()).checked_add(1 << 8).context("an address beside the peer's")?;
    Ok(SocketAddr::new(std::net::Ipv4Addr::from(next).into(), peer.port()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client() -> Client {
        let credentials = Credentials::new("a-secret-that-both-sides-of-a-test-know");
        Client::new(0x4001, "127.0.1.1:5000".parse().unwrap(), credentials.issue())
    }

    fn challenged(client: &mut Client) -> anyhow::Result<Answer> {
        let (mut request, mut answer) = (Vec::new(), Vec::new());
        client.write(Ask::Challenge, &mut request)?;
        let asked = Message::parse(&request)?;
        Writer::new(&mut answer, Class::Error, asked.method(), asked.transaction())
            .error(401, "")
            .attribute(attr::REALM, b"example.com")
            .attribute(attr::NONCE, b"0123456789abcdef")
            .finish();
        client.read(Ask::Challenge, &answer)
    }

    #[test]
    fn after_a_challenge_requests_are_signed_with_the_credential() {
        let mut client = client();
        let mut request = Vec::new();
        assert!(client.write(Ask::Allocate, &mut request).is_err());
        assert_eq!(challenged(&mut client).unwrap(), Answer::Done(None));
        client.write(Ask::Allocate, &mut request).unwrap();
        let message = Message::parse(&request).unwrap();
        let TurnCredential { username, credential, .. } = &client.credential;
        assert!(message.verify(&Key::md5(username, "example.com", credential.expose())));
    }

    #[test]
    fn an_answer_that_is_not_signed_or_refuses_is_an_error() {
        let mut client = client();
        challenged(&mut client).unwrap();
        let (mut request, mut answer) = (Vec::new(), Vec::new());
        client.write(Ask::Channel, &mut request).unwrap();
        let asked = Message::parse(&request).unwrap();
        Writer::new(&mut answer, Class::Success, asked.method(), asked.transaction()).finish();
        assert!(client.read(Ask::Channel, &answer).is_err());
        Writer::new(&mut answer, Class::Error, asked.method(), asked.transaction())
            .error(403, "Forbidden")
            .finish();
        let refused = client.read(Ask::Channel, &answer).unwrap_err().to_string();
        assert!(refused.contains("403 Forbidden"), "{refused}");
    }

    #[test]
    fn a_copy_of_an_earlier_answer_is_passed_over() {
        let mut client = client();
        challenged(&mut client).unwrap();
        let mut answer = Vec::new();
        let old = TransactionId([7; 12]);
        Writer::new(&mut answer, Class::Success, Method::Allocate, old).finish();
        assert_eq!(client.read(Ask::Allocate, &answer).unwrap(), Answer::Old);
    }
}
