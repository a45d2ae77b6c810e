//! A UDP socket with the options that batches want.

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::{AsFd, AsRawFd};

use socket2::{Domain, Protocol, Socket, Type};

/// What a socket is opened with.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Several sockets on one address: the kernel spreads senders over them (`SO_REUSEPORT`).
    pub reuse_port: bool,
    /// Bytes the kernel keeps for each direction; `None` leaves its default. More survives a
    /// longer pause of the reader, at the price of older packets.
    pub buffer: Option<usize>,
    /// Lets the kernel glue datagrams of one sender together (`UDP_GRO`).
    pub gro: bool,
}

/// An open socket, which never waits.
#[derive(Debug)]
pub struct Opened {
    /// Bound; IPv6 sockets take no IPv4.
    pub socket: UdpSocket,
    /// Bytes that the kernel really keeps of what arrived (it counts its own overhead: about
    /// half is payload).
    pub receive_buffer: usize,
    /// Bytes that the kernel really keeps of what leaves.
    pub send_buffer: usize,
    /// Whether the kernel agreed to `gro`.
    pub gro: bool,
}

/// Opens and binds a socket.
///
/// # Errors
/// Of the operating system: the address is taken, is none of this machine's, or no descriptor
/// is left. A kernel that gives smaller buffers or has no GRO is no error; see [`Opened`].
pub fn open(address: SocketAddr, options: Options) -> io::Result<Opened> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_nonblocking(true)?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    if options.reuse_port {
        socket.set_reuse_port(true)?;
    }
    if let Some(bytes) = options.buffer {
        socket.set_recv_buffer_size(bytes)?;
        socket.set_send_buffer_size(bytes)?;
    }
    socket.bind(&address.into())?;
    let receive_buffer = socket.recv_buffer_size()?;
    let send_buffer = socket.send_buffer_size()?;
    let gro = options.gro && set_gro(&socket).is_ok();
    Ok(Opened { socket: socket.into(), receive_buffer, send_buffer, gro })
}

/// Whether the kernel cuts one message into many datagrams (`UDP_SEGMENT`).
pub(crate) fn has_gso() -> bool {
    Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))
        .is_ok_and(|socket| set_udp_option(&socket, libc::UDP_SEGMENT, 0).is_ok())
}

fn set_gro(socket: &impl AsFd) -> io::Result<()> {
    set_udp_option(socket, libc::UDP_GRO, 1)
}

#[expect(unsafe_code, reason = "no safe wrapper knows the options of UDP")]
#[expect(clippy::cast_possible_truncation, reason = "4 bytes")]
fn set_udp_option(socket: &impl AsFd, option: libc::c_int, value: libc::c_int) -> io::Result<()> {
    let fd = socket.as_fd().as_raw_fd();
    // SAFETY: the descriptor is open as long as `socket` is borrowed; the value is an integer
    // that lives to the end of the call, and its size is told.
    let outcome = unsafe {
        libc::setsockopt(
            fd,
            libc::SOL_UDP,
            option,
            (&raw const value).cast(),
            size_of_val(&value) as libc::socklen_t,
        )
    };
    if outcome == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
