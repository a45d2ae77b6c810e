//! Which path answers what: the page, its files, or nothing.

use std::fmt;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
    VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::encoding::allows_gzip;
use crate::headers::{ASKED_AGAIN, KEPT, NOT_KEPT, add_policies};
use crate::media_type::media_type;
use crate::site::{File, Site};

/// The page; everything in it is loaded by its scripts.
const PAGE: &str = "index.html";
/// Files whose names change with their content.
const HASHED: &str = "assets/";
/// Stands in the page where the nonce of its styles belongs.
const NONCE_PLACE: &str = "__CSP_NONCE__";
/// 128 bits, as Content Security Policy Level 3 §7.1 asks for at least.
const NONCE_BYTES: usize = 16;

const TEXT: &str = "text/plain; charset=utf-8";
const NOT_BUILT: &str = "The web app is not built into this server.\n\n\
    `cargo xtask run` builds it and starts the server with it. By hand: \
    `npm ci && npm run build` in web/, then build the server.\n\n\
    The API and the sockets work without it.\n";

/// How pages are served.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settings {
    /// Browsers reach the server over TLS only: answers carry HSTS.
    pub tls: bool,
}

#[derive(Clone)]
struct Pages {
    site: Arc<dyn Site>,
    settings: Settings,
}

impl fmt::Debug for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// Answers every path: a router's fallback.
pub fn pages(site: impl Site, settings: Settings) -> Router {
    let pages = Pages { site: Arc::new(site), settings };
    Router::new().fallback(answer).with_state(pages)
}

async fn answer(State(pages): State<Pages>, request: Request) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        let mut response = pages.say(StatusCode::METHOD_NOT_ALLOWED, "Only GET and HEAD.\n");
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    let path = request.uri().path().trim_start_matches('/');
    if path == PAGE || is_navigation(path) {
        return pages.page();
    }
    let file = is_plain(path).then(|| pages.file(path, request.headers())).flatten();
    file.unwrap_or_else(|| pages.say(StatusCode::NOT_FOUND, "There is nothing here.\n"))
}

/// Whether the page answers a path itself: no file is meant.
fn is_navigation(path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or_default();
    !last.contains('.') && !format!("{path}/").starts_with(HASHED)
}

/// Whether a path is made of plain names alone. Nothing that is built has another one, so
/// escapes are not even read.
fn is_plain(path: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    path.split('/')
        .all(|name| !name.starts_with('.') && !name.is_empty() && name.bytes().all(plain))
}

impl Pages {
    fn page(&self) -> Response {
        let Some(page) = self.site.file(PAGE) else {
            return self.say(StatusCode::SERVICE_UNAVAILABLE, NOT_BUILT);
        };
        let mut random = [0; NONCE_BYTES];
        rand::fill(&mut random[..]);
        let nonce = URL_SAFE_NO_PAD.encode(random);
        let page = String::from_utf8_lossy(&page.bytes).replace(NONCE_PLACE, &nonce);
        let mut response = self.response(page, "text/html; charset=utf-8", Some(&nonce));
        response.headers_mut().insert(CACHE_CONTROL, NOT_KEPT);
        response
    }

    /// `None` when there is no such file.
    fn file(&self, path: &str, asked: &HeaderMap) -> Option<Response> {
        let kind = media_type(path)?;
        let file = self.site.file(path)?;
        let compressed = self.site.file(&format!("{path}.gz"));
        let varies = compressed.is_some();
        let wants = text_of(asked, &ACCEPT_ENCODING).is_some_and(allows_gzip);
        let (file, gzip) = match compressed.filter(|_| wants) {
            Some(compressed) => (compressed, true),
            None => (file, false),
        };
        let tag = if path.starts_with(HASHED) { None } else { Some(entity_tag(&file)) };
        let known = tag.as_deref().is_some_and(|tag| {
            text_of(asked, &IF_NONE_MATCH).is_some_and(|known| matches(known, tag))
        });
        let body = if known { Body::empty() } else { Body::from(file.bytes.into_owned()) };
        let mut response = self.response(body, kind, None);
        if known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, if tag.is_some() { ASKED_AGAIN } else { KEPT });
        if let Some(tag) = tag.and_then(|tag| HeaderValue::from_str(&tag).ok()) {
            headers.insert(ETAG, tag);
        }
        if gzip && !known {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        if varies {
            headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
        }
        Some(response)
    }

    fn say(&self, status: StatusCode, sentence: &'static str) -> Response {
        let mut response = self.response(sentence, TEXT, None);
        *response.status_mut() = status;
        response.headers_mut().insert(CACHE_CONTROL, NOT_KEPT);
        response
    }

    fn response(&self, body: impl Into<Body>, kind: &'static str, nonce: Option<&str>) -> Response {
        let mut response = Response::new(body.into());
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        add_policies(headers, self.settings.tls, nonce);
        response
    }
}

fn text_of<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// A strong validator of these very bytes, compressed or not (RFC 9110 §8.8.3).
fn entity_tag(file: &File) -> String {
    format!("\"{}\"", URL_SAFE_NO_PAD.encode(&file.hash[..16]))
}

/// Whether an `If-None-Match` knows a tag (RFC 9110 §13.1.2, weak comparison).
fn matches(known: &str, tag: &str) -> bool {
    known == "*" || known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)
}
