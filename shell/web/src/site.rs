//! The files of the web app.

use std::borrow::Cow;

/// Where files come from.
pub trait Site: Send + Sync + 'static {
    /// The file at a path like `assets/app.js`: plain names, parted by `/`.
    fn file(&self, path: &str) -> Option<File>;
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// What is in it.
    pub bytes: Cow<'static, [u8]>,
    /// SHA-256 of that.
    pub hash: [u8; 32],
}

/// The web app as it was built. A program with debug assertions reads it from the disk, so that
/// a new build of the app shows without a new build of the server; any other carries it inside.
#[derive(Debug, Clone, Copy, Default)]
pub struct Built;

#[derive(rust_embed::RustEmbed)]
#[folder = "../../web/apps/web/dist"]
struct Dist;

impl Site for Built {
    fn file(&self, path: &str) -> Option<File> {
        let file = Dist::get(path)?;
        Some(File { hash: file.metadata.sha256_hash(), bytes: file.data })
    }
}
