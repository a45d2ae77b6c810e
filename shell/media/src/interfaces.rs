//! The addresses of this machine.

use std::io;
use std::net::{IpAddr, Ipv6Addr};

use nix::ifaddrs::getifaddrs;
use nix::sys::socket::SockaddrStorage;

/// Addresses of all network interfaces, loopback included, each once, in order.
///
/// # Errors
/// Of the operating system.
pub fn interface_addresses() -> io::Result<Vec<IpAddr>> {
    let mut addresses: Vec<IpAddr> =
        getifaddrs()?.filter_map(|interface| ip(&interface.address?)).collect();
    addresses.sort_unstable();
    addresses.dedup();
    Ok(addresses)
}

/// Those of one family that a socket may be bound to without naming an interface: link-local
/// IPv6 addresses mean something else on each.
pub(crate) fn bindable_addresses(ipv4: bool) -> io::Result<Vec<IpAddr>> {
    let mut addresses = interface_addresses()?;
    addresses.retain(|address| match address {
        IpAddr::V4(_) => ipv4,
        IpAddr::V6(address) => !ipv4 && !is_link_local(*address),
    });
    Ok(addresses)
}

fn ip(address: &SockaddrStorage) -> Option<IpAddr> {
    let v4 = address.as_sockaddr_in().map(|address| IpAddr::V4(address.ip()));
    v4.or_else(|| address.as_sockaddr_in6().map(|address| IpAddr::V6(address.ip())))
}

/// `fe80::/10`.
fn is_link_local(address: Ipv6Addr) -> bool {
    address.segments()[0] & 0xFFC0 == 0xFE80
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_among_the_addresses_and_none_is_there_twice() {
        let addresses = interface_addresses().unwrap();
        assert!(addresses.contains(&"127.0.0.1".parse().unwrap()));
        assert!(addresses.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn bindable_addresses_are_of_one_family_and_can_be_bound() {
        for ipv4 in [true, false] {
            for address in bindable_addresses(ipv4).unwrap() {
                assert_eq!(address.is_ipv4(), ipv4);
                assert!(std::net::UdpSocket::bind((address, 0)).is_ok(), "{address}");
            }
        }
    }
}
