//! Debian packages that tests need: looked for, and installed when we may.

use std::path::PathBuf;
use std::process::Command;

use crate::node;
use crate::workspace::Workspace;

/// Something outside the project that a stage needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// `initdb` and `postgres`; the tests start their own cluster.
    PostgreSql,
    /// `turnserver`.
    Coturn,
    /// Python with `venv` and `pip`.
    Python,
    /// Node with `npm`, new enough for the web app.
    Node,
    /// The browser Chromium.
    Chromium,
    /// The browser Firefox, of the extended support release.
    Firefox,
    /// Network namespaces: root, and a kernel that lets root make them.
    Namespaces,
    /// Programs that build networks: `ip`, `ss`, `nft`, `sysctl`, and `openssl` for a certificate.
    NetworkTools,
}

/// Whether a need is met.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Provision {
    Ready,
    /// Not there and not to be had; the sentence says why.
    Missing(String),
}

impl Need {
    fn packages(self) -> &'static [&'static str] {
        match self {
            Self::PostgreSql => &["postgresql"],
            Self::Coturn => &["coturn"],
            Self::Python => &["python3", "python3-venv"],
            Self::Node => &["nodejs", "npm"],
            Self::Chromium => &["chromium"],
            Self::Firefox => &["firefox-esr"],
            Self::Namespaces => &[],
            Self::NetworkTools => &["iproute2", "nftables", "procps", "openssl"],
        }
    }

    fn is_met(self, workspace: &Workspace) -> bool {
        match self {
            Self::PostgreSql => postgresql_programs().is_some(),
            Self::Coturn => coturn_program().is_some(),
            Self::Python => workspace.succeeds("python3", &["-c", "import venv, ensurepip"]),
            Self::Node => node::is_met(workspace),
            Self::Chromium => chromium_program().is_some(),
            Self::Firefox => firefox_program().is_some(),
            Self::Namespaces => {
                is_root(workspace) && workspace.succeeds("unshare", &["--net", "true"])
            }
            Self::NetworkTools => NETWORK_TOOLS
                .iter()
                .all(|(program, question)| workspace.succeeds(program, &[question])),
        }
    }
}

/// Programs with the question that shows that they run.
const NETWORK_TOOLS: &[(&str, &str)] =
    &[("ip", "-V"), ("ss", "-V"), ("nft", "--version"), ("sysctl", "-V"), ("openssl", "version")];

/// Makes sure that a need is met: at once, or by apt-get when we are root.
pub(crate) fn provide(workspace: &Workspace, need: Need) -> Provision {
    if need.is_met(workspace) {
        return Provision::Ready;
    }
    if need.packages().is_empty() {
        return Provision::Missing(
            "network namespaces need root, and a kernel that allows them".to_owned(),
        );
    }
    let packages = need.packages().join(" ");
    if !is_root(workspace) {
        return Provision::Missing(format!(
            "{packages} not found, and only root may install it: apt-get install {packages}"
        ));
    }
    if !workspace.succeeds("apt-get", &["--version"]) {
        return Provision::Missing(format!("{packages} not found, and there is no apt-get"));
    }
    println!("Installing what this stage needs: {packages}");
    match install(workspace, need.packages()) {
        Ok(()) if need.is_met(workspace) => Provision::Ready,
        Ok(()) => {
            let too_old = (need == Need::Node).then(|| node::complaint(workspace)).flatten();
            let why = too_old.unwrap_or_else(|| "still not found".to_owned());
            Provision::Missing(format!("{packages} installed, yet {why}"))
        }
        Err(error) => Provision::Missing(format!("{packages} could not be installed: {error:#}")),
    }
}

/// The folder of Debian's `initdb`, newest version first.
pub(crate) fn postgresql_programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<(u32, PathBuf)> = versions
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            let programs = entry.path().join("bin");
            programs.join("initdb").is_file().then_some((version, programs))
        })
        .collect();
    found.sort();
    found.pop().map(|(_, programs)| programs)
}

/// The coturn server of the system.
pub(crate) fn coturn_program() -> Option<PathBuf> {
    first_file(&["/usr/bin/turnserver", "/usr/sbin/turnserver", "/usr/local/bin/turnserver"])
}

/// Debian's Chromium.
pub(crate) fn chromium_program() -> Option<PathBuf> {
    first_file(&["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"])
}

/// Debian's Firefox.
pub(crate) fn firefox_program() -> Option<PathBuf> {
    first_file(&["/usr/bin/firefox-esr", "/usr/bin/firefox"])
}

fn first_file(paths: &[&str]) -> Option<PathBuf> {
    paths.iter().map(PathBuf::from).find(|path| path.is_file())
}

fn install(workspace: &Workspace, packages: &[&str]) -> anyhow::Result<()> {
    let apt = || {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").arg("--quiet").arg("--yes");
        command
    };
    workspace.run(apt().arg("update"))?;
    workspace.run(apt().args(["install", "--no-install-recommends"]).args(packages))
}

fn is_root(workspace: &Workspace) -> bool {
    workspace.output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
