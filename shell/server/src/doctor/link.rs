//! One way to a TURN server: whole messages over UDP, TCP or TLS.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

use turn::stun::Framer;

use super::http;
use super::tls::{TlsStream, Verdict, shake_hands};

/// How long one read waits; whoever reads goes on until its own deadline.
const TICK: Duration = Duration::from_millis(250);

/// What the messages travel in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Udp,
    Tcp,
    Tls,
}

/// An open way.
#[derive(Debug)]
pub(super) struct Link {
    socket: Socket,
    framer: Framer,
    buffer: Box<[u8]>,
}

#[derive(Debug)]
enum Socket {
    Udp(UdpSocket),
    Tcp(TcpStream),
    Tls(Box<TlsStream>),
}

impl Way {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Udp => "UDP",
            Self::Tcp => "TCP",
            Self::Tls => "TLS",
        }
    }
}

impl Link {
    /// Connects. Over TLS any certificate will do; what it is worth is told beside.
    pub(super) fn open(
        way: Way,
        host: &str,
        at: SocketAddr,
    ) -> io::Result<(Self, Option<Verdict>)> {
        let (socket, verdict) = match way {
            Way::Udp => {
                let any: SocketAddr =
                    if at.is_ipv4() { ([0, 0, 0, 0], 0).into() } else { ([0; 16], 0).into() };
                let socket = UdpSocket::bind(any)?;
                socket.connect(at)?;
                socket.set_read_timeout(Some(TICK))?;
                (Socket::Udp(socket), None)
            }
            Way::Tcp => {
                let stream = http::connect(Some(at), host, at.port())?;
                stream.set_read_timeout(Some(TICK))?;
                (Socket::Tcp(stream), None)
            }
            Way::Tls => {
                let stream = http::connect(Some(at), host, at.port())?;
                let (stream, verdict) = shake_hands(stream, host)?;
                stream.sock.set_read_timeout(Some(TICK))?;
                (Socket::Tls(Box::new(stream)), Some(verdict))
            }
        };
        let buffer = vec![0; 64 * 1024].into_boxed_slice();
        Ok((Self { socket, framer: Framer::new(), buffer }, verdict))
    }

    /// Whether messages may be lost, and are to be sent again.
    pub(super) const fn is_lossy(&self) -> bool {
        matches!(self.socket, Socket::Udp(_))
    }

    pub(super) fn send(&mut self, message: &[u8]) -> io::Result<()> {
        match &mut self.socket {
            Socket::Udp(socket) => socket.send(message).map(|_| ()),
            Socket::Tcp(stream) => stream.write_all(message),
            Socket::Tls(stream) => {
                stream.write_all(message)?;
                stream.flush()
            }
        }
    }

    /// The next whole message; `None` when nothing came for a moment.
    pub(super) fn receive(&mut self) -> io::Result<Option<Vec<u8>>> {
        if let Some(message) = self.framed()? {
            return Ok(Some(message));
        }
        let read = match &mut self.socket {
            Socket::Udp(socket) => socket.recv(&mut self.buffer),
            Socket::Tcp(stream) => stream.read(&mut self.buffer),
            Socket::Tls(stream) => stream.read(&mut self.buffer),
        };
        let length = match read {
            Ok(0) if !self.is_lossy() => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(length) => length,
            Err(error)
                if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        if self.is_lossy() {
            return Ok(Some(self.buffer[..length].to_vec()));
        }
        if self.framer.push(&self.buffer[..length]) < length {
            return Err(io::Error::other("more came than a message can hold"));
        }
        self.framed()
    }

    fn framed(&mut self) -> io::Result<Option<Vec<u8>>> {
        match self.framer.next() {
            None => Ok(None),
            Some(Ok(message)) => Ok(Some(message.to_vec())),
            Some(Err(error)) => Err(io::Error::other(error)),
        }
    }
}
