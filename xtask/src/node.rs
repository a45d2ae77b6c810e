//! Node and npm: whether they are there, and new enough.

use std::process::Command;

use anyhow::bail;

use crate::workspace::Workspace;

/// The oldest Node that the libraries of the web app run on.
const OLDEST: (u32, u32) = (20, 19);

/// Whether both are there and new enough.
pub(crate) fn is_met(workspace: &Workspace) -> bool {
    complaint(workspace).is_none()
}

/// Says plainly what is missing.
pub(crate) fn require(workspace: &Workspace) -> anyhow::Result<()> {
    match complaint(workspace) {
        None => Ok(()),
        Some(complaint) => bail!(
            "the web app is built with Node {}.{} or newer and npm, and {complaint}; \
             see https://nodejs.org/en/download",
            OLDEST.0,
            OLDEST.1
        ),
    }
}

/// What is wrong with them, as the end of a sentence.
pub(crate) fn complaint(workspace: &Workspace) -> Option<String> {
    let version = |program| workspace.output(Command::new(program).arg("--version")).ok();
    judge(version("node").as_deref(), version("npm").as_deref())
}

fn judge(node: Option<&str>, npm: Option<&str>) -> Option<String> {
    let Some(node) = node.map(str::trim) else { return Some("node was not found".to_owned()) };
    if parsed(node).is_none_or(|version| version < OLDEST) {
        return Some(format!("this is Node {}", node.trim_start_matches('v')));
    }
    npm.is_none().then(|| "npm was not found".to_owned())
}

/// `v20.19.4` as major and minor.
fn parsed(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.strip_prefix('v')?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_or_too_old_is_said() {
        assert_eq!(judge(Some("v20.19.0\n"), Some("11.0.0\n")), None);
        assert_eq!(judge(Some("v22.0.0"), Some("10.0.0")), None);
        assert_eq!(judge(None, Some("10.0.0")).as_deref(), Some("node was not found"));
        assert_eq!(judge(Some("v20.18.3\n"), Some("10")).as_deref(), Some("this is Node 20.18.3"));
        assert_eq!(judge(Some("v18.19.0"), None).as_deref(), Some("this is Node 18.19.0"));
        assert_eq!(judge(Some("v24.1.0"), None).as_deref(), Some("npm was not found"));
    }
}
