//! Accounts of this program: opening, passwords, sessions, closing.

use vocab::{Redacted, UnixMillis, UserId};

use crate::error::Failed;
use crate::people::{CreateUserError, NewUser, User, key, search_key};
use crate::sql::sql;
use crate::{Store, StoreError};

impl Store {
    /// Opens an account.
    ///
    /// # Errors
    /// [`CreateUserError`].
    pub async fn create_user(
        &self,
        new: NewUser,
        now: UnixMillis,
    ) -> Result<User, CreateUserError> {
        match self.within(self.try_create(&new, now)).await {
            Ok(true) => Ok(User {
                id: new.id,
                identifier: new.identifier,
                name: new.name,
                external: None,
                token_epoch: 0,
                do_not_disturb_until: None,
                created_at: now,
                deleted_at: None,
            }),
            Ok(false) => Err(CreateUserError::InviteInvalid),
            Err(failed) if failed.violates("users_identifier", "users.identifier_key") => {
                Err(CreateUserError::IdentifierTaken)
            }
            Err(failed) => Err(StoreError::from(failed).into()),
        }
    }

    /// False when the invite is not valid.
    async fn try_create(&self, new: &NewUser, now: UnixMillis) -> Result<bool, Failed> {
        let tx = self.begin().await?;
        tx.run(sql!(
            "INSERT INTO users (id, identifier, identifier_key, name, search_key, created_at, \
             password_hash) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            new.id,
            new.identifier.as_str(),
            key(&new.identifier),
            new.name.as_str(),
            search_key(&new.name, &new.identifier),
            now,
            new.password_hash.as_ref().map(|hash| hash.expose().as_str()),
        ))
        .await?;
        if let Some(invite) = &new.invite {
            let used = tx
                .run(sql!(
                    "UPDATE invites SET used_by = $1, used_at = $2 \
                     WHERE hash = $3 AND used_at IS NULL AND expires_at > $2",
                    new.id,
                    now,
                    invite,
                ))
                .await?;
            if used == 0 {
                tx.rollback().await?;
                return Ok(false);
            }
        }
        tx.commit().await?;
        Ok(true)
    }

    /// The hash of a user's password; `None` without one, and for closed accounts.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn password_hash(
        &self,
        user: UserId,
    ) -> Result<Option<Redacted<String>>, StoreError> {
        let text = "SELECT password_hash FROM users WHERE id = $1 AND deleted_at IS NULL";
        match self.first(sql!(text, user)).await? {
            Some(row) => Ok(row.get::<Option<String>>("password_hash")?.map(Redacted::new)),
            None => Ok(None),
        }
    }

    /// Replaces the hash of the same password, for instance by one with higher costs.
    /// Sessions stay. False when the user is unknown.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_password_hash(
        &self,
        user: UserId,
        hash: &Redacted<String>,
    ) -> Result<bool, StoreError> {
        let text = "UPDATE users SET password_hash = $1 WHERE id = $2 AND deleted_at IS NULL";
        Ok(self.run(sql!(text, hash.expose().as_str(), user)).await? > 0)
    }

    /// Sets a new password and ends all sessions, in one transaction; the new token epoch.
    /// `None` when the user is unknown.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn change_password(
        &self,
        user: UserId,
        hash: &Redacted<String>,
        now: UnixMillis,
    ) -> Result<Option<u64>, StoreError> {
        self.end_sessions(user, Some(hash), now).await
    }

    /// Gives a user another name; false when they are unknown or the account is closed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rename_user(&self, user: UserId, name: &str) -> Result<bool, StoreError> {
        let Some(known) = self.user(user).await? else { return Ok(false) };
        let name = name.replace('\0', "");
        let search = search_key(&name, &known.identifier);
        let text = "UPDATE users SET name = $1, search_key = $2 \
                    WHERE id = $3 AND deleted_at IS NULL";
        Ok(self.run(sql!(text, name, search, user)).await? > 0)
    }

    /// Ends all sessions of a user: raises the token epoch and revokes the refresh tokens.
    /// The new epoch; `None` when the user is unknown.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn revoke_sessions(
        &self,
        user: UserId,
        now: UnixMillis,
    ) -> Result<Option<u64>, StoreError> {
        self.end_sessions(user, None, now).await
    }

    async fn end_sessions(
        &self,
        user: UserId,
        hash: Option<&Redacted<String>>,
        now: UnixMillis,
    ) -> Result<Option<u64>, StoreError> {
        self.within(async {
            let tx = self.begin().await?;
            let raised = sql!(
                "UPDATE users SET token_epoch = token_epoch + 1, \
                 password_hash = COALESCE($1, password_hash) \
                 WHERE id = $2 AND deleted_at IS NULL RETURNING token_epoch",
                hash.map(|hash| hash.expose().as_str()),
                user,
            );
            let Some(row) = tx.first(raised).await? else { return Ok(None) };
            let epoch = row.number("token_epoch")?;
            tx.run(sql!(
                "UPDATE refresh_tokens SET revoked_at = $1 \
                 WHERE user_id = $2 AND revoked_at IS NULL",
                now,
                user,
            ))
            .await?;
            tx.commit().await?;
            Ok(Some(epoch))
        })
        .await
    }

    /// Closes an account: ends its sessions and memberships, frees its identifier, keeps the
    /// name for other people's history. False when it is unknown or closed already.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_user(&self, user: UserId, now: UnixMillis) -> Result<bool, StoreError> {
        self.within(async {
            let tx = self.begin().await?;
            let closed = sql!(
                "UPDATE users SET deleted_at = $1, password_hash = NULL, \
                 token_epoch = token_epoch + 1 WHERE id = $2 AND deleted_at IS NULL",
                now,
                user,
            );
            if tx.run(closed).await? == 0 {
                return Ok(false);
            }
            for text in [
                "UPDATE refresh_tokens SET revoked_at = $1 WHERE user_id = $2 AND revoked_at IS NULL",
                "UPDATE conversation_members SET left_at = $1 WHERE user_id = $2 AND left_at IS NULL",
            ] {
                tx.run(sql!(text, now, user)).await?;
            }
            tx.commit().await?;
            Ok(true)
        })
        .await
    }

    /// Keeps a user's devices from ringing until a moment ([`crate::FOREVER`] for no end),
    /// or lets them ring. False when the user is unknown.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_do_not_disturb(
        &self,
        user: UserId,
        until: Option<UnixMillis>,
    ) -> Result<bool, StoreError> {
        let text =
            "UPDATE users SET do_not_disturb_until = $1 WHERE id = $2 AND deleted_at IS NULL";
        Ok(self.run(sql!(text, until, user)).await? > 0)
    }
}
