//! Target: one STUN message or ChannelData.

use turn::stun::{ChannelData, Integrity, Key, Message, Writer, attr, is_channel_data};

/// Reads all there is to read, and writes a message that was read once more.
///
/// # Panics
/// When what was read is inconsistent.
pub fn stun_parse(bytes: &[u8]) {
    if let Ok(channel_data) = ChannelData::parse_datagram(bytes) {
        assert!(is_channel_data(bytes[0]));
        let exact = &bytes[..4 + channel_data.data.len()];
        assert_eq!(ChannelData::parse_stream(exact), Ok(channel_data));
    }
    if let Ok(message) = Message::parse(bytes) {
        read_everything(&message);
        write_again(&message);
    }
}

fn read_everything(message: &Message<'_>) {
    let mut total = 0;
    for (_, value) in message.attributes() {
        total += 4 + value.len();
    }
    assert!(total <= message.bytes().len() - 20);
    for kind in [attr::XOR_PEER_ADDRESS, attr::XOR_MAPPED_ADDRESS, attr::XOR_RELAYED_ADDRESS] {
        let first = message.xor_address(kind);
        assert_eq!(first.is_some(), message.attribute(kind).is_some());
    }
    assert_eq!(message.xor_peer_addresses().next(), message.xor_address(attr::XOR_PEER_ADDRESS));
    let texts = [message.username(), message.realm()];
    for text in texts.into_iter().flatten().flatten() {
        assert!(text.len() <= message.bytes().len());
    }
    if let Some(Ok((code, _))) = message.error_code() {
        assert!((300..700).contains(&code));
    }
    if let Some(Ok(number)) = message.channel_number() {
        assert!((0x4000..0x8000).contains(&number));
    }
    let _ = (message.lifetime(), message.nonce(), message.data(), message.even_port());
    let _ = (message.requested_transport(), message.requested_family());
    let _ = (message.additional_family(), message.password_algorithm());
    assert!(message.unknown_required(&[]).all(|kind| kind < 0x8000));
    let key = Key::md5("ann", "example.org", "secret");
    assert!(!message.verify(&key), "nobody guesses a code of 128 bits");
}

/// The readable attributes, signed anew, read as they were.
fn write_again(message: &Message<'_>) {
    let mut bytes = Vec::new();
    let (class, method) = (message.class(), message.method());
    let key = Key::sha256("ann", "example.org", "secret");
    let integrity = [attr::MESSAGE_INTEGRITY, attr::MESSAGE_INTEGRITY_SHA256];
    let values = || message.attributes().filter(|(kind, _)| !integrity.contains(kind));
    let mut writer = Writer::new(&mut bytes, class, method, message.transaction());
    for (kind, value) in values() {
        writer.attribute(kind, value);
    }
    writer.integrity(&key, Integrity::Sha256).fingerprint();
    if writer.finish() == 0 {
        assert!(message.bytes().len() > 65_000, "only the longest messages have no room");
        return;
    }
    let again = Message::parse(&bytes).expect("our own writing reads");
    assert_eq!((again.class(), again.method()), (class, method));
    assert_eq!(again.transaction(), message.transaction());
    assert!(again.verify(&key));
    assert!(again.attributes().filter(|(kind, _)| !integrity.contains(kind)).eq(values()));
}
