//! Secrets of the server: which are strong enough, and a file that keeps a generated one.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use vocab::Redacted;

use crate::random::{random_bytes, random_text};

/// A secret that nobody guesses: at least 32 bytes, no sample value, no mere repetition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret(Redacted<String>);

/// Why a configured secret is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakSecret {
    /// It stands in a manual, so everybody knows it.
    #[error("the secret is a sample value; generate one with `openssl rand -base64 32`")]
    Sample,
    /// Fewer than [`Secret::MIN_LEN`] bytes.
    #[error("the secret has fewer than 32 bytes; generate one with `openssl rand -base64 32`")]
    TooShort,
    /// Fewer than 8 different bytes.
    #[error("the secret repeats itself; generate one with `openssl rand -base64 32`")]
    TooUniform,
}

/// Why a secret file could not be used.
#[derive(Debug, thiserror::Error)]
pub enum SecretFileError {
    /// The file or its folder could not be read or written.
    #[error("the secret file {} cannot be used: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The file holds a secret that is not accepted; replace or delete it.
    #[error("the secret file {}: {source}", path.display())]
    Weak {
        /// The file.
        path: PathBuf,
        /// The rule that it breaks.
        source: WeakSecret,
    },
}

impl Secret {
    /// Shortest secret in bytes: the output of SHA-256 (RFC 7518 §3.2).
    pub const MIN_LEN: usize = 32;

    /// A configured secret.
    ///
    /// # Errors
    /// [`WeakSecret`].
    pub fn parse(text: &str) -> Result<Self, WeakSecret> {
        if is_sample(text) {
            return Err(WeakSecret::Sample);
        }
        if text.len() < Self::MIN_LEN {
            return Err(WeakSecret::TooShort);
        }
        let mut bytes = text.as_bytes().to_vec();
        bytes.sort_unstable();
        bytes.dedup();
        if bytes.len() < 8 {
            return Err(WeakSecret::TooUniform);
        }
        Ok(Self(Redacted::new(text.to_owned())))
    }

    /// A new secret of 256 random bits, 43 characters of base64url.
    #[must_use]
    pub fn generate() -> Self {
        Self(Redacted::new(random_text()))
    }

    /// The secret in the file `name` of the data folder, generated at the first start.
    ///
    /// The file is created with mode 0600, and a wider mode of an existing one is narrowed with
    /// a warning; a missing folder is created with mode 0700. When several processes start at
    /// once, all get the secret of the one that was first. Blocks: call it while starting.
    ///
    /// # Errors
    /// [`SecretFileError`].
    pub fn load_or_generate(folder: &Path, name: &str) -> Result<Self, SecretFileError> {
        let path = folder.join(name);
        let failed = |source| SecretFileError::Io { path: path.clone(), source };
        let text = match read_private(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                create_private(folder, &path, Self::generate().expose()).map_err(failed)?;
                read_private(&path).map_err(failed)?
            }
            read => read.map_err(failed)?,
        };
        Self::parse(text.trim()).map_err(|source| SecretFileError::Weak { path, source })
    }

    /// The secret, for the one place that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// Whether a text contains one of the values that manuals (ours among them) show as a sample.
fn is_sample(text: &str) -> bool {
    const SAMPLES: [&str; 14] = [
        "yourturnsecret",
        "yoursecret",
        "yourjwtsecret",
        "yoursupersecret",
        "yourveryownsecret",
        "changeme",
        "changethis",
        "replaceme",
        "replacethis",
        "examplesecret",
        "samplesecret",
        "supersecret",
        "secretkeyhere",
        "staticauthsecret",
    ];
    let letters: String =
        text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    SAMPLES.iter().any(|sample| letters.contains(sample))
}

fn read_private(path: &Path) -> io::Result<String> {
    let file = File::open(path)?;
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        tracing::warn!(path = %path.display(), "a secret file was open to others: made private");
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    io::read_to_string(file)
}

/// Writes a file that is complete whenever it exists; one that already exists stays as it is.
fn create_private(folder: &Path, path: &Path, text: &str) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let draft = folder.join(format!(".draft-{:032x}", u128::from_le_bytes(random_bytes())));
    let written = write_new(&draft, text).and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    });
    fs::remove_file(&draft).and(written)?;
    File::open(folder)?.sync_all()
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn generated_secrets_are_accepted_and_differ() {
        let secret = Secret::generate();
        assert_eq!(Secret::parse(secret.expose()), Ok(secret.clone()));
        assert_ne!(Secret::generate(), secret);
        assert!(!format!("{secret:?}").contains(secret.expose()));
    }

    #[test]
    fn short_repeated_and_sample_secrets_are_refused() {
        for (text, reason) in [
            ("", WeakSecret::TooShort),
            ("0123456789abcdef0123456789abcde", WeakSecret::TooShort),
            ("abababababababababababababababab", WeakSecret::TooUniform),
            ("your-turn-secret-key", WeakSecret::Sample),
            ("YOUR_TURN_SECRET", WeakSecret::Sample),
            ("changeme", WeakSecret::Sample),
            ("Change-Me-Change-Me-Change-Me-1234567890", WeakSecret::Sample),
            ("my-super-secret-that-is-long-enough-9", WeakSecret::Sample),
        ] {
            assert_eq!(Secret::parse(text), Err(reason), "{text}");
        }
        assert!(Secret::parse("0123456789abcdef0123456789abcdef").is_ok());
    }

    #[test]
    fn the_first_start_writes_a_private_file_and_later_starts_read_it() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("data");
        let first = Secret::load_or_generate(&folder, "jwt.secret").unwrap();
        assert_eq!(Secret::load_or_generate(&folder, "jwt.secret").unwrap(), first);
        assert_ne!(Secret::load_or_generate(&folder, "other.secret").unwrap(), first);
        assert_eq!(mode(&folder.join("jwt.secret")), 0o600);
        assert_eq!(mode(&folder), 0o700);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2, "no drafts are left");
    }

    #[test]
    fn a_new_file_is_private_from_its_first_moment() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jwt.secret");
        create_private(folder.path(), &path, "first").unwrap();
        assert_eq!(mode(&path), 0o600);
        create_private(folder.path(), &path, "second").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "first\n", "an existing file stays");
    }

    #[test]
    fn starts_at_the_same_moment_agree_on_one_secret() {
        let folder = tempfile::tempdir().unwrap();
        let start = || Secret::load_or_generate(folder.path(), "jwt.secret").unwrap();
        let secrets = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
        });
        assert!(secrets.iter().all(|secret| *secret == secrets[0]));
    }

    #[test]
    fn a_file_open_to_others_is_made_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jwt.secret");
        let secret = Secret::load_or_generate(folder.path(), "jwt.secret").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(Secret::load_or_generate(folder.path(), "jwt.secret").unwrap(), secret);
        assert_eq!(mode(&path), 0o600);
    }

    #[test]
    fn an_empty_or_weak_file_stops_the_start() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jwt.secret");
        for text in ["", "changeme\n"] {
            fs::write(&path, text).unwrap();
            let refused = Secret::load_or_generate(folder.path(), "jwt.secret");
            assert!(matches!(refused, Err(SecretFileError::Weak { .. })), "{refused:?}");
        }
    }
}
