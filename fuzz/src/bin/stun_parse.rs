//! libFuzzer on [`fuzz::stun_parse`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::stun_parse(bytes));
