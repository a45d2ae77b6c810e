//! Just enough HTTP/1.1 to ask a server how it is, without following or keeping anything.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs as _};
use std::time::Duration;

use super::tls::{TlsStream, Verdict, shake_hands};
use crate::config::WebOrigin;

/// For connecting, and for each read.
const PATIENCE: Duration = Duration::from_secs(5);

/// More than any answer asked for here.
const MOST: u64 = 1024 * 1024;

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    /// What browsers would say of the certificate; `None` without TLS.
    pub(super) certificate: Option<Verdict>,
}

/// A server to ask.
#[derive(Debug, Clone)]
pub(super) struct Server {
    origin: WebOrigin,
    /// Asked under this address instead of the name's, when it is a wildcard for instance.
    address: Option<SocketAddr>,
}

#[derive(Debug)]
enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream>),
}

impl Server {
    pub(super) const fn new(origin: WebOrigin, address: Option<SocketAddr>) -> Self {
        Self { origin, address }
    }

    pub(super) const fn origin(&self) -> &WebOrigin {
        &self.origin
    }

    /// Asks and reads the answer to its end.
    pub(super) fn get(&self, path: &str) -> io::Result<Answer> {
        let (mut stream, certificate) = self.connect()?;
        stream.ask(self.origin.authority(), path, "Connection: close\r\n")?;
        let mut bytes = Vec::new();
        match stream.take(MOST).read_to_end(&mut bytes) {
            Ok(_) => {}
            // Who closes TLS without saying so has said all there is.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof && !bytes.is_empty() => {}
            Err(error) => return Err(error),
        }
        let (status, body) = parsed(&bytes)?;
        Ok(Answer { status, body, certificate })
    }

    /// Upgrades to a WebSocket (RFC 6455 §4.1) and reads the first text that comes.
    pub(super) fn first_words(&self, path: &str) -> io::Result<String> {
        let (mut stream, _) = self.connect()?;
        let headers = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                       Sec-WebSocket-Key: Y29ubmVjdGl2aXR5LWRvYw==\r\n";
        stream.ask(self.origin.authority(), path, headers)?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte)?;
            head.push(byte[0]);
            if head.len() > 16 * 1024 {
                return Err(io::Error::other("the answer has no end"));
            }
        }
        let (status, _) = parsed(&head)?;
        if status != 101 {
            return Err(io::Error::other(format!("the upgrade is answered with {status}")));
        }
        let mut frame = [0; 2];
        stream.read_exact(&mut frame)?;
        let length = usize::from(frame[1] & 0x7f);
        // A short whole text (§5.2); what opens a socket is one.
        if frame[0] != 0x81 || length >= 126 {
            return Err(io::Error::other("what comes over the WebSocket is no text"));
        }
        let mut text = vec![0; length];
        stream.read_exact(&mut text)?;
        String::from_utf8(text).map_err(io::Error::other)
    }

    fn connect(&self) -> io::Result<(Stream, Option<Verdict>)> {
        let stream = connect(self.address, self.origin.host(), self.origin.port())?;
        if !self.origin.is_https() {
            return Ok((Stream::Plain(stream), None));
        }
        let (stream, verdict) = shake_hands(stream, self.origin.host())?;
        Ok((Stream::Tls(Box::new(stream)), Some(verdict)))
    }
}

/// Connects to the first of a name's addresses that answers.
pub(super) fn connect(address: Option<SocketAddr>, host: &str, port: u16) -> io::Result<TcpStream> {
    let named = || (host.trim_matches(['[', ']']), port).to_socket_addrs();
    let addresses = address.map_or_else(|| named().map(Iterator::collect), |one| Ok(vec![one]))?;
    let mut refused = io::Error::other("the name has no address");
    for address in addresses {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(stream) => {
                stream.set_read_timeout(Some(PATIENCE))?;
                stream.set_write_timeout(Some(PATIENCE))?;
                return Ok(stream);
            }
            Err(error) => refused = error,
        }
    }
    Err(refused)
}

/// Status and body; the length is told by the end of the connection, or in chunks.
fn parsed(bytes: &[u8]) -> io::Result<(u16, Vec<u8>)> {
    let nonsense = || io::Error::other("what answers does not speak HTTP");
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").ok_or_else(nonsense)?;
    let head = std::str::from_utf8(&bytes[..end]).map_err(|_| nonsense())?;
    let mut lines = head.lines();
    let first = lines.next().unwrap_or_default();
    let status = first.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok());
    let chunked = lines.any(|line| line.eq_ignore_ascii_case("transfer-encoding: chunked"));
    let body = &bytes[end + 4..];
    let body = if chunked { unchunked(body).ok_or_else(nonsense)? } else { body.to_vec() };
    Ok((status.ok_or_else(nonsense)?, body))
}

/// RFC 9112 §7.1.
fn unchunked(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let line = bytes.windows(2).position(|two| two == b"\r\n")?;
        let size = std::str::from_utf8(&bytes[..line]).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        if size == 0 {
            return Some(whole);
        }
        let chunk = line + 2..(line + 2).checked_add(size)?;
        whole.extend(bytes.get(chunk.clone())?);
        bytes = bytes.get(chunk.end + 2..)?;
    }
}

impl Stream {
    fn ask(&mut self, host: &str, path: &str, headers: &str) -> io::Result<()> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n");
        match self {
            Self::Plain(stream) => stream.write_all(request.as_bytes()),
            Self::Tls(stream) => {
                stream.write_all(request.as_bytes())?;
                stream.flush()
            }
        }
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(buffer),
            Self::Tls(stream) => stream.read(buffer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_whole_or_in_chunks_and_nonsense_is_told() {
        let whole = parsed(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").unwrap();
        assert_eq!(whole, (200, b"ok".to_vec()));
        let chunks = b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\n";
        assert_eq!(parsed(chunks).unwrap(), (404, b"abcde".to_vec()));
        for nonsense in [&b"SSH-2.0-OpenSSH\r\n"[..], b"HTTP/1.1 2\r\n\r\n", b""] {
            assert!(parsed(nonsense).is_err());
        }
        let cut = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\nabc";
        assert!(parsed(cut).is_err());
    }
}
