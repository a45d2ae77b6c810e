//! The data folder, its secrets, the database.

use std::path::Path;

use anyhow::Context as _;
use auth::Secret;
use store::{DatabaseUrl, Settings, Store};

use crate::config::{Config, Database};

/// The key of our own access tokens.
pub(crate) const TOKEN_SECRET: &str = "token.secret";
/// The key of TURN credentials of our own TURN server.
pub(crate) const TURN_SECRET: &str = "turn.secret";
/// The key of resume tokens.
pub(crate) const RESUME_SECRET: &str = "resume.secret";

/// Makes the data folder, for its owner only.
pub(crate) fn data_dir(config: &Config) -> anyhow::Result<&Path> {
    let folder = config.data_dir.as_path();
    let made = {
        use std::os::unix::fs::DirBuilderExt as _;
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
    };
    made.with_context(|| format!("the data folder {} cannot be made", folder.display()))?;
    Ok(folder)
}

/// A secret of the data folder; generated at the first start.
pub(crate) fn secret(config: &Config, name: &str) -> anyhow::Result<Secret> {
    Ok(Secret::load_or_generate(data_dir(config)?, name)?)
}

/// Opens the database and brings it up to date.
pub(crate) async fn store(config: &Config) -> anyhow::Result<Store> {
    data_dir(config)?;
    let url = match &config.database {
        Database::Sqlite(file) => DatabaseUrl::Sqlite(file.clone()),
        Database::Postgres(url) => DatabaseUrl::Postgres(url.clone()),
    };
    let store = Store::open(&Settings::new(url)).await.context("the database cannot be opened")?;
    store.migrate().await.context("the database cannot be brought up to date")?;
    Ok(store)
}
