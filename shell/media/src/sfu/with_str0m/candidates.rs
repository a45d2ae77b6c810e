//! The server's candidates, told where every client looks for them.

/// A description of ours with its candidates in every section that is used. The library tells
/// them in the first section of a bundle, which is enough (RFC 9143 §9.1); there are clients that
/// read those of the last.
pub(super) fn in_every_section(description: &str) -> String {
    let (head, sections) = match description.find("\r\nm=") {
        Some(end) => description.split_at(end + 2),
        None => return description.to_owned(),
    };
    let sections: Vec<&str> = sections.split_inclusive("\r\n").collect();
    let sections: Vec<&[&str]> = sections.chunk_by(|_, next| !next.starts_with("m=")).collect();
    let is_candidate = |line: &&&str| line.starts_with("a=candidate:");
    let candidates = sections.iter().find(|lines| lines.iter().any(|line| is_candidate(&line)));
    let candidates = candidates.into_iter().flat_map(|lines| lines.iter().filter(is_candidate));
    let candidates: String = candidates.copied().collect();
    let mut told = head.to_owned();
    for lines in sections {
        lines.iter().for_each(|line| told.push_str(line));
        let rejected = lines.first().and_then(|line| line.split(' ').nth(1)) == Some("0");
        if !rejected && !lines.iter().any(|line| is_candidate(&line)) {
            told.push_str(&candidates);
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "a=candidate:1 1 udp 2130706431 192.0.2.1 3479 typ host\r\n";

    #[test]
    fn candidates_of_the_first_section_are_in_all_that_are_used() {
        let head = "v=0\r\no=- 1 2 IN IP4 0.0.0.0\r\n";
        let [audio, video] =
            ["m=audio 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\n", "m=video 9 x 97\r\n"];
        let rejected = "m=video 0 UDP/TLS/RTP/SAVPF 97\r\na=mid:1\r\n";
        let before = format!("{head}{audio}{OWN}a=end-of-candidates\r\n{rejected}{video}");
        let after = format!("{before}{OWN}");
        assert_eq!(in_every_section(&before), after);
        assert_eq!(in_every_section(&after), after, "once is enough");
    }

    #[test]
    fn a_description_without_sections_or_candidates_stays_as_it_is() {
        for text in ["v=0\r\n", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\n", ""] {
            assert_eq!(in_every_section(text), text);
        }
    }
}
