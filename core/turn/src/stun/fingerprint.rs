//! FINGERPRINT: the CRC-32 of ITU-T V.42, XORed (RFC 8489 §14.7).

/// Keeps a fingerprint apart from the CRC of a packet inside a packet: "STUN" in ASCII.
const XOR: u32 = 0x5354_554E;
/// V.42's polynomial, bits reversed.
const POLYNOMIAL: u32 = 0xEDB8_8320;

/// `TABLES[n][byte]` is what a byte does to the CRC when `n` more bytes follow it: eight bytes a
/// step instead of one, for 8 KiB of tables.
static TABLES: [[u32; 256]; 8] = tables();

/// The value of a FINGERPRINT that comes after `before`, whose header counts it in already.
pub(super) fn of(before: &[u8]) -> u32 {
    crc32(before) ^ XOR
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        let [a, b, c, d] = crc.to_le_bytes();
        let [e, f, g, h, i, j, k, l] = *word;
        crc = entry(7, a ^ e) ^ entry(6, b ^ f) ^ entry(5, c ^ g) ^ entry(4, d ^ h);
        crc ^= entry(3, i) ^ entry(2, j) ^ entry(1, k) ^ entry(0, l);
    }
    for byte in rest {
        let [lowest, ..] = crc.to_le_bytes();
        crc = entry(0, lowest ^ byte) ^ (crc >> 8);
    }
    !crc
}

fn entry(table: usize, byte: u8) -> u32 {
    TABLES[table][usize::from(byte)]
}

const fn tables() -> [[u32; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut byte = 0;
    let mut start: u32 = 0;
    while byte < 256 {
        let mut crc = start;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ POLYNOMIAL } else { crc >> 1 };
            bit += 1;
        }
        tables[0][byte] = crc;
        byte += 1;
        start += 1;
    }
    let mut table = 1;
    while table < 8 {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[table - 1][byte];
            tables[table][byte] = tables[0][(before & 0xFF) as usize] ^ (before >> 8);
            byte += 1;
        }
        table += 1;
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::crc32;

    #[test]
    fn the_crc_of_the_digits_is_the_check_value_of_the_standard() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(crc32(b""), 0);
    }

    #[test]
    fn eight_bytes_a_step_give_what_one_bit_a_step_gives() {
        let bytes: Vec<u8> = (0..64).map(|index: u8| index.wrapping_mul(37) ^ 0xA5).collect();
        for length in 0..bytes.len() {
            let slow = bytes[..length].iter().fold(u32::MAX, |crc, byte| {
                (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                    if crc & 1 == 1 { (crc >> 1) ^ super::POLYNOMIAL } else { crc >> 1 }
                })
            });
            assert_eq!(crc32(&bytes[..length]), !slow, "{length} bytes");
        }
    }
}
