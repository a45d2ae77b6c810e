//! Writes `spec/openapi.json`; with `--check` exits with 1 when it is not current.

use std::path::Path;
use std::process::ExitCode;

fn main() -> std::io::Result<ExitCode> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/openapi.json");
    let current = api::openapi_text();
    if std::env::args().any(|argument| argument == "--check") {
        let committed = std::fs::read_to_string(&file).unwrap_or_default();
        return Ok(ExitCode::from(u8::from(committed != current)));
    }
    std::fs::write(&file, current)?;
    Ok(ExitCode::SUCCESS)
}
