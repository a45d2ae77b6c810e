//! libFuzzer on [`fuzz::turn_server`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::turn_server(bytes));
