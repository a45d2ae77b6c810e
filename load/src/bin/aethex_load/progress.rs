//! What is going on: one line that changes on a terminal, a line now and then elsewhere.

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use load::sfu::Heard;

/// Without a terminal a line is written so often.
const NOW_AND_THEN: Duration = Duration::from_secs(5);

/// Speaks to standard error, so that the report alone is on standard output.
pub(crate) struct Progress {
    terminal: bool,
    last: Option<Instant>,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self { terminal: std::io::stderr().is_terminal(), last: None }
    }

    pub(crate) fn registered(&mut self, count: usize, all: usize) {
        self.say(&format!("registered {count} of {all}"), count == all);
    }

    pub(crate) fn joined(&mut self, count: usize, all: usize) {
        self.say(&format!("joined {count} of {all}"), count == all);
    }

    /// A call runs that others may join.
    pub(crate) fn running(&mut self, call: &str, conversation: &str) {
        self.end();
        self.write(&format!("call {call} in {conversation}\n"));
    }

    pub(crate) fn media(&mut self, gone: Duration, all: Duration, heard: &Heard) {
        let line = format!(
            "{:.0} of {:.0} s: {} packets, {:.2} % lost, {} frames decoded, p99 {:.1} ms",
            gone.as_secs_f64(),
            all.as_secs_f64(),
            heard.packets,
            heard.loss() * 1e2,
            heard.frames,
            heard.delays.per_mille(990).as_secs_f64() * 1e3
        );
        self.say(&line, gone >= all);
    }

    /// Leaves the line that changes.
    pub(crate) fn end(&mut self) {
        if self.terminal {
            self.write("\n");
        }
    }

    fn say(&mut self, line: &str, last: bool) {
        if self.terminal {
            self.write(&format!("\r\x1b[K{line}"));
        } else if last || self.last.is_none_or(|at| at.elapsed() > NOW_AND_THEN) {
            self.last = Some(Instant::now());
            self.write(&format!("{line}\n"));
        }
    }

    fn write(&mut self, text: &str) {
        let mut out = std::io::stderr();
        // Progress that cannot be shown keeps nobody from measuring.
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }
}
