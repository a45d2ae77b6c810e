//! What browsers get for which path, on a site in memory.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod harness;

use harness::{Reply, built, site};

const PAGE: &str = "<style nonce=\"__CSP_NONCE__\"></style><meta content=\"__CSP_NONCE__\">";

/// The nonce that an answer's policy names.
fn nonce(reply: &Reply) -> String {
    let policy = reply.header("content-security-policy");
    let (_, rest) = policy.split_once("'nonce-").expect("the policy has a nonce");
    rest.split_once('\'').unwrap().0.to_owned()
}

#[tokio::test]
async fn a_path_without_an_ending_is_the_page() {
    let site = site(&[("index.html", PAGE)]);
    for path in [
        "/",
        "/index.html",
        "/history",
        "/calls/0190/x",
        "/a/../b",
        "/%2e%2e/etc/passwd",
        "/x?y=z.js",
    ] {
        let reply = site.get(path).await;
        assert_eq!(reply.status, 200, "{path}");
        assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(reply.header("cache-control"), "no-store");
        assert!(reply.text().starts_with("<style nonce="), "{path}");
    }
}

#[tokio::test]
async fn each_page_has_a_fresh_nonce_of_128_bits_in_its_policy_and_in_its_text() {
    let site = site(&[("index.html", PAGE)]);
    let (first, second) = (site.get("/").await, site.get("/").await);
    assert_ne!(nonce(&first), nonce(&second));
    for reply in [first, second] {
        let nonce = nonce(&reply);
        assert_eq!(nonce.len(), 22, "16 bytes in base64: {nonce}");
        assert_eq!(reply.text(), PAGE.replace("__CSP_NONCE__", &nonce));
    }
}

#[tokio::test]
async fn the_policy_of_the_page_allows_its_own_origin_and_nothing_else() {
    let reply = site(&[("index.html", PAGE)]).get("/").await;
    let expected = format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; connect-src 'self' ws: wss:; \
         media-src 'self' blob:; img-src 'self' data: blob:; style-src 'self' 'nonce-{}'; object-src 'none'; \
         base-uri 'none'; frame-ancestors 'none'",
        nonce(&reply)
    );
    assert_eq!(reply.header("content-security-policy"), expected);
}

#[tokio::test]
async fn every_answer_carries_the_policies_and_hsts_with_tls_alone() {
    let files = [("index.html", PAGE), ("assets/a.js", "1"), ("icon.svg", "<svg/>")];
    let paths = ["/", "/assets/a.js", "/icon.svg", "/missing.js"];
    for (site, hsts) in
        [(site(&files), ""), (site(&files).with_tls(), "max-age=63072000; includeSubDomains")]
    {
        for path in paths {
            let reply = site.get(path).await;
            for (name, value) in [
                ("x-content-type-options", "nosniff"),
                ("referrer-policy", "no-referrer"),
                ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-resource-policy", "same-origin"),
                ("strict-transport-security", hsts),
            ] {
                assert_eq!(reply.header(name), value, "{path} {name}");
            }
            let permissions = reply.header("permissions-policy");
            assert!(
                permissions.starts_with("camera=(self), microphone=(self), display-capture=(self)")
            );
            assert!(permissions.contains("geolocation=()"), "{permissions}");
            assert!(reply.header("content-security-policy").contains("frame-ancestors 'none'"));
        }
    }
}

#[tokio::test]
async fn hashed_assets_are_kept_for_ever_and_have_their_media_type() {
    for (name, kind) in [
        ("app-1.js", "text/javascript; charset=utf-8"),
        ("app-1.css", "text/css; charset=utf-8"),
        ("logo-1.svg", "image/svg+xml"),
        ("inter-1.woff2", "font/woff2"),
        ("photo-1.png", "image/png"),
        ("engine-1.wasm", "application/wasm"),
        ("ring-1.mp3", "audio/mpeg"),
        ("ring-1.ogg", "audio/ogg"),
    ] {
        let path = format!("assets/{name}");
        let reply = site(&[(&path, "content")]).get(&format!("/{path}")).await;
        assert_eq!((reply.status, reply.text()), (200, "content".into()), "{name}");
        assert_eq!(reply.header("content-type"), kind);
        assert_eq!(reply.header("cache-control"), "public, max-age=31536000, immutable");
    }
}

#[tokio::test]
async fn other_files_are_asked_for_again_and_answered_304_while_they_are_the_same() {
    let site = site(&[("app.webmanifest", "{}"), ("app.webmanifest.gz", "packed")]);
    let reply = site.get("/app.webmanifest").await;
    assert_eq!(reply.header("content-type"), "application/manifest+json");
    assert_eq!(reply.header("cache-control"), "no-cache");
    let tag = reply.header("etag").to_owned();
    assert!(tag.starts_with('"') && tag.ends_with('"'), "{tag}");
    for known in [tag.clone(), format!("\"other\", W/{tag}"), "*".to_owned()] {
        let again = site.ask("GET", "/app.webmanifest", &[("if-none-match", &known)]).await;
        assert_eq!((again.status, again.text()), (304, String::new()), "{known}");
        assert_eq!(again.header("etag"), tag);
    }
    let packed = [("if-none-match", tag.as_str()), ("accept-encoding", "gzip")];
    let packed = site.ask("GET", "/app.webmanifest", &packed).await;
    assert_eq!((packed.status, packed.text()), (200, "packed".into()), "other bytes, another tag");
    assert_ne!(packed.header("etag"), tag);
}

#[tokio::test]
async fn a_compressed_neighbour_is_served_to_who_takes_it() {
    let site =
        site(&[("assets/a.js", "plain"), ("assets/a.js.gz", "packed"), ("assets/b.js", "b")]);
    for (accepted, text, encoding) in
        [("gzip, br", "packed", "gzip"), ("br", "plain", ""), ("gzip;q=0", "plain", "")]
    {
        let reply = site.ask("GET", "/assets/a.js", &[("accept-encoding", accepted)]).await;
        assert_eq!(
            (reply.text().as_str(), reply.header("content-encoding")),
            (text, encoding),
            "{accepted}"
        );
        assert_eq!(reply.header("vary"), "Accept-Encoding");
        assert_eq!(reply.header("content-type"), "text/javascript; charset=utf-8");
    }
    let alone = site.ask("GET", "/assets/b.js", &[("accept-encoding", "gzip")]).await;
    assert_eq!((alone.text().as_str(), alone.header("content-encoding")), ("b", ""));
    assert_eq!(site.get("/assets/a.js.gz").await.status, 404, "no file of the app by itself");
}

#[tokio::test]
async fn a_missing_file_is_not_the_page() {
    let site = site(&[("index.html", PAGE), ("assets/a.js", "1")]);
    for path in [
        "/missing.js",
        "/assets/b.js",
        "/assets/b",
        "/assets",
        "/assets/",
        "/favicon.ico",
        "/a.php",
    ] {
        let reply = site.get(path).await;
        assert_eq!(reply.status, 404, "{path}");
        assert_eq!(reply.header("cache-control"), "no-store");
        assert!(!reply.text().contains('<'), "{path}");
    }
}

#[tokio::test]
async fn no_path_leaves_the_site() {
    let site = site(&[("index.html", PAGE), (".env.js", "secret"), ("a/b.js", "1")]);
    for path in [
        "/../Cargo.toml",
        "/../x.js",
        "/assets/../../x.js",
        "/a/./b.js",
        "/a//b.js",
        "//a/../a/b.js",
        "/.env.js",
        "/%2e%2e/x.js",
        "/a%2fb.js",
        "/a\\b.js",
        "/a/b.js%00",
        "/..%5cx.js",
        "/a/b.js/",
    ] {
        let Some(reply) = site.try_get(path).await else { continue };
        let is_page = reply.status == 200 && reply.text().starts_with("<style");
        assert!(reply.status == 404 || is_page, "{path}: {}", reply.text());
    }
    assert_eq!(site.asked_for(), ["index.html"], "nothing else reached the files");
}

#[tokio::test]
async fn only_reading_is_answered_and_head_has_no_content() {
    let site = site(&[("index.html", PAGE), ("assets/a.js", "12345")]);
    for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        let reply = site.ask(method, "/", &[]).await;
        assert_eq!((reply.status, reply.header("allow")), (405, "GET, HEAD"), "{method}");
    }
    let head = site.ask("HEAD", "/assets/a.js", &[]).await;
    assert_eq!(
        (head.status, head.text(), head.header("content-length")),
        (200, String::new(), "5")
    );
    assert_eq!(site.ask("HEAD", "/", &[]).await.header("content-type"), "text/html; charset=utf-8");
}

#[tokio::test]
async fn an_app_that_was_not_built_says_so_and_how_to_build_it() {
    let reply = site(&[]).get("/").await;
    assert_eq!((reply.status, reply.header("content-type")), (503, "text/plain; charset=utf-8"));
    assert!(reply.text().contains("cargo xtask run"), "{}", reply.text());
    assert_eq!(site(&[]).get("/app.js").await.status, 404);
}

#[tokio::test]
async fn the_built_app_reads_from_its_folder_and_not_from_outside() {
    use web::Site as _;
    let site = built();
    assert!([200, 503].contains(&site.get("/").await.status), "built, or not yet");
    for path in ["../../../../Cargo.toml", "../src/main.tsx", "assets"] {
        assert_eq!(web::Built.file(path), None, "{path}");
    }
}
