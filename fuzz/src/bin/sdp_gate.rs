//! libFuzzer on [`fuzz::sdp_gate`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::sdp_gate(bytes));
