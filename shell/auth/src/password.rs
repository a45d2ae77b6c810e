//! Passwords: the rules for new ones, and argon2id on a bounded share of the machine.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::{Semaphore, TryAcquireError};
use unicode_normalization::UnicodeNormalization;
use vocab::Redacted;

use crate::common_passwords::is_common;

/// Memory of one hash in KiB (OWASP password storage: argon2id, 19 MiB, t=2, p=1). More makes
/// guessing dearer and lets fewer logins run at once.
const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over that memory. More makes each login and each guess slower in proportion.
const PASSES: u32 = 2;
/// Threads of one hash.
const LANES: u32 = 1;

/// A hash of a forgotten random password with the parameters above, for unknown accounts.
const DUMMY: &str = "$argon2id$v=19$m=19456,t=2,p=1$\
    rskBXqNMcbVhOqc2ywCbOg$EZq1YNAISl36WP1JUqqsYQA7JFcmTuZB3MIeXcn3UJk";

/// A password that keeps the rules for new ones: 8 to 128 characters (code points), not only
/// white space, not one of the most common.
#[derive(Debug, Clone)]
pub struct NewPassword(Redacted<String>);

/// Which rule a new password breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRule {
    /// Fewer than [`NewPassword::MIN_CHARS`] characters.
    #[error("a password has at least 8 characters")]
    TooShort,
    /// More than [`NewPassword::MAX_CHARS`] characters.
    #[error("a password has at most 128 characters")]
    TooLong,
    /// Nothing but white space.
    #[error("a password is not only white space")]
    Blank,
    /// On the list that every guesser tries first.
    #[error("this password is one of the most common; choose another")]
    Common,
}

impl NewPassword {
    /// Shortest password in code points.
    pub const MIN_CHARS: usize = 8;
    /// Longest password in code points.
    pub const MAX_CHARS: usize = 128;

    /// Checks a password that somebody wants to have.
    ///
    /// # Errors
    /// [`PasswordRule`].
    pub fn parse(text: &str) -> Result<Self, PasswordRule> {
        let chars = text.chars().count();
        if chars > Self::MAX_CHARS {
            return Err(PasswordRule::TooLong);
        }
        if text.trim().is_empty() && chars > 0 {
            return Err(PasswordRule::Blank);
        }
        if chars < Self::MIN_CHARS {
            return Err(PasswordRule::TooShort);
        }
        if is_common(text) {
            return Err(PasswordRule::Common);
        }
        Ok(Self(Redacted::new(text.to_owned())))
    }
}

/// How much of the machine password hashing may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordSettings {
    /// Hashes computed at once, 2 to 4: each takes a core for about 20 ms, and 19 MiB.
    pub parallel: usize,
    /// Logins that may wait for their turn. More waits longer under a flood; fewer refuses sooner.
    pub queue: usize,
}

impl Default for PasswordSettings {
    fn default() -> Self {
        Self { parallel: 2, queue: 64 }
    }
}

/// Why a password could not be hashed or checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// The queue is full; answer 503 and let the client retry.
    #[error("too many passwords are being checked")]
    Busy,
    /// The stored text is no argon2 PHC string; the account needs a password reset.
    #[error("the stored password hash is unreadable")]
    UnreadableHash,
    /// The hash could not be computed (out of memory, or the server stops); answer 503.
    #[error("the password hash could not be computed")]
    Unavailable,
}

/// Hashes and checks passwords on tokio's blocking pool, a few at once.
///
/// Shape: cheap to clone, all clones share one bound. At most `parallel` hashes run and `queue`
/// wait; the next one is refused with [`PasswordError::Busy`]. A caller that goes away while its
/// hash runs keeps its place until the hash is done, so that the bound holds.
#[derive(Debug, Clone)]
pub struct Passwords {
    running: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
}

impl Passwords {
    /// Takes the bounds; `parallel` is at least 1.
    #[must_use]
    pub fn new(settings: PasswordSettings) -> Self {
        let parallel = settings.parallel.max(1);
        let admitted = parallel.saturating_add(settings.queue).min(Semaphore::MAX_PERMITS);
        Self {
            running: Arc::new(Semaphore::new(parallel)),
            admitted: Arc::new(Semaphore::new(admitted)),
        }
    }

    /// The PHC string to store for a password.
    ///
    /// # Errors
    /// [`PasswordError::Busy`] and [`PasswordError::Unavailable`].
    pub async fn hash(&self, password: NewPassword) -> Result<String, PasswordError> {
        self.run(move || hash(password.0.expose())).await
    }

    /// Whether a password is the one of a stored PHC string.
    ///
    /// # Errors
    /// [`PasswordError`].
    pub async fn verify(&self, password: String, stored: String) -> Result<bool, PasswordError> {
        let password = Redacted::new(password);
        self.run(move || verify(password.expose(), &stored)).await
    }

    /// Takes as long as [`verify`](Self::verify), for a login to an account that does not exist.
    ///
    /// # Errors
    /// [`PasswordError::Busy`] and [`PasswordError::Unavailable`], as for an account that exists.
    pub async fn verify_dummy(&self, password: String) -> Result<(), PasswordError> {
        self.verify(password, DUMMY.to_owned()).await.map(drop)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let place =
            Arc::clone(&self.admitted).try_acquire_owned().map_err(|error| match error {
                TryAcquireError::NoPermits => PasswordError::Busy,
                TryAcquireError::Closed => PasswordError::Unavailable,
            })?;
        let turn = Arc::clone(&self.running).acquire_owned().await;
        let turn = turn.map_err(|_| PasswordError::Unavailable)?;
        let outcome = tokio::task::spawn_blocking(move || {
            let outcome = work();
            drop((place, turn));
            outcome
        });
        outcome.await.unwrap_or(Err(PasswordError::Unavailable))
    }
}

/// Whether a stored hash was made with other parameters than today's, so that the next
/// successful login should store a new one.
#[must_use]
pub fn needs_rehash(stored: &str) -> bool {
    let Ok(hash) = PasswordHash::new(stored) else { return true };
    let same = hash.algorithm == argon2::ARGON2ID_IDENT
        && hash.version == Some(u32::from(Version::V0x13))
        && Params::try_from(&hash).is_ok_and(|params| {
            (params.m_cost(), params.t_cost(), params.p_cost()) == (MEMORY_KIB, PASSES, LANES)
        });
    !same
}

fn argon2id() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("the parameters are valid");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The bytes that are hashed: NFC, so that the same letters typed on another keyboard match
/// (RFC 8265 §4.2.1).
fn normalised(password: &str) -> String {
    password.nfc().collect()
}

fn hash(password: &str) -> Result<String, PasswordError> {
    let hash = argon2id().hash_password(normalised(password).as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|_| PasswordError::Unavailable)
}

fn verify(password: &str, stored: &str) -> Result<bool, PasswordError> {
    use argon2::password_hash::Error;
    let stored = PasswordHash::new(stored).map_err(|_| PasswordError::UnreadableHash)?;
    match argon2id().verify_password(normalised(password).as_bytes(), &stored) {
        Ok(()) => Ok(true),
        Err(Error::PasswordInvalid) => Ok(false),
        Err(Error::OutOfMemory | Error::Internal | Error::Crypto) => {
            Err(PasswordError::Unavailable)
        }
        Err(_) => Err(PasswordError::UnreadableHash),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use tokio::sync::oneshot;

    use super::*;

    type Done = Result<(), PasswordError>;

    const GOOD: &str = "correct horse battery";

    fn passwords() -> Passwords {
        Passwords::new(PasswordSettings::default())
    }

    fn good() -> NewPassword {
        NewPassword::parse(GOOD).unwrap()
    }

    #[test]
    fn new_passwords_have_8_to_128_characters_however_many_bytes_these_are() {
        for text in ["zwölf Ös", &"字".repeat(128), "  spaces around  "] {
            assert!(NewPassword::parse(text).is_ok(), "{text}");
        }
        for (text, rule) in [
            (String::new(), PasswordRule::TooShort),
            ("ünïcödé".into(), PasswordRule::TooShort),
            ("x".repeat(129), PasswordRule::TooLong),
            (" \t\u{3000}       ".into(), PasswordRule::Blank),
            ("password".into(), PasswordRule::Common),
            ("PassWord1".into(), PasswordRule::Common),
            ("1234567890".into(), PasswordRule::Common),
        ] {
            assert_eq!(NewPassword::parse(&text).err(), Some(rule), "{text}");
        }
    }

    #[tokio::test]
    async fn a_hashed_password_verifies_and_another_does_not() {
        let stored = passwords().hash(good()).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert_eq!(passwords().verify(GOOD.into(), stored.clone()).await, Ok(true));
        assert_eq!(passwords().verify("wrong".into(), stored.clone()).await, Ok(false));
        assert_ne!(passwords().hash(good()).await.unwrap(), stored, "salts differ");
        assert!(!needs_rehash(&stored));
    }

    #[tokio::test]
    async fn composed_and_decomposed_letters_are_the_same_password() {
        let stored = passwords().hash(NewPassword::parse("Zoe\u{308} im Wald").unwrap()).await;
        let verified = passwords().verify("Zo\u{eb} im Wald".into(), stored.unwrap()).await;
        assert_eq!(verified, Ok(true));
    }

    #[tokio::test]
    async fn a_broken_stored_hash_is_an_error_and_no_login() {
        for stored in ["", "secret", "$argon2id$v=19$m=1,t=0,p=0$AAAA$AAAA", "$2b$12$abc"] {
            let verified = passwords().verify(GOOD.into(), stored.into()).await;
            assert_ne!(verified, Ok(true), "{stored}");
            assert!(needs_rehash(stored));
        }
        let unreadable = passwords().verify(GOOD.into(), "secret".into()).await;
        assert_eq!(unreadable, Err(PasswordError::UnreadableHash));
    }

    #[tokio::test]
    async fn the_dummy_costs_what_a_real_hash_costs() {
        assert!(!needs_rehash(DUMMY));
        assert_eq!(verify("anything", DUMMY), Ok(false));
        assert_eq!(passwords().verify_dummy(GOOD.into()).await, Ok(()));
    }

    #[test]
    fn hashes_with_other_parameters_are_made_anew() {
        assert!(needs_rehash(&DUMMY.replace("t=2", "t=3")));
        assert!(needs_rehash(&DUMMY.replace("argon2id", "argon2i")));
    }

    /// Work that says when it starts and then waits to be released.
    fn held_work() -> (mpsc::Sender<()>, oneshot::Receiver<()>, impl FnOnce() -> Done + Send) {
        let (release, held) = mpsc::channel();
        let (started, has_started) = oneshot::channel();
        let work = move || {
            started.send(()).ok();
            held.recv().map_err(|_| PasswordError::Unavailable)
        };
        (release, has_started, work)
    }

    #[tokio::test]
    async fn at_most_as_many_as_allowed_run_and_a_full_queue_refuses() {
        let passwords = Passwords::new(PasswordSettings { parallel: 1, queue: 1 });
        let (release, has_started, work) = held_work();
        let running = tokio::spawn({
            let passwords = passwords.clone();
            async move { passwords.run(work).await }
        });
        has_started.await.unwrap();
        let mut waiting = Box::pin(passwords.run(|| Ok(())));
        assert_eq!(poll_once(&mut waiting).await, None, "the one place is taken");
        assert_eq!(passwords.verify_dummy(GOOD.into()).await, Err(PasswordError::Busy));
        release.send(()).unwrap();
        assert_eq!(running.await.unwrap(), Ok(()));
        assert_eq!(waiting.await, Ok(()));
        assert_eq!(passwords.verify_dummy(GOOD.into()).await, Ok(()));
    }

    #[tokio::test]
    async fn a_caller_that_goes_away_keeps_its_place_until_the_work_is_done() {
        let passwords = Passwords::new(PasswordSettings { parallel: 1, queue: 0 });
        let (release, has_started, work) = held_work();
        let mut running = Box::pin(passwords.run(work));
        assert_eq!(poll_once(&mut running).await, None);
        has_started.await.unwrap();
        drop(running);
        let mut refused = Box::pin(passwords.run(|| Ok(())));
        assert_eq!(poll_once(&mut refused).await, Some(Err(PasswordError::Busy)));
        release.send(()).unwrap();
        drop(passwords.running.acquire().await.unwrap());
        drop(passwords.admitted.acquire().await.unwrap());
        assert_eq!(passwords.run(|| Ok(())).await, Ok(()));
    }

    /// What a future gives at its next poll, if anything.
    async fn poll_once(future: &mut (impl Future<Output = Done> + Unpin)) -> Option<Done> {
        tokio::select! {
            biased;
            done = future => Some(done),
            () = std::future::ready(()) => None,
        }
    }
}
