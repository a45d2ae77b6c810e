//! libFuzzer on [`fuzz::turn_stream`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::turn_stream(bytes));
