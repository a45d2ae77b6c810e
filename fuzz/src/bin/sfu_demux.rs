//! libFuzzer on [`fuzz::sfu_demux`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::sfu_demux(bytes));
