//! What a file is, by the end of its name.

/// The media type (RFC 6838) of a file that the web app may have; none for any other, which is
/// then not served.
pub(crate) fn media_type(name: &str) -> Option<&'static str> {
    let (_, end) = name.rsplit_once('.')?;
    Some(match end {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "wav" => "audio/wav",
        "m4a" => "audio/mp4",
        "webm" => "video/webm",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_ending_decides_and_an_unknown_one_is_nothing() {
        assert_eq!(media_type("app-1a2b.js"), Some("text/javascript; charset=utf-8"));
        assert_eq!(media_type("ring.tone.ogg"), Some("audio/ogg"));
        for name in ["app.js.gz", "app", "app.", "js", "app.php"] {
            assert_eq!(media_type(name), None, "{name}");
        }
    }
}
