//! A site in memory that remembers what was asked of it, and short ways to ask.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use tower::ServiceExt as _;
use web::{Built, File, Settings, Site, pages};

/// Files by their paths.
#[derive(Debug, Clone, Default)]
struct Memory {
    files: BTreeMap<String, String>,
    asked_for: Arc<Mutex<Vec<String>>>,
}

impl Site for Memory {
    fn file(&self, path: &str) -> Option<File> {
        self.asked_for.lock().unwrap().push(path.to_owned());
        let text = self.files.get(path)?;
        let mut hash = [0; 32];
        for (index, byte) in text.bytes().enumerate() {
            hash[index % 16] ^= byte;
        }
        Some(File { bytes: text.clone().into_bytes().into(), hash })
    }
}

pub(crate) struct Asked {
    memory: Memory,
    router: Router,
}

/// A site of these files.
pub(crate) fn site(files: &[(&str, &str)]) -> Asked {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    let memory = Memory { files: files.collect(), ..Memory::default() };
    Asked { router: pages(memory.clone(), Settings::default()), memory }
}

/// The site that the server serves.
pub(crate) fn built() -> Asked {
    Asked { router: pages(Built, Settings::default()), memory: Memory::default() }
}

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Reply {
    /// Empty when there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

impl Asked {
    pub(crate) fn with_tls(self) -> Self {
        let router = pages(self.memory.clone(), Settings { tls: true });
        Self { router, ..self }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, &[]).await
    }

    pub(crate) async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
        self.try_ask(method, path, headers).await.expect("the path is one of HTTP")
    }

    /// `None` for a path that HTTP itself does not allow.
    pub(crate) async fn try_get(&self, path: &str) -> Option<Reply> {
        self.try_ask("GET", path, &[]).await
    }

    async fn try_ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Option<Reply> {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).ok()?;
        // As the server does it: behind the routes of the API.
        let router = Router::new().fallback_service(self.router.clone());
        let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
        let body = to_bytes(body, 1 << 20).await.unwrap().to_vec();
        Some(Reply { status: parts.status.as_u16(), headers: parts.headers, body })
    }

    /// Which files were looked for, each once.
    pub(crate) fn asked_for(&self) -> Vec<String> {
        let mut asked_for = self.memory.asked_for.lock().unwrap().clone();
        asked_for.sort();
        asked_for.dedup();
        asked_for
    }
}
