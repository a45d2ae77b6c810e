//! The web app in the browser: its built files, served from inside the program.
//!
//! | module | what |
//! |---|---|
//! | `site` | [`Site`]: the files; [`Built`]: those of `web/apps/web/dist` |
//! | `pages` | [`pages`]: which path answers what |
//! | `headers` | what browsers are told beside the content: policies, caching |
//! | `encoding` | whether a browser takes compressed files |
//! | `media_type` | what a file is, by its name |
//!
//! Invariant: a path of the network never reaches the file system unless every part of it is a
//! plain name. Invariant: a missing file is 404, never the page, so that an old page that asks
//! for a script of yesterday does not run HTML.

mod encoding;
mod headers;
mod media_type;
mod pages;
mod site;

pub use pages::{Settings, pages};
pub use site::{Built, File, Site};
