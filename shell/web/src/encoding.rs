//! Whether a browser takes compressed files (RFC 9110 §12.5.3).

/// Whether an `Accept-Encoding` allows gzip: named, or by `*`, with a weight above zero.
pub(crate) fn allows_gzip(accept_encoding: &str) -> bool {
    let weights = accept_encoding.split(',').map(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        (name, parts.find_map(|part| part.strip_prefix("q=")).map_or(Ok(1.0), str::parse::<f32>))
    });
    let mut by_star = false;
    for (name, weight) in weights {
        let allowed = weight.is_ok_and(|weight| weight > 0.0);
        if name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip") {
            return allowed;
        }
        by_star |= name == "*" && allowed;
    }
    by_star
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_allowed_by_its_name_or_by_a_star_unless_its_weight_is_zero() {
        for yes in
            ["gzip", "gzip, deflate, br, zstd", "br;q=1.0, GZIP; q=0.5", "*", "deflate, *;q=0.1"]
        {
            assert!(allows_gzip(yes), "{yes}");
        }
        for no in ["", "br", "identity", "gzip;q=0", "*, gzip;q=0.0", "*;q=0", "gzip;q=x"] {
            assert!(!allows_gzip(no), "{no}");
        }
    }
}
