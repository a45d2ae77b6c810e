//! Where log lines go: standard error, as text for people or JSON for programs.

use anyhow::Context as _;
use tracing_subscriber::EnvFilter;

use crate::config::{Log, LogFormat};

/// Libraries that print whole messages, statements or headers at their chattier levels, and
/// the level they are kept at whatever the filter says: what they print holds tokens and
/// session descriptions.
const KEPT_QUIET: &[&str] = &[
    "engineioxide=warn",
    "hyper=info",
    "hyper_util=info",
    "reqwest=info",
    "rustls=info",
    "sea_orm=warn",
    "socketioxide=warn",
    "socketioxide_core=warn",
    "sqlx=warn",
    "tokio_tungstenite=warn",
    "tungstenite=warn",
];

/// Starts logging. Once per process.
pub(crate) fn start(log: &Log) -> anyhow::Result<()> {
    let mut filter = EnvFilter::try_new(&log.filter).context("the log filter is wrong")?;
    for directive in KEPT_QUIET {
        filter = filter.add_directive(directive.parse()?);
    }
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match log.format {
        LogFormat::Text => lines.with_ansi(false).init(),
        LogFormat::Json => lines.json().init(),
    }
    Ok(())
}
