//! Accounts, conversations and access tokens of a load run, put straight into the store.

use std::path::Path;
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use auth::{AccessTokenSettings, AccessTokens, Secret};
use store::{ConversationKind, DatabaseUrl, MemberRole, NewConversation, NewUser, Settings, Store};
use vocab::{ConversationId, UnixMillis, UserId};

/// Longer than any run, so that nobody has to refresh.
const TOKEN_LIFETIME: Duration = Duration::from_secs(6 * 60 * 60);

/// Somebody with an account.
#[derive(Debug, Clone)]
pub struct Person {
    /// Their id.
    pub id: String,
    /// Their access token.
    pub token: String,
}

/// Two people with a direct conversation.
#[derive(Debug, Clone)]
pub struct Pair {
    /// Who calls.
    pub caller: Person,
    /// Who is called.
    pub callee: Person,
    /// Their conversation.
    pub conversation: String,
}

/// Everybody of a load run, in pairs.
#[derive(Debug, Clone)]
pub struct People {
    /// The pairs; nobody is in two.
    pub pairs: Vec<Pair>,
    /// What signs the tokens, for a reference server that verifies them too.
    pub secret: String,
}

/// Some people with a conversation of all of them.
#[derive(Debug, Clone)]
pub struct Group {
    /// Everybody.
    pub people: Vec<Person>,
    /// Their conversation.
    pub conversation: String,
}

impl Group {
    /// Fills the data folder of a server that does not run yet with groups of so many people.
    ///
    /// # Errors
    /// When the folder or its database cannot be written.
    pub async fn settle(folder: &Path, sizes: &[usize]) -> anyhow::Result<Vec<Self>> {
        let Office { tokens, store, now, .. } = Office::open(folder).await?;
        let (mut groups, mut index) = (Vec::with_capacity(sizes.len()), 0);
        for size in sizes {
            let mut users = Vec::with_capacity(*size);
            for _ in 0..*size {
                users.push(open_account(&store, now, index).await?);
                index += 1;
            }
            let conversation = ConversationId::new(now, rand::random());
            let new = NewConversation {
                id: conversation,
                kind: ConversationKind::Group,
                title: Some(format!("Group of {size}")),
                created_by: users.first().copied(),
                members: users.iter().map(|user| (*user, MemberRole::Member)).collect(),
            };
            store.create_conversation(&new, now).await?;
            let person = |user: &UserId| Person {
                id: user.to_string(),
                token: tokens.issue(*user, 0, now).token.into_exposed(),
            };
            let people = users.iter().map(person).collect();
            groups.push(Self { people, conversation: conversation.to_string() });
        }
        store.close().await;
        Ok(groups)
    }
}

/// What a data folder is filled with.
struct Office {
    secret: Secret,
    tokens: AccessTokens,
    store: Store,
    now: UnixMillis,
}

impl Office {
    async fn open(folder: &Path) -> anyhow::Result<Self> {
        let secret = Secret::load_or_generate(folder, "token.secret")?;
        let settings =
            AccessTokenSettings { lifetime: TOKEN_LIFETIME, ..AccessTokenSettings::default() };
        let tokens = AccessTokens::new(&secret, None, settings);
        let store =
            Store::open(&Settings::new(DatabaseUrl::Sqlite(folder.join("aethex.db")))).await?;
        store.migrate().await?;
        let now = UnixMillis::default() + SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        Ok(Self { secret, tokens, store, now })
    }
}

impl People {
    /// Fills the data folder of a server that does not run yet.
    ///
    /// # Errors
    /// When the folder or its database cannot be written.
    pub async fn settle(folder: &Path, pairs: usize) -> anyhow::Result<Self> {
        let Office { secret, tokens, store, now } = Office::open(folder).await?;
        let mut all = Vec::with_capacity(pairs);
        for index in 0..pairs {
            let caller = open_account(&store, now, 2 * index).await?;
            let callee = open_account(&store, now, 2 * index + 1).await?;
            let conversation = ConversationId::new(now, rand::random());
            let new = NewConversation {
                id: conversation,
                kind: ConversationKind::Direct,
                title: None,
                created_by: Some(caller),
                members: vec![(caller, MemberRole::Owner), (callee, MemberRole::Owner)],
            };
            store.create_conversation(&new, now).await?;
            let person = |user: UserId| Person {
                id: user.to_string(),
                token: tokens.issue(user, 0, now).token.into_exposed(),
            };
            let (caller, callee) = (person(caller), person(callee));
            all.push(Pair { caller, callee, conversation: conversation.to_string() });
        }
        store.close().await;
        Ok(Self { pairs: all, secret: secret.expose().to_owned() })
    }

    /// Everybody, one after the other.
    pub fn everybody(&self) -> impl Iterator<Item = &Person> {
        self.pairs.iter().flat_map(|pair| [&pair.caller, &pair.callee])
    }
}

async fn open_account(store: &Store, now: UnixMillis, index: usize) -> anyhow::Result<UserId> {
    let new = NewUser {
        id: UserId::new(now, rand::random()),
        identifier: format!("person{index}@example.com"),
        name: format!("Person {index}"),
        password_hash: None,
        invite: None,
    };
    Ok(store.create_user(new, now).await?.id)
}

/// Copies the files of a folder without subfolders, the data folder of a server that has stopped.
///
/// # Errors
/// When a file cannot be read or written.
pub fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to).context("the folder to copy to")?;
    for entry in from.read_dir().context("the folder to copy")? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).context("a file to copy")?;
        }
    }
    Ok(())
}
