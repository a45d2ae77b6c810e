//! A client's way to the server: datagrams, frames of RFC 4571 over TCP, or another.

use std::fmt;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream, UdpSocket};
use std::os::fd::{AsFd, BorrowedFd};

/// One way to the server.
#[derive(Debug)]
pub(crate) enum Link {
    Udp(UdpSocket),
    Tcp { stream: TcpStream, bytes: Vec<u8> },
    By(Box<dyn Detour>),
}

/// A way that is not a socket to the server.
pub(crate) trait Detour: fmt::Debug {
    /// The address that the server sees.
    fn local(&self) -> SocketAddr;
    fn fd(&self) -> BorrowedFd<'_>;
    fn send(&mut self, to: SocketAddr, datagram: &[u8]);
    fn receive(&mut self) -> Option<(SocketAddr, Vec<u8>)>;
}

impl Link {
    pub(crate) fn udp() -> Self {
        Self::udp_from(Ipv4Addr::LOCALHOST.into())
    }

    pub(crate) fn udp_from(ip: IpAddr) -> Self {
        let socket = UdpSocket::bind((ip, 0)).unwrap();
        socket.set_nonblocking(true).unwrap();
        Self::Udp(socket)
    }

    pub(crate) fn tcp(server: SocketAddr) -> Self {
        let stream = TcpStream::connect(server).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_nonblocking(true).unwrap();
        Self::Tcp { stream, bytes: Vec::new() }
    }

    pub(crate) fn local(&self) -> SocketAddr {
        match self {
            Self::Udp(socket) => socket.local_addr().unwrap(),
            Self::Tcp { stream, .. } => stream.local_addr().unwrap(),
            Self::By(detour) => detour.local(),
        }
    }

    pub(crate) const fn is_tcp(&self) -> bool {
        matches!(self, Self::Tcp { .. })
    }

    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Udp(socket) => socket.as_fd(),
            Self::Tcp { stream, .. } => stream.as_fd(),
            Self::By(detour) => detour.fd(),
        }
    }

    pub(crate) fn send(&mut self, to: SocketAddr, datagram: &[u8]) {
        match self {
            Self::Udp(socket) => {
                socket.send_to(datagram, to).unwrap();
            }
            Self::Tcp { stream, .. } => {
                let length = u16::try_from(datagram.len()).unwrap();
                let frame = [&length.to_be_bytes(), datagram].concat();
                // Loopback takes what a test writes at once; a closed stream takes nothing.
                let _ = stream.write_all(&frame);
            }
            Self::By(detour) => detour.send(to, datagram),
        }
    }

    /// The next datagram that is there, with who sent it.
    pub(crate) fn receive(&mut self) -> Option<(SocketAddr, Vec<u8>)> {
        match self {
            Self::Udp(socket) => {
                let mut buffer = [0; 2_048];
                let (length, from) = socket.recv_from(&mut buffer).ok()?;
                Some((from, buffer[..length].to_vec()))
            }
            Self::Tcp { stream, bytes } => {
                let mut buffer = [0; 16_384];
                loop {
                    match stream.read(&mut buffer) {
                        Ok(0) => break,
                        Ok(length) => bytes.extend_from_slice(&buffer[..length]),
                        Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                        Err(_) => break,
                    }
                }
                let length = usize::from(u16::from_be_bytes([*bytes.first()?, *bytes.get(1)?]));
                let frame = bytes.get(2..2 + length)?.to_vec();
                bytes.drain(..2 + length);
                Some((stream.peer_addr().ok()?, frame))
            }
            Self::By(detour) => detour.receive(),
        }
    }
}
