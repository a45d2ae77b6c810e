//! The command line of the load tool.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

/// Fills a call server with group calls: signs in over its API, publishes and listens as browsers
/// do, and tells what arrived.
///
/// It makes accounts of its own (`load-…@example.com`). More than a handful of participants need
/// a server started with `--limits load`. What goes on is told on standard error, the report on
/// standard output; Ctrl-C ends the run early, with its report. Ends with 1 when more was lost
/// than `--max-loss`.
#[derive(Debug, Parser)]
#[command(name = "aethex-load", version)]
pub(crate) struct Options {
    /// Where the server is, as `http://127.0.0.1:8080`; no TLS.
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    pub(crate) server: String,
    /// Calls.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub(crate) rooms: u32,
    /// Participants of each call who send.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub(crate) publishers: u32,
    /// Participants of each call who only listen.
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(0..=1_000))]
    pub(crate) subscribers: u32,
    /// Seconds of media, once everybody is there; tokens are good for a little longer.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=600))]
    pub(crate) duration: u32,
    /// Layers of each picture: 3 as browsers send, 1 without simulcast, 0 for calls of sound.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(0..=3))]
    pub(crate) layers: u8,
    /// Packets of the largest layer per second.
    #[arg(long, default_value_t = 180, value_parser = clap::value_parser!(u32).range(30..=10_000))]
    pub(crate) rate: u32,
    /// Pictures per second; every picture of every layer takes one packet at least.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=60))]
    pub(crate) frames: u32,
    /// How large everybody is shown.
    #[arg(long, default_value = "640x360", value_parser = size)]
    pub(crate) shown: (u16, u16),
    /// Who speaks.
    #[arg(long, value_enum, default_value_t = Speak::Turns)]
    pub(crate) speak: Speak,
    /// Participants of a call who join at the same time.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub(crate) at_once: u32,
    /// Listeners of each call who decrypt; the others count packets by their headers.
    #[arg(long)]
    pub(crate) full: Option<u32>,
    /// The loss in percent that is still good.
    #[arg(long, default_value_t = 1.0)]
    pub(crate) max_loss: f64,
    /// Prints the report as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// People with accounts, by their e-mail addresses, who are members of the conversation of the
    /// first call: nobody is rung, they find the call running and can join it. The line
    /// `call CALL in CONVERSATION` on standard error tells that it runs.
    #[arg(long, value_name = "EMAIL", value_delimiter = ',')]
    pub(crate) with: Vec<String>,
    /// Puts `email password` of the first account of the first call here, so that somebody can
    /// look on in a browser.
    #[arg(long)]
    pub(crate) account: Option<PathBuf>,
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Speak {
    /// Everybody who sends, all the time.
    All,
    /// One after the other, for five seconds each.
    Turns,
    /// Nobody.
    Nobody,
}

fn size(text: &str) -> Result<(u16, u16), String> {
    let wrong = || "as in 640x360".to_owned();
    let (width, height) = text.split_once('x').ok_or_else(wrong)?;
    Ok((width.parse().map_err(|_| wrong())?, height.parse().map_err(|_| wrong())?))
}
