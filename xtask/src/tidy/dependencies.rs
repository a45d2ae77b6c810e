//! Arrows between crates point one way, and `core/` stays pure.

use std::collections::BTreeSet;

use anyhow::Context as _;
use serde_json::Value;

use crate::workspace::{Workspace, cargo};

/// Our crates, lowest first: a crate may depend only on crates of lower layers.
const LAYERS: &[&[&str]] = &[
    &["vocab"],
    &["call", "turn", "sfu", "record"],
    &["testkit", "wire", "auth", "bus", "datagram", "rtp"],
    &["store"],
    &["switchboard", "sessions"],
    &["api", "realtime", "media", "web"],
    &["aethex-connect"],
    &["fuzz", "load", "xtask"],
];

/// What crates in `core/` may use from outside.
const CORE_LIBRARIES: &[&str] = &[
    "thiserror",
    "uuid",
    "hmac",
    "sha1",
    "sha2",
    "md-5",
    "ipnet",
    "base64",
    "subtle",
    "str0m",
    "bytes",
    "aws-lc-rs",
    "rtcp-types",
];

/// What their tests may use besides.
const CORE_TEST_LIBRARIES: &[&str] =
    &["allocation-counter", "proptest", "serde", "serde_json", "stun-types"];

/// Never below a crate in `core/`, however deep: runtimes, sockets, randomness, JSON.
const NEVER_UNDER_CORE: &[&str] =
    &["tokio", "mio", "socket2", "getrandom", "rand", "serde_json", "async-std", "smol"];

/// Never anywhere: the one TLS and cryptography library is aws-lc-rs.
const NEVER: &[&str] = &["openssl", "openssl-sys", "native-tls", "ring"];

/// Libraries that only the named crates know.
const OWNERS: &[(&str, &[&str])] = &[
    ("socketioxide", &["realtime"]),
    ("sea-orm", &["store"]),
    ("sqlx", &["store", "load"]),
    ("axum", &["api", "realtime", "web", "aethex-connect", "load"]),
    ("rust-embed", &["web"]),
    ("jsonwebtoken", &["auth"]),
    ("argon2", &["auth"]),
    ("clap", &["aethex-connect", "load"]),
    ("mimalloc", &["aethex-connect", "load"]),
    ("libc", &["datagram"]),
    ("nix", &["media", "load"]),
    ("str0m", &["media", "load", "fuzz"]),
    ("rtcp-types", &["rtp"]),
];

/// A dependency as a manifest declares it.
struct Declared<'a> {
    from: &'a str,
    to: &'a str,
    for_tests: bool,
    from_core: bool,
}

/// Complaints about the project's own crates and everything below them.
pub(super) fn check(workspace: &Workspace) -> anyhow::Result<Vec<String>> {
    let metadata = workspace.cargo_metadata(&["--no-deps"])?;
    let declared = declared(&metadata)?;
    let mut complaints = declared_complaints(&declared);
    let everything = names_below(workspace, &["--workspace", "--edges", "all"])?;
    complaints.extend(tree_complaints(&everything));
    let cores: BTreeSet<&str> =
        declared.iter().filter(|arrow| arrow.from_core).map(|arrow| arrow.from).collect();
    for core in cores {
        let below = names_below(workspace, &["--package", core, "--edges", "normal"])?;
        complaints.extend(core_tree_complaints(core, &below));
    }
    Ok(complaints)
}

fn declared_complaints(declared: &[Declared<'_>]) -> Vec<String> {
    let rules = [layer_complaint, core_complaint, owner_complaint];
    declared.iter().flat_map(|arrow| rules.into_iter().filter_map(|rule| rule(arrow))).collect()
}

fn tree_complaints(everything: &BTreeSet<String>) -> Vec<String> {
    let banned = NEVER.iter().filter(|name| everything.contains(**name));
    banned.map(|name| format!("{name} is in the dependency tree; aws-lc-rs replaces it")).collect()
}

fn core_tree_complaints(core: &str, below: &BTreeSet<String>) -> Vec<String> {
    let banned = NEVER_UNDER_CORE.iter().filter(|name| below.contains(**name));
    banned.map(|name| format!("{core} is in core/ and reaches {name}")).collect()
}

/// Names of all packages in the trees of `cargo tree`, on every platform.
fn names_below(workspace: &Workspace, arguments: &[&str]) -> anyhow::Result<BTreeSet<String>> {
    let tree = ["tree", "--locked", "--target=all", "--prefix=none", "--format={p}"];
    let listing = workspace.output(cargo().args(tree).args(arguments))?;
    Ok(listing.lines().filter_map(|line| Some(line.split(' ').next()?.to_owned())).collect())
}

fn layer(name: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&name))
}

fn layer_complaint(arrow: &Declared<'_>) -> Option<String> {
    let Declared { from, to, .. } = arrow;
    let Some(of_from) = layer(from) else {
        return Some(format!("{from} has no layer: give it one in tidy/dependencies.rs"));
    };
    let of_to = layer(to)?;
    // Tests of a core crate may use the test kit above it.
    let test_kit = arrow.for_tests && *to == "testkit";
    (of_to >= of_from && !test_kit)
        .then(|| format!("{from} depends on {to}, which is not below it"))
}

fn core_complaint(arrow: &Declared<'_>) -> Option<String> {
    let Declared { from, to, for_tests, from_core } = arrow;
    let allowed = layer(to).is_some()
        || CORE_LIBRARIES.contains(to)
        || (*for_tests && CORE_TEST_LIBRARIES.contains(to))
        || (*from == "testkit" && *to == "proptest");
    (*from_core && !allowed).then(|| format!("{from} is in core/ and may not depend on {to}"))
}

fn owner_complaint(arrow: &Declared<'_>) -> Option<String> {
    let Declared { from, to, for_tests, .. } = arrow;
    let (_, owners) = OWNERS.iter().find(|(library, _)| library == to)?;
    (!for_tests && !owners.contains(from))
        .then(|| format!("{from} depends on {to}, which only {} may know", owners.join(", ")))
}

fn declared(metadata: &Value) -> anyhow::Result<Vec<Declared<'_>>> {
    let root = metadata["workspace_root"].as_str().context("metadata names the root")?;
    let core_folder = format!("{root}/core/");
    let mut all = Vec::new();
    for package in list(&metadata["packages"])? {
        let from = package["name"].as_str().context("packages have names")?;
        let manifest = package["manifest_path"].as_str().unwrap_or_default();
        for dependency in list(&package["dependencies"])? {
            all.push(Declared {
                from,
                to: dependency["name"].as_str().context("dependencies have names")?,
                for_tests: dependency["kind"].as_str() == Some("dev"),
                from_core: manifest.starts_with(&core_folder),
            });
        }
    }
    Ok(all)
}

fn list(value: &Value) -> anyhow::Result<&Vec<Value>> {
    value.as_array().context("cargo metadata has a list here")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Complaints about one crate that depends on others by kind.
    fn complaints(from: &str, folder: &str, below: &[(&str, &str)]) -> Vec<String> {
        let kind = |kind: &str| if kind.is_empty() { Value::Null } else { json!(kind) };
        let dependencies: Vec<_> =
            below.iter().map(|(to, k)| json!({"name": to, "kind": kind(k)})).collect();
        let package = json!({"name": from, "dependencies": dependencies,
                             "manifest_path": format!("/p/{folder}/{from}/Cargo.toml")});
        let metadata = json!({"workspace_root": "/p", "packages": [package]});
        declared_complaints(&declared(&metadata).unwrap())
    }

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_tree_in_order_has_no_complaint() {
        let none: [String; 0] = [];
        assert_eq!(complaints("call", "core", &[("vocab", ""), ("testkit", "dev")]), none);
        assert_eq!(complaints("testkit", "core", &[("call", ""), ("proptest", "")]), none);
        assert_eq!(complaints("wire", "shell", &[("call", ""), ("serde_json", "")]), none);
        assert_eq!(tree_complaints(&names(&["aws-lc-rs", "rustls"])), none);
        assert_eq!(core_tree_complaints("call", &names(&["vocab", "uuid"])), none);
    }

    #[test]
    fn an_arrow_upwards_or_sideways_is_refused() {
        let upwards = complaints("wire", "shell", &[("api", "")]);
        assert_eq!(upwards, ["wire depends on api, which is not below it"]);
        assert_eq!(complaints("call", "core", &[("turn", "")]).len(), 1);
    }

    #[test]
    fn a_crate_without_a_layer_is_refused() {
        assert_eq!(complaints("newcomer", "shell", &[("vocab", "")]).len(), 1);
    }

    #[test]
    fn core_may_not_use_a_runtime_even_through_another_library() {
        let direct = complaints("call", "core", &[("tokio", "")]);
        assert_eq!(direct, ["call is in core/ and may not depend on tokio"]);
        let through = core_tree_complaints("call", &names(&["thiserror", "rand"]));
        assert_eq!(through, ["call is in core/ and reaches rand"]);
    }

    #[test]
    fn json_is_for_tests_of_core_only() {
        assert!(complaints("call", "core", &[("serde_json", "dev")]).is_empty());
        assert_eq!(complaints("call", "core", &[("serde_json", "")]).len(), 1);
    }

    #[test]
    fn only_one_crate_knows_the_database_and_nobody_openssl() {
        let database = complaints("api", "shell", &[("sea-orm", "")]);
        assert_eq!(database, ["api depends on sea-orm, which only store may know"]);
        assert_eq!(tree_complaints(&names(&["openssl", "rustls"])).len(), 1);
    }
}
