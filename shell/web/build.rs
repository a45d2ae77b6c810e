//! Makes the folder of the built web app when it is missing, so that the server builds without
//! Node, and has the crate compiled anew when something in it changes.

use std::io;
use std::path::Path;

fn main() -> io::Result<()> {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/apps/web/dist");
    std::fs::create_dir_all(&built)?;
    let mut out = io::stdout();
    io::Write::write_all(&mut out, b"cargo::rerun-if-changed=build.rs\n")?;
    io::Write::write_all(&mut out, b"cargo::rerun-if-changed=../../web/apps/web/dist\n")
}
