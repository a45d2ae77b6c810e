//! Many datagrams from one system call.

use std::fmt;
use std::io;
use std::mem::zeroed;
use std::net::SocketAddr;
use std::os::fd::{AsFd, AsRawFd};
use std::ptr;

use libc::{c_int, iovec, mmsghdr, msghdr};

use crate::address::Name;

/// Bytes for one message: more than the largest datagram, or the largest run of datagrams that
/// the kernel glues together. The odd 17 lines keep the first bytes of messages from competing
/// for the same lines of the processor's cache.
const ROOM: usize = 65_536 + 17 * 64;

/// Room for the control message that tells how long each of the glued datagrams is.
const CONTROL: usize = 64;

/// Memory for a batch of received messages, used for any number of sockets in turn.
///
/// `batch * 65 KiB` of memory, of which the system gives what is touched. It stays in the
/// thread that made it.
pub struct Receiver {
    bytes: Box<[u8]>,
    names: Box<[Name]>,
    controls: Box<[Control]>,
    parts: Box<[iovec]>,
    headers: Box<[mmsghdr]>,
    lengths: Box<[Message]>,
    counters: ReceiveCounters,
}

/// Control messages are read as structures, so their room is aligned like one.
#[derive(Clone, Copy)]
#[repr(C, align(8))]
struct Control([u8; CONTROL]);

/// What the kernel told of one message.
#[derive(Debug, Clone, Copy, Default)]
struct Message {
    length: usize,
    /// Length of each datagram but the last; the same as `length` when there is one.
    segment: usize,
    truncated: bool,
}

/// What receiving cost so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReceiveCounters {
    /// System calls.
    pub calls: u64,
    /// Messages: datagrams, or runs of them.
    pub messages: u64,
}

impl Receiver {
    /// Memory for up to `batch` messages at once (1 to 1,024, which is all the kernel takes).
    #[must_use]
    #[expect(unsafe_code, reason = "the kernel's structures have no constructor")]
    pub fn new(batch: usize) -> Self {
        let batch = batch.clamp(1, 1_024);
        // SAFETY: both are plain integers and pointers, for which zero is a value.
        let (part, header): (iovec, mmsghdr) = unsafe { (zeroed(), zeroed()) };
        Self {
            bytes: vec![0; batch * ROOM].into_boxed_slice(),
            names: vec![Name::empty(); batch].into_boxed_slice(),
            controls: vec![Control([0; CONTROL]); batch].into_boxed_slice(),
            parts: vec![part; batch].into_boxed_slice(),
            headers: vec![header; batch].into_boxed_slice(),
            lengths: vec![Message::default(); batch].into_boxed_slice(),
            counters: ReceiveCounters::default(),
        }
    }

    /// Takes what waits at a socket, without waiting.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] when nothing waits; else what the operating system says,
    /// which concerns an earlier datagram and not the next.
    pub fn receive(&mut self, socket: &impl AsFd) -> io::Result<Received<'_>> {
        let messages = self.call(socket.as_fd().as_raw_fd())?;
        self.counters.messages += messages as u64;
        Ok(Received {
            drained: messages < self.lengths.len(),
            messages: &self.lengths[..messages],
            names: &self.names,
            bytes: &self.bytes,
            message: 0,
            at: 0,
        })
    }

    /// What receiving cost so far.
    #[must_use]
    pub const fn counters(&self) -> ReceiveCounters {
        self.counters
    }

    #[expect(unsafe_code, reason = "no safe wrapper receives many messages with GRO")]
    fn call(&mut self, fd: c_int) -> io::Result<usize> {
        let rooms = self.bytes.chunks_exact_mut(ROOM);
        let rooms = rooms.zip(&mut self.names).zip(&mut self.controls);
        let headers = self.headers.iter_mut().zip(&mut self.parts);
        for (((room, name), control), (header, part)) in rooms.zip(headers) {
            *part = iovec { iov_base: room.as_mut_ptr().cast(), iov_len: room.len() };
            header.msg_hdr.msg_name = (&raw mut *name).cast();
            header.msg_hdr.msg_namelen = Name::ROOM;
            header.msg_hdr.msg_iov = part;
            header.msg_hdr.msg_iovlen = 1;
            header.msg_hdr.msg_control = control.0.as_mut_ptr().cast();
            header.msg_hdr.msg_controllen = CONTROL;
        }
        self.counters.calls += 1;
        let count = u32::try_from(self.headers.len()).expect("at most 1,024");
        // SAFETY: there are `count` headers; each points to a name, a part and a control room of
        // `self`, which outlive this call, are as large as told and are used by nobody else
        // meanwhile, as `self` is borrowed mutably.
        let outcome = unsafe {
            libc::recvmmsg(
                fd,
                self.headers.as_mut_ptr(),
                count,
                libc::MSG_DONTWAIT,
                ptr::null_mut(),
            )
        };
        let received = usize::try_from(outcome).map_err(|_| io::Error::last_os_error())?;
        for (message, header) in self.lengths.iter_mut().zip(&self.headers[..received]) {
            let length = header.msg_len as usize;
            // SAFETY: the kernel filled this header, and its control room is still there.
            let segment = unsafe { segment(&header.msg_hdr) };
            let segment = segment.filter(|segment| *segment > 0).unwrap_or(length);
            let truncated = header.msg_hdr.msg_flags & libc::MSG_TRUNC != 0;
            *message = Message { length, segment, truncated };
        }
        Ok(received)
    }
}

/// The length of glued datagrams, when the kernel tells one.
///
/// # Safety
/// The header comes from the kernel, and its control room is alive.
#[expect(unsafe_code, reason = "control messages are walked by the macros of libc")]
unsafe fn segment(header: &msghdr) -> Option<usize> {
    // SAFETY: as the caller says; the macros stay within `msg_controllen`, which the kernel set.
    unsafe {
        let mut control = libc::CMSG_FIRSTHDR(header);
        while !control.is_null() {
            let told = &*control;
            if told.cmsg_level == libc::SOL_UDP && told.cmsg_type == libc::UDP_GRO {
                let value = libc::CMSG_DATA(control).cast::<c_int>().read_unaligned();
                return usize::try_from(value).ok();
            }
            control = libc::CMSG_NXTHDR(header, control);
        }
    }
    None
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver")
            .field("batch", &self.lengths.len())
            .field("counters", &self.counters)
            .finish_non_exhaustive()
    }
}

/// Datagrams of one call, each with who sent it, in the order they arrived.
///
/// Datagrams longer than any IP packet can be do not occur; one that was cut short is left out.
pub struct Received<'a> {
    messages: &'a [Message],
    names: &'a [Name],
    bytes: &'a [u8],
    message: usize,
    at: usize,
    drained: bool,
}

impl Received<'_> {
    /// Whether the socket had no more at the time of the call: with edge-triggered readiness the
    /// next datagram brings a new event.
    #[must_use]
    pub const fn drained(&self) -> bool {
        self.drained
    }
}

impl<'a> Iterator for Received<'a> {
    type Item = (SocketAddr, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let message = self.messages.get(self.message)?;
            let sender = self.names[self.message].address().filter(|_| !message.truncated);
            let begin = self.at;
            let end = message.length.min(begin + message.segment.max(1));
            // A datagram without payload is one all the same.
            let last = end == message.length;
            let room = self.message * ROOM;
            if last || sender.is_none() {
                self.message += 1;
                self.at = 0;
            } else {
                self.at = end;
            }
            if let Some(sender) = sender {
                return Some((sender, &self.bytes[room + begin..room + end]));
            }
        }
    }
}

impl fmt::Debug for Received<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("messages", &self.messages.len())
            .field("drained", &self.drained)
            .finish_non_exhaustive()
    }
}
