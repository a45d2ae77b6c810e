//! Clients that make requests: mostly right ones, so that stories get somewhere.

use std::time::Duration;

use turn::server::FiveTuple;
use turn::stun::{ChannelData, Class, Family, Integrity, Key, Method, TransactionId, Writer, attr};

use super::Bytes;
use super::world::{REALM, World};

const METHODS: [Method; 8] = [
    Method::Allocate,
    Method::CreatePermission,
    Method::ChannelBind,
    Method::Send,
    Method::Refresh,
    Method::Binding,
    Method::Allocate,
    Method::Other(0x00A),
];

/// One message of a client; `None` when it asked for a nonce instead, having none.
pub(super) fn request(
    world: &mut World,
    tuple: FiveTuple,
    bytes: &mut Bytes<'_>,
) -> Option<Vec<u8>> {
    let method = METHODS[bytes.index(METHODS.len())];
    let flags = bytes.one();
    let indication = matches!(method, Method::Send);
    let signed = !indication && method != Method::Binding && flags & 0x01 == 0;
    let nonce = world.nonce_of(&tuple);
    let class = if indication { Class::Indication } else { Class::Request };
    let transaction = world.transaction(flags & 0x02 != 0);
    let mut packet = Vec::new();
    let mut writer = Writer::new(&mut packet, class, method, TransactionId(transaction));
    match method {
        Method::Allocate => allocate(&mut writer, bytes),
        Method::Refresh => refresh(&mut writer, bytes),
        Method::CreatePermission => {
            for _ in 0..bytes.index(4) {
                writer.xor_address(attr::XOR_PEER_ADDRESS, world.peer(bytes));
            }
        }
        Method::ChannelBind => {
            writer.channel_number(0x3FFE + u16::from(bytes.one() % 16));
            writer.xor_address(attr::XOR_PEER_ADDRESS, world.peer(bytes));
        }
        Method::Send => {
            writer.xor_address(attr::XOR_PEER_ADDRESS, world.peer(bytes));
            writer.attribute(attr::DATA, &vec![0x5A; usize::from(bytes.one()) * 6]);
        }
        Method::Binding | Method::Data | Method::Other(_) => {}
    }
    if flags & 0x04 != 0 {
        writer.attribute(u16::from(bytes.one()), bytes.many());
    }
    if signed {
        let credential = world.credential(bytes);
        writer
            .attribute(attr::USERNAME, credential.username.as_bytes())
            .attribute(attr::REALM, REALM.as_bytes())
            .attribute(attr::NONCE, &nonce);
        let key = Key::md5(&credential.username, REALM, credential.credential.expose());
        let integrity = if flags & 0x08 == 0 { Integrity::Sha1 } else { Integrity::Sha256 };
        writer.integrity(&key, integrity);
    }
    if flags & 0x10 != 0 {
        writer.fingerprint();
    }
    writer.finish();
    if flags & 0xE0 == 0xE0 {
        let at = bytes.index(packet.len());
        packet[at] ^= bytes.one();
    }
    if signed && nonce.is_empty() {
        world.client(tuple, &unsigned(method, transaction));
        return None;
    }
    Some(packet)
}

/// ChannelData on one of a few numbers.
pub(super) fn channel_data(bytes: &mut Bytes<'_>) -> Vec<u8> {
    let number = 0x3FFE + u16::from(bytes.one() % 16);
    let length = u16::from(bytes.one()) * 8;
    let mut packet = ChannelData::header(number, length).to_vec();
    packet.resize(packet.len() + usize::from(length), 0x5A);
    packet
}

fn unsigned(method: Method, transaction: [u8; 12]) -> Vec<u8> {
    let mut packet = Vec::new();
    Writer::new(&mut packet, Class::Request, method, TransactionId(transaction))
        .requested_transport(17)
        .finish();
    packet
}

fn allocate(writer: &mut Writer<'_>, bytes: &mut Bytes<'_>) {
    let wishes = bytes.one();
    writer.requested_transport(if wishes & 0x70 == 0x70 { 6 } else { 17 });
    match wishes & 0x03 {
        1 => drop(writer.family(attr::REQUESTED_ADDRESS_FAMILY, Family::V6)),
        2 => drop(writer.family(attr::ADDITIONAL_ADDRESS_FAMILY, Family::V6)),
        3 if wishes & 0x80 != 0 => {
            writer.attribute(attr::REQUESTED_ADDRESS_FAMILY, &[bytes.one(), 0, 0, 0]);
        }
        _ => {}
    }
    if wishes & 0x04 != 0 {
        writer.attribute(attr::EVEN_PORT, &[bytes.one() & 0x80]);
    }
    if wishes & 0x08 != 0 {
        writer.lifetime(Duration::from_secs(u64::from(bytes.one()) * 30));
    }
}

fn refresh(writer: &mut Writer<'_>, bytes: &mut Bytes<'_>) {
    let wishes = bytes.one();
    if wishes & 0x01 != 0 {
        writer.lifetime(Duration::from_secs(u64::from(wishes >> 4) * 120));
    }
    match wishes & 0x06 {
        0x02 => drop(writer.family(attr::REQUESTED_ADDRESS_FAMILY, Family::V4)),
        0x04 => drop(writer.family(attr::REQUESTED_ADDRESS_FAMILY, Family::V6)),
        _ => {}
    }
}
