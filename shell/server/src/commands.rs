//! What an operator does beside the running server.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use auth::{ApiKey, Email, NewPassword, PasswordSettings, Passwords, RefreshToken};
use store::{Store, User};
use switchboard::Clock;
use vocab::{Redacted, RowId, UserId};

use crate::config::{Config, Identity, Token};
use crate::{identity, opening};

/// An invitation is good for this long.
const INVITE: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Brings the database up to date.
pub(crate) async fn migrate(config: &Config) -> anyhow::Result<String> {
    opening::store(config).await?.close().await;
    Ok("The database is up to date.\n".to_owned())
}

/// Makes a token; its text is the output.
pub(crate) async fn token(config: &Config, kind: &Token) -> anyhow::Result<String> {
    let store = opening::store(config).await?;
    let now = Clock::start(None).now();
    let text = match kind {
        Token::User { user } => {
            if !matches!(config.identity, Identity::Embedded { .. }) {
                bail!("tokens of users come from the host product");
            }
            let user = find(&store, user).await?;
            let epoch = i64::try_from(user.token_epoch).context("the token epoch")?;
            let issued = identity::access_tokens(config)?.issue(user.id, epoch, now);
            issued.token.into_exposed()
        }
        Token::ApiKey { name } => {
            let key = ApiKey::generate(RowId::new(now, rand::random()));
            store.insert_api_key(key.id(), key.hash().as_bytes(), name, now).await?;
            key.expose()
        }
        Token::Invite => {
            let invite = RefreshToken::generate();
            store.insert_invite(invite.hash().as_bytes(), None, now + INVITE, now).await?;
            invite.expose().to_owned()
        }
    };
    store.close().await;
    Ok(format!("{text}\n"))
}

/// Sets a new password and ends all sessions of the account.
pub(crate) async fn password(config: &Config, email: &str) -> anyhow::Result<String> {
    let store = opening::store(config).await?;
    let user = find(&store, email).await?;
    let text = read_password()?;
    let password = NewPassword::parse(text.expose()).map_err(|rule| anyhow!("{rule}"))?;
    let hash = Passwords::new(PasswordSettings::default()).hash(password).await?;
    let now = Clock::start(None).now();
    store.change_password(user.id, &Redacted::new(hash), now).await?;
    store.close().await;
    Ok("The password is changed; all sessions of the account have ended.\n".to_owned())
}

/// Copies the database into a file.
pub(crate) async fn backup(config: &Config, file: &Path) -> anyhow::Result<String> {
    let store = opening::store(config).await?;
    store.backup(file).await?;
    store.close().await;
    Ok(format!("The database was copied to {}.\n", file.display()))
}

async fn find(store: &Store, who: &str) -> anyhow::Result<User> {
    let found = match who.parse::<UserId>() {
        Ok(id) => store.user(id).await?,
        Err(_) => {
            let email = Email::parse(who).context("neither an e-mail address nor a UUID")?;
            store.user_by_identifier(email.as_str()).await?
        }
    };
    found.filter(|user| user.deleted_at.is_none()).ok_or_else(|| anyhow!("there is no such user"))
}

fn read_password() -> anyhow::Result<Redacted<String>> {
    let input = std::io::stdin();
    if input.is_terminal() {
        // What is typed is shown; an operator who minds pipes it in.
        let mut out = std::io::stderr();
        out.write_all(b"New password (it is shown as you type): ")?;
        out.flush()?;
    }
    let mut line = String::new();
    input.lock().read_line(&mut line).context("no password could be read")?;
    Ok(Redacted::new(line.trim_end_matches(['\r', '\n']).to_owned()))
}
