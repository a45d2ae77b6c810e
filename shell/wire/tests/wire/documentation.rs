//! `docs/protocol.md` names every code, every event and every field of a state event.

use wire::Code;
use wire::event::{CLIENT_EVENTS, ClientEvent, EventVisitor, ServerEvent, visit_events};

const PAGE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/protocol.md"));

fn section(from: &str, to: &str) -> &'static str {
    let start = PAGE.find(from).expect("the section begins");
    let length = PAGE[start..].find(to).expect("the section ends");
    &PAGE[start..start + length]
}

#[test]
fn the_page_has_the_row_of_every_code_and_no_other() {
    let table = section("| code |", "\nAn unknown call");
    let rows: Vec<&str> = table.lines().skip(2).collect();
    let row = |code: &Code| {
        let retryable = if code.is_retryable() { "yes" } else { "" };
        format!("| `{code}` | {} | {} | {retryable} |", code.status(), code.title())
    };
    assert_eq!(rows, Code::ALL.iter().map(row).collect::<Vec<_>>());
}

#[test]
fn the_page_has_the_row_of_every_client_event() {
    let table = section("### Client events", "### Server events");
    for event in CLIENT_EVENTS {
        let begin = format!("\n| `{}` |", event.name);
        assert_eq!(table.matches(&begin).count(), 1, "{}", event.name);
    }
}

#[test]
fn the_page_has_the_row_of_every_server_event_and_the_fields_of_the_numbered_ones() {
    struct Rows(&'static str);
    impl EventVisitor for Rows {
        fn client<P: ts_rs::TS + 'static, A: ts_rs::TS + 'static>(&mut self, _: ClientEvent) {}
        fn server<P: serde::Serialize + ts_rs::TS + 'static>(&mut self, event: ServerEvent) {
            let begin = format!("| `{}` |", event.name);
            let row = self.0.lines().find(|line| line.starts_with(&begin));
            let row = row.unwrap_or_else(|| panic!("no row for {}", event.name));
            if event.is_state {
                let inline = P::inline(&ts_rs::Config::new().with_large_int("number"));
                let expected = fields(&inline);
                assert!(!expected.is_empty());
                let payload = row.split(" | ").nth(1).expect("a row has a payload");
                let told: Vec<&str> = payload.trim_matches('`').split(", ").map(name).collect();
                let same = |one: &String| told.contains(&one.as_str());
                assert!(expected.iter().all(same), "{row}\nhas not all of {expected:?}");
                assert_eq!(told.len(), expected.len(), "{row}\nhas more than {expected:?}");
            }
        }
    }
    visit_events(&mut Rows(section("### Server events", "### A call")));
}

/// The fields of a TypeScript type beyond those that all state events have.
fn fields(inline: &str) -> Vec<String> {
    let declared = inline.lines().filter(|line| !line.trim_start().starts_with(['/', '*']));
    let names = declared.filter_map(|line| line.split_once(": ").map(|(before, _)| before));
    let names = names.map(|before| before.trim_start_matches(['{', ' ']).trim_end_matches('?'));
    names.filter(|name| !["callId", "seq", "at"].contains(name)).map(str::to_owned).collect()
}

fn name(told: &str) -> &str {
    told.split(['?', '\\', '|']).next().unwrap_or(told)
}
