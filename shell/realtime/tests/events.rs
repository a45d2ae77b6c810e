//! The table of events and what is carried out are the same.

use wire::event::CLIENT_EVENTS;

#[test]
fn every_event_of_the_table_is_carried_out() {
    for event in CLIENT_EVENTS {
        assert!(realtime::handles(event.name), "{} is in the table only", event.name);
    }
    assert!(!realtime::handles("call:nothing"));
    // Counts the words of the crate's own table, so that it has none of its own.
    let own = include_str!("../src/command.rs");
    let named = own.split('"').filter(|word| {
        let (head, tail) = word.split_once(':').unwrap_or_default();
        matches!(head, "call" | "auth") && !tail.is_empty() && !tail.contains([' ', ':'])
    });
    assert_eq!(named.count(), CLIENT_EVENTS.len());
}
