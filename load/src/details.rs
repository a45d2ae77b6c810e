//! `GET /api/calls/:callId` of calls that are over.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use crate::http::{Connection, get_request};
use crate::{Pair, Socket};

/// Calls that are over, and who may look at them.
#[derive(Debug, Clone)]
pub struct EndedCalls {
    calls: Vec<(String, String)>,
}

impl EndedCalls {
    /// Lets every pair make calls: started, answered, ended.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn make(server: SocketAddr, pairs: &[Pair], each: usize) -> anyhow::Result<Self> {
        let from = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let mut calls = Vec::with_capacity(pairs.len() * each);
        for pair in pairs {
            let mut caller = Socket::connect(server, from, &pair.caller.token, "details").await?;
            let mut callee = Socket::connect(server, from, &pair.callee.token, "details").await?;
            for _ in 0..each {
                let initiate = json!({ "conversationId": pair.conversation, "type": "video" });
                let started = caller.ask("call:initiate", &initiate).await?;
                let call = json!({ "callId": started["callId"] });
                callee.ask("call:accept", &call).await?;
                caller.ask("call:end", &call).await?;
                let id = started["callId"].as_str().context("a call has an id")?;
                calls.push((id.to_owned(), pair.caller.token.clone()));
            }
        }
        Ok(Self { calls })
    }

    /// A request for each.
    #[must_use]
    pub fn requests(&self, server: SocketAddr) -> Vec<String> {
        let request = |(call, token): &(String, String)| {
            get_request(server, &format!("/api/calls/{call}"), token)
        };
        self.calls.iter().map(request).collect()
    }

    /// Proves that two servers give the same answers.
    ///
    /// # Errors
    /// When they do not.
    pub async fn same_answers(&self, one: SocketAddr, other: SocketAddr) -> anyhow::Result<()> {
        let (mut at_one, mut at_other) =
            (Connection::open(one).await?, Connection::open(other).await?);
        for (request_one, request_other) in self.requests(one).iter().zip(self.requests(other)) {
            let first: Value = serde_json::from_slice(at_one.get(request_one).await?)?;
            let second: Value = serde_json::from_slice(at_other.get(&request_other).await?)?;
            ensure!(first == second, "the answers differ:\n{first}\n{second}");
        }
        Ok(())
    }
}
