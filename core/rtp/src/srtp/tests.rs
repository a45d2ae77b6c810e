//! The examples of the RFCs, and one side against the other.

use aws_lc_rs::aead::{AES_128_GCM, LessSafeKey, UnboundKey};

use super::*;

const PROFILES: [Profile; 3] =
    [Profile::Aes128CmSha1_80, Profile::AeadAes128Gcm, Profile::AeadAes256Gcm];

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    let byte = |pair: &[u8]| {
        u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).expect("two digits")
    };
    digits.chunks(2).map(byte).collect()
}

/// What a handshake exports.
fn material(profile: Profile) -> Vec<u8> {
    (0..).take(2 * (profile.key_len() + profile.salt_len())).collect()
}

fn pair(profile: Profile) -> (Keys, Keys) {
    let keys = |is_client| Keys::new(profile, &material(profile), is_client).unwrap();
    (keys(true), keys(false))
}

fn packet_of_rtcp() -> Vec<u8> {
    hex("81 c8 00 0b ca fe ba be 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10 11 12 13 14")
}

#[test]
fn session_keys_are_those_of_rfc_3711_appendix_b_3() {
    let (key, salt) =
        (hex("E1F97A0D3E018BE0D64FA32C06DE4139"), hex("0EC675AD498AFEEBB6960B3AABE6"));
    let master = Master { profile: Profile::Aes128CmSha1_80, key: &key, salt: &salt };
    let [encryption, authentication, salting] = Label::rtp();
    let derived = master.derived::<16>(encryption).unwrap();
    assert_eq!(derived[..], hex("C61E7A93744F39EE10734AFE3FF7A087"));
    assert_eq!(master.derived::<14>(salting).unwrap()[..], hex("30CBBC08863D8C85D49DB34A9AE1"));
    let derived = master.derived::<20>(authentication).unwrap();
    assert_eq!(derived[..], hex("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"));
}

#[test]
fn a_packet_is_sealed_as_in_rfc_7714_section_16_1_1() {
    let key = UnboundKey::new(&AES_128_GCM, &hex("000102030405060708090a0b0c0d0e0f")).unwrap();
    let salt = hex("51756964 2070726f 2071756f").try_into().unwrap();
    let key = Cipher::Gcm { key: LessSafeKey::new(key), salt };
    let (_, Keys { mut seal, .. }) = pair(Profile::AeadAes128Gcm);
    seal.rtp = key;
    let mut packet = hex("8040f17b 8041f8d3 5501a0b2");
    packet.extend_from_slice(b"Gallia est omnis divisa in partes tres");
    seal.rtp(&mut packet, 12, 0x5501_a0b2, 0xf17b);
    let expected = "8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5
        0d294e6f 42a5f47a 51c7d19b 36de3adf 8833899d 7f27beb1 6a9152cf 765ee439 0cce";
    assert_eq!(packet, hex(expected));
}

#[test]
fn a_packet_in_counter_mode_is_sealed_as_libsrtp_seals_it() {
    let (key, salt) =
        (hex("e1f97a0d3e018be0d64fa32c06de4139"), hex("0ec675ad498afeebb6960b3aabe6"));
    let material = [&key[..], &key, &salt, &salt].concat();
    let keys = Keys::new(Profile::Aes128CmSha1_80, &material, true).unwrap();
    let mut packet = hex("800f1234 decafbad cafebabe abababab abababab abababab abababab");
    keys.seal.rtp(&mut packet, 12, 0xcafe_babe, 0x1234);
    let expected = "800f1234 decafbad cafebabe 4e55dc4c e79978d8 8ca4d215 949d2402
        b78d6acc 99ea179b 8dbb";
    assert_eq!(packet, hex(expected));
}

#[test]
fn what_one_side_seals_the_other_opens_once() {
    for profile in PROFILES {
        let (mut client, mut server) = pair(profile);
        let mut into = Vec::new();
        for _ in 0..3 {
            let mut sealed = packet_of_rtcp();
            client.seal.rtcp(&mut sealed);
            assert!(!sealed.ends_with(&packet_of_rtcp()[8..]), "it is encrypted");
            assert!(sealed.len() <= packet_of_rtcp().len() + 20, "a tag and an index");
            assert!(!client.open.rtcp(&sealed, &mut into), "its own keys do not open it");
            assert!(server.open.rtcp(&sealed, &mut into), "{profile:?}");
            assert_eq!(into, packet_of_rtcp());
            assert!(!server.open.rtcp(&sealed, &mut into), "a second time");
        }
    }
}

#[test]
fn what_was_changed_or_cut_is_not_opened() {
    for profile in PROFILES {
        let (mut client, mut server) = pair(profile);
        let mut sealed = packet_of_rtcp();
        client.seal.rtcp(&mut sealed);
        let mut into = Vec::new();
        for place in 0..sealed.len() {
            assert!(!server.open.rtcp(&sealed[..place], &mut into), "{place} bytes");
            let mut changed = sealed.clone();
            changed[place] ^= 0x80;
            assert!(!server.open.rtcp(&changed, &mut into), "{profile:?}: byte {place}");
        }
        assert!(server.open.rtcp(&sealed, &mut into));
    }
}

#[test]
fn roll_overs_of_sequence_numbers_change_what_is_sent() {
    for profile in PROFILES {
        let (client, _) = pair(profile);
        let mut packets = [1, 1 + (1 << 16)].map(|index| {
            let mut packet = hex("80600001 00000000 00000007 0102030405060708");
            client.seal.rtp(&mut packet, 12, 7, index);
            packet
        });
        let (one, other) = packets.split_at_mut(1);
        assert_eq!(one[0][..12], other[0][..12], "the header is readable");
        assert_ne!(one[0][12..], other[0][12..]);
    }
}

#[test]
fn keying_material_of_another_length_is_refused() {
    for profile in PROFILES {
        let material = material(profile);
        assert_eq!(Keys::new(profile, &material[1..], true).err(), Some(BadKeys));
        assert_eq!(Keys::new(profile, &[], false).err(), Some(BadKeys));
    }
}
