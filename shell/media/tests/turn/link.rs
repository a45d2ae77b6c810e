//! How a test client reaches the relay: datagrams, a TCP stream, a TLS stream.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use turn::stun::Framer;

/// How long a message is waited for at once.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// One connection, seen as messages.
pub(crate) enum Link {
    Udp(UdpSocket),
    Tcp(Stream<TcpStream>),
    Tls(Box<Stream<StreamOwned<ClientConnection, TcpStream>>>),
}

/// A stream and what was read of it.
pub(crate) struct Stream<S> {
    socket: S,
    framer: Framer,
}

impl Link {
    /// Datagrams from a loopback address.
    pub(crate) fn udp(from: &str, server: SocketAddr) -> Self {
        let socket = UdpSocket::bind(from).unwrap();
        socket.connect(server).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        Self::Udp(socket)
    }

    pub(crate) fn tcp(server: SocketAddr) -> Self {
        Self::Tcp(Stream { socket: tcp(server), framer: Framer::new() })
    }

    /// TLS that trusts this certificate alone and offers these protocols.
    pub(crate) fn tls(
        server: SocketAddr,
        trusted: &CertificateDer<'static>,
        alpn: &[&[u8]],
    ) -> Self {
        let socket = tls(tcp(server), trusted, alpn);
        Self::Tls(Box::new(Stream { socket, framer: Framer::new() }))
    }

    /// Sends a message; ChannelData is padded on streams.
    pub(crate) fn send(&mut self, message: &[u8]) {
        match self {
            Self::Udp(socket) => {
                socket.send(message).unwrap();
            }
            Self::Tcp(stream) => stream.socket.write_all(&padded(message)).unwrap(),
            Self::Tls(stream) => stream.socket.write_all(&padded(message)).unwrap(),
        }
    }

    /// The next message; `None` when none comes in time or the stream ends.
    pub(crate) fn receive(&mut self) -> Option<Vec<u8>> {
        match self {
            Self::Udp(socket) => {
                let mut bytes = vec![0; 65_536];
                let length = socket.recv(&mut bytes).ok()?;
                bytes.truncate(length);
                Some(bytes)
            }
            Self::Tcp(stream) => stream.receive().ok(),
            Self::Tls(stream) => stream.receive().ok(),
        }
    }

    /// The client's own address.
    pub(crate) fn local_address(&self) -> SocketAddr {
        match self {
            Self::Udp(socket) => socket.local_addr(),
            Self::Tcp(stream) => stream.socket.local_addr(),
            Self::Tls(stream) => stream.socket.sock.local_addr(),
        }
        .unwrap()
    }
}

impl<S: Read> Stream<S> {
    fn receive(&mut self) -> io::Result<Vec<u8>> {
        loop {
            if let Some(message) = self.framer.next() {
                return message.map(<[u8]>::to_vec).map_err(io::Error::other);
            }
            let mut bytes = [0; 16_384];
            let length = self.socket.read(&mut bytes)?;
            if length == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            assert_eq!(self.framer.push(&bytes[..length]), length);
        }
    }
}

pub(crate) fn tcp(server: SocketAddr) -> TcpStream {
    let socket = TcpStream::connect(server).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket.set_nodelay(true).unwrap();
    socket
}

pub(crate) fn tls(
    socket: TcpStream,
    trusted: &CertificateDer<'static>,
    alpn: &[&[u8]],
) -> StreamOwned<ClientConnection, TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let mut config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
    let name = ServerName::try_from("localhost").unwrap();
    StreamOwned::new(ClientConnection::new(Arc::new(config), name).unwrap(), socket)
}

fn padded(message: &[u8]) -> Vec<u8> {
    let mut bytes = message.to_vec();
    bytes.resize(message.len().next_multiple_of(4), 0);
    bytes
}
