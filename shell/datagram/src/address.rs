//! Socket addresses in the shape of the kernel (`sockaddr_in`, `sockaddr_in6`).

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use libc::{AF_INET, AF_INET6, in_addr, in6_addr, sa_family_t, sockaddr_in, sockaddr_in6};

/// Room for an address of either family.
///
/// The first field of both is the family, so it can be read whatever was written.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) union Name {
    v4: sockaddr_in,
    v6: sockaddr_in6,
}

#[expect(clippy::cast_possible_truncation, reason = "the families are 2 and 10")]
const V4: sa_family_t = AF_INET as sa_family_t;
#[expect(clippy::cast_possible_truncation, reason = "the families are 2 and 10")]
const V6: sa_family_t = AF_INET6 as sa_family_t;

impl Name {
    /// Bytes there are for an address.
    #[expect(clippy::cast_possible_truncation, reason = "28 bytes")]
    pub(crate) const ROOM: libc::socklen_t = size_of::<Self>() as libc::socklen_t;

    /// No address.
    pub(crate) const fn empty() -> Self {
        let v6 = sockaddr_in6 {
            sin6_family: 0,
            sin6_port: 0,
            sin6_flowinfo: 0,
            sin6_addr: in6_addr { s6_addr: [0; 16] },
            sin6_scope_id: 0,
        };
        Self { v6 }
    }

    /// An address, and how many bytes of it count.
    #[expect(clippy::cast_possible_truncation, reason = "16 and 28 bytes")]
    pub(crate) fn of(address: SocketAddr) -> (Self, libc::socklen_t) {
        // Written over an empty one, so that every byte of the union is initialised.
        let mut name = Self::empty();
        match address {
            SocketAddr::V4(address) => {
                name.v4 = sockaddr_in {
                    sin_family: V4,
                    sin_port: address.port().to_be(),
                    sin_addr: in_addr { s_addr: u32::from_ne_bytes(address.ip().octets()) },
                    sin_zero: [0; 8],
                };
                (name, size_of::<sockaddr_in>() as libc::socklen_t)
            }
            SocketAddr::V6(address) => {
                name.v6 = sockaddr_in6 {
                    sin6_family: V6,
                    sin6_port: address.port().to_be(),
                    sin6_flowinfo: 0,
                    sin6_addr: in6_addr { s6_addr: address.ip().octets() },
                    sin6_scope_id: address.scope_id(),
                };
                (name, size_of::<sockaddr_in6>() as libc::socklen_t)
            }
        }
    }

    /// The address that the kernel wrote; `None` for a family that is no IP. The flow label is
    /// left out: it is no part of who sent.
    #[expect(unsafe_code, reason = "the kernel fills one of two shapes")]
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        // SAFETY: both shapes begin with the family and are plain integers, and every byte of a
        // `Name` is initialised, so that either may be read.
        let (v4, v6) = unsafe { (self.v4, self.v6) };
        match v4.sin_family {
            V4 => {
                let ip = Ipv4Addr::from(v4.sin_addr.s_addr.to_ne_bytes());
                Some(SocketAddrV4::new(ip, u16::from_be(v4.sin_port)).into())
            }
            V6 => {
                let ip = Ipv6Addr::from(v6.sin6_addr.s6_addr);
                let port = u16::from_be(v6.sin6_port);
                Some(SocketAddrV6::new(ip, port, 0, v6.sin6_scope_id).into())
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_both_families_survive_the_kernels_shape() {
        for text in ["192.0.2.7:3478", "[2001:db8::7]:3478", "[fe80::1%3]:65535", "0.0.0.0:0"] {
            let address: SocketAddr = text.parse().unwrap();
            let (name, length) = Name::of(address);
            assert_eq!(name.address(), Some(address));
            assert_eq!(length, if address.is_ipv4() { 16 } else { 28 });
        }
        assert_eq!(Name::empty().address(), None);
    }
}
