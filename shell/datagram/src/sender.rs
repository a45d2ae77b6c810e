//! Many datagrams with one system call.

use std::fmt;
use std::io;
use std::mem::zeroed;
use std::net::SocketAddr;
use std::os::fd::{AsFd, AsRawFd};

use libc::{c_int, iovec, mmsghdr};

use crate::address::Name;
use crate::batch::Batch;
use crate::socket::has_gso;

/// Messages of one system call; the kernel takes up to 1,024.
const MESSAGES: usize = 64;

/// Datagrams of one message; what every kernel with GSO takes (`UDP_MAX_SEGMENTS`).
const SEGMENTS: usize = 64;

/// Bytes of one message, below the 65,535 of an IP packet with its headers.
const MESSAGE_BYTES: usize = 65_000;

/// After so many refused runs one after the other, runs are no longer tried.
const REFUSALS: u32 = 16;

/// Flags of every call: never wait, never raise a signal.
const FLAGS: c_int = libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL;

/// Room for the control message that tells the length of each datagram of a run.
#[derive(Clone, Copy)]
#[repr(C, align(8))]
struct Control([u8; 24]);

/// Sends batches, over any number of sockets in turn.
///
/// Consecutive datagrams to one destination with one length (the last may be shorter) leave as
/// one message that the kernel or the network card cuts. Nothing is ever sent twice, the order
/// is kept, and what the kernel has no room for is dropped and counted: that is what UDP is.
///
/// It stays in the thread that made it.
pub struct Sender {
    runs: Vec<Run>,
    names: Vec<(Name, libc::socklen_t)>,
    parts: Vec<iovec>,
    controls: Vec<Control>,
    headers: Vec<mmsghdr>,
    gso: bool,
    refusals_in_a_row: u32,
    counters: SendCounters,
}

/// Datagrams of one message.
#[derive(Debug, Clone, Copy)]
struct Run {
    destination: SocketAddr,
    /// Number of its first part.
    first: usize,
    count: usize,
    /// Length of each but the last.
    segment: usize,
    bytes: usize,
    /// A shorter one was added, which ends the run.
    closed: bool,
}

/// What sending cost so far, and what became of the datagrams.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SendCounters {
    /// System calls.
    pub calls: u64,
    /// Datagrams that the kernel took.
    pub sent: u64,
    /// Datagrams that the kernel had no room for.
    pub dropped: u64,
    /// Datagrams that the kernel refused: no route, a firewall, too long.
    pub refused: u64,
}

impl Default for Sender {
    fn default() -> Self {
        Self::new()
    }
}

impl Sender {
    /// Sends runs as one message if this kernel can.
    #[must_use]
    pub fn new() -> Self {
        Self::with_gso(has_gso())
    }

    /// Sends every datagram as its own message, as on a kernel without GSO.
    #[must_use]
    pub fn without_gso() -> Self {
        Self::with_gso(false)
    }

    fn with_gso(gso: bool) -> Self {
        Self {
            runs: Vec::with_capacity(MESSAGES),
            names: Vec::with_capacity(MESSAGES),
            parts: Vec::with_capacity(MESSAGES * SEGMENTS),
            controls: Vec::with_capacity(MESSAGES),
            headers: Vec::with_capacity(MESSAGES),
            gso,
            refusals_in_a_row: 0,
            counters: SendCounters::default(),
        }
    }

    /// Sends a whole batch in its order.
    pub fn send_all(&mut self, socket: &impl AsFd, batch: &Batch) {
        self.send(socket, batch, 0..batch.len());
    }

    /// Sends these datagrams of a batch, by their numbers and in this order.
    ///
    /// One that is refused does not keep the next from being sent.
    pub fn send(
        &mut self,
        socket: &impl AsFd,
        batch: &Batch,
        numbers: impl IntoIterator<Item = usize>,
    ) {
        let fd = socket.as_fd().as_raw_fd();
        let mut numbers = numbers.into_iter();
        let Some(first) = numbers.next() else { return };
        let Some(second) = numbers.next() else {
            let (destination, payload) = batch.get(first);
            self.send_one(fd, destination, payload);
            return;
        };
        for number in [first, second].into_iter().chain(numbers) {
            let (destination, payload) = batch.get(number);
            if !self.joins_last_run(destination, payload.len()) {
                if self.runs.len() == MESSAGES {
                    self.transmit(fd);
                }
                self.begin_run(destination, payload.len());
            }
            let part =
                iovec { iov_base: payload.as_ptr().cast_mut().cast(), iov_len: payload.len() };
            self.parts.push(part);
        }
        self.transmit(fd);
    }

    /// What sending cost so far.
    #[must_use]
    pub const fn counters(&self) -> SendCounters {
        self.counters
    }

    fn joins_last_run(&mut self, destination: SocketAddr, length: usize) -> bool {
        let gso = self.gso;
        let Some(run) = self.runs.last_mut() else { return false };
        let joins = gso
            && !run.closed
            && run.destination == destination
            && length <= run.segment
            && length > 0
            && run.count < SEGMENTS
            && run.bytes + length <= MESSAGE_BYTES;
        if joins {
            run.count += 1;
            run.bytes += length;
            run.closed = length < run.segment;
        }
        joins
    }

    fn begin_run(&mut self, destination: SocketAddr, length: usize) {
        let first = self.parts.len();
        self.runs.push(Run {
            destination,
            first,
            count: 1,
            segment: length,
            bytes: length,
            closed: false,
        });
    }

    /// Sends the runs gathered so far and forgets them.
    fn transmit(&mut self, fd: c_int) {
        self.prepare();
        let mut next = 0;
        while next < self.runs.len() {
            match self.call(fd, next) {
                Ok(messages) => {
                    let sent = &self.runs[next..next + messages];
                    self.counters.sent += sent.iter().map(|run| run.count as u64).sum::<u64>();
                    if sent.iter().any(|run| run.count > 1) {
                        self.refusals_in_a_row = 0;
                    }
                    next += messages;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let left = self.runs[next..].iter().map(|run| run.count as u64);
                    self.counters.dropped += left.sum::<u64>();
                    break;
                }
                Err(error) => {
                    self.refused(fd, next, &error);
                    next += 1;
                }
            }
        }
        self.runs.clear();
        self.parts.clear();
    }

    /// A message was refused. A run may be so as a run only: the way to this destination takes
    /// no such long datagrams whole, or its network card cuts none.
    fn refused(&mut self, fd: c_int, message: usize, error: &io::Error) {
        let run = self.runs[message];
        let as_a_run = [libc::EINVAL, libc::EMSGSIZE, libc::EIO, libc::EOPNOTSUPP]
            .map(Some)
            .contains(&error.raw_os_error());
        if run.count == 1 || !as_a_run {
            self.counters.refused += run.count as u64;
            return;
        }
        self.refusals_in_a_row += 1;
        self.gso = self.refusals_in_a_row < REFUSALS;
        for part in run.first..run.first + run.count {
            self.send_part(fd, run.destination, part);
        }
    }

    fn send_one(&mut self, fd: c_int, destination: SocketAddr, payload: &[u8]) {
        let base = payload.as_ptr().cast_mut().cast();
        self.parts.push(iovec { iov_base: base, iov_len: payload.len() });
        self.send_part(fd, destination, self.parts.len() - 1);
        self.parts.clear();
    }

    /// Sends one part as a datagram of its own.
    fn send_part(&mut self, fd: c_int, destination: SocketAddr, part: usize) {
        let (name, length) = Name::of(destination);
        loop {
            self.counters.calls += 1;
            let outcome = send_to(fd, &self.parts[part], &name, length);
            match outcome.map_err(|error| error.kind()) {
                Ok(()) => self.counters.sent += 1,
                Err(io::ErrorKind::Interrupted) => continue,
                Err(io::ErrorKind::WouldBlock) => self.counters.dropped += 1,
                Err(_) => self.counters.refused += 1,
            }
            return;
        }
    }

    /// Makes the kernel's structures of the runs.
    #[expect(unsafe_code, reason = "the kernel's structures have no constructor")]
    fn prepare(&mut self) {
        self.names.clear();
        self.names.extend(self.runs.iter().map(|run| Name::of(run.destination)));
        self.controls.clear();
        self.controls.resize(self.runs.len(), Control([0; 24]));
        self.headers.clear();
        for (index, run) in self.runs.iter().enumerate() {
            // SAFETY: plain integers and pointers, for which zero is a value.
            let mut header: mmsghdr = unsafe { zeroed() };
            let (name, length) = &mut self.names[index];
            header.msg_hdr.msg_name = (&raw mut *name).cast();
            header.msg_hdr.msg_namelen = *length;
            let parts = &mut self.parts[run.first..run.first + run.count];
            header.msg_hdr.msg_iov = parts.as_mut_ptr();
            header.msg_hdr.msg_iovlen = run.count;
            if run.count > 1 {
                cut_every(&mut header, &mut self.controls[index], run.segment);
            }
            self.headers.push(header);
        }
    }

    /// Hands the kernel the messages from one on; how many it took.
    #[expect(unsafe_code, reason = "no safe wrapper sends messages that were prepared before")]
    fn call(&mut self, fd: c_int, from: usize) -> io::Result<usize> {
        self.counters.calls += 1;
        let headers = &mut self.headers[from..];
        let count = u32::try_from(headers.len()).expect("at most 64");
        // SAFETY: `prepare` made these headers of names, parts and control rooms of `self`, which
        // nobody changed or moved since; the parts point into the batch that `send` borrows.
        let outcome = unsafe { libc::sendmmsg(fd, headers.as_mut_ptr(), count, FLAGS) };
        usize::try_from(outcome).map_err(|_| io::Error::last_os_error())
    }
}

/// Adds the control message `UDP_SEGMENT`.
#[expect(unsafe_code, reason = "control messages are written by the macros of libc")]
fn cut_every(header: &mut mmsghdr, control: &mut Control, length: usize) {
    let length = u16::try_from(length).expect("a run is shorter than 65,000 bytes");
    let size = u16::BITS / 8;
    header.msg_hdr.msg_control = control.0.as_mut_ptr().cast();
    // SAFETY: the room of 24 bytes holds one header of 16 bytes and its value of 2, and is
    // aligned for both; so the first header exists and its value may be written.
    unsafe {
        header.msg_hdr.msg_controllen = libc::CMSG_SPACE(size) as usize;
        let first = libc::CMSG_FIRSTHDR(&raw const header.msg_hdr);
        (*first).cmsg_level = libc::SOL_UDP;
        (*first).cmsg_type = libc::UDP_SEGMENT;
        (*first).cmsg_len = libc::CMSG_LEN(size) as usize;
        libc::CMSG_DATA(first).cast::<u16>().write_unaligned(length);
    }
}

#[expect(unsafe_code, reason = "the standard library has this only for sockets of its own")]
fn send_to(fd: c_int, part: &iovec, name: &Name, length: libc::socklen_t) -> io::Result<()> {
    // SAFETY: the part points into the batch that `send` borrows, the name is as long as told.
    let outcome = unsafe {
        libc::sendto(fd, part.iov_base, part.iov_len, FLAGS, (&raw const *name).cast(), length)
    };
    if outcome < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender")
            .field("gso", &self.gso)
            .field("counters", &self.counters)
            .finish_non_exhaustive()
    }
}
