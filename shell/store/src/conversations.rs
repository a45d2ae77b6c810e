//! Conversations: who may call whom.

mod change;
mod create;
mod lookup;
mod members;

use vocab::{ConversationId, UnixMillis, UserId};

/// Declares an enum whose variants are the words of the database.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// The word in the database and on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = call::UnknownWord;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text { $($word => Ok(Self::$variant),)+ _ => Err(call::UnknownWord) }
            }
        }
    };
}

words! {
    /// Between two, or among many.
    ConversationKind {
        /// Two people, once.
        Direct = "direct",
        /// Any number of people.
        Group = "group",
    }
}

words! {
    /// What a member may do to the conversation.
    MemberRole {
        /// Adds and removes members, deletes it.
        Owner = "owner",
        /// Takes part.
        Member = "member",
    }
}

/// A conversation with its present members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// Which.
    pub id: ConversationId,
    /// Direct or group.
    pub kind: ConversationKind,
    /// Its title, at most 256 characters.
    pub title: Option<String>,
    /// Who created it; `None` for the host product.
    pub created_by: Option<UserId>,
    /// When.
    pub created_at: UnixMillis,
    /// The members, in the order in which they joined.
    pub members: Vec<Member>,
}

/// Somebody in a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// Their e-mail address or what stands for it.
    pub identifier: String,
    /// What they may do.
    pub role: MemberRole,
    /// Since when they are in it.
    pub joined_at: UnixMillis,
}

/// A conversation to be created, or put in the place of the one with the same id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewConversation {
    /// Its id.
    pub id: ConversationId,
    /// Direct or group.
    pub kind: ConversationKind,
    /// Its title.
    pub title: Option<String>,
    /// Who creates it; `None` for the host product.
    pub created_by: Option<UserId>,
    /// Everybody in it, the creator too; nobody twice, two for a direct one.
    pub members: Vec<(UserId, MemberRole)>,
}

/// What became of a request to create a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Created {
    /// It is new.
    New(Conversation),
    /// These two have had a direct conversation; this is it.
    Existing(Conversation),
}

/// Who came and who went when a conversation was put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// The conversation now.
    pub conversation: Conversation,
    /// Members it did not have before.
    pub added: Vec<UserId>,
    /// Members it no longer has.
    pub removed: Vec<UserId>,
}

impl Conversation {
    /// The member with this id.
    #[must_use]
    pub fn member(&self, user: UserId) -> Option<&Member> {
        self.members.iter().find(|member| member.user == user)
    }
}
