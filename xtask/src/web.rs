//! The TypeScript side: its libraries, its checks, its build, its browsers.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::node;
use crate::packages;
use crate::python;
use crate::workspace::Workspace;

/// The npm workspace.
const WEB: &str = "web";
/// The example of a product that embeds calls.
const EMBED: &str = "examples/embed";
/// Written by the build of the example; some browser stories open it.
const EMBEDDING_PAGE: &str = "examples/embed/dist/index.html";
/// Written last by the build of the web app.
const PAGE: &str = "web/apps/web/dist/index.html";
/// What the web app is built from, inside the npm workspace.
const SOURCES: &[&str] = &["packages", "apps", "package-lock.json", "tsconfig.base.json"];
/// Folders that hold no sources.
const NO_SOURCES: &[&str] = &["node_modules", "dist", "tests"];

/// Types, style, tests and a build of everything in the npm workspace.
pub(crate) fn check_and_build(workspace: &Workspace) -> anyhow::Result<()> {
    install(workspace, WEB)?;
    for script in ["check", "test", "build"] {
        npm_run(workspace, WEB, script)?;
    }
    Ok(())
}

/// The example that embeds calls, from its own libraries.
pub(crate) fn embed(workspace: &Workspace) -> anyhow::Result<()> {
    install(workspace, WEB)?;
    build_when_stale(workspace)?;
    install(workspace, EMBED)?;
    npm_run(workspace, EMBED, "check")?;
    npm_run(workspace, EMBED, "build")
}

/// Whether there is such an example.
pub(crate) fn has_embed(workspace: &Workspace) -> bool {
    workspace.path(EMBED).join("package.json").exists()
}

/// Whether there are browser stories.
pub(crate) fn has_e2e(workspace: &Workspace) -> bool {
    workspace.path("web/e2e/package.json").exists()
}

/// The browser stories, against the server of the dev profile: it reads the web app from disk.
pub(crate) fn e2e(workspace: &Workspace) -> anyhow::Result<()> {
    install(workspace, WEB)?;
    build_when_stale(workspace)?;
    if has_embed(workspace) && !workspace.path(EMBEDDING_PAGE).exists() {
        embed(workspace)?;
    }
    let firefox = packages::firefox_program().context("Firefox is installed")?;
    let python = python::interpreter(workspace)?;
    let mut people = stories(workspace, "people")?;
    workspace.run(people.env("AETHEX_TEST_FIREFOX", firefox).env("AETHEX_TEST_PYTHON", python))
}

/// The browser stories of homes behind routers, in network namespaces. They use no web app.
pub(crate) fn nat(workspace: &Workspace) -> anyhow::Result<()> {
    install(workspace, WEB)?;
    workspace.run(&mut stories(workspace, "nat")?)
}

/// A project of `playwright.config.ts`.
fn stories(workspace: &Workspace, project: &str) -> anyhow::Result<Command> {
    let server = workspace.built("aethex-connect")?;
    let chromium = packages::chromium_program().context("Chromium is installed")?;
    let mut command = npm(WEB);
    command
        .args(["run", "e2e", "--", "--project", project])
        // Built together with it.
        .env("AETHEX_TEST_LOAD", server.with_file_name("aethex-load"))
        .env("AETHEX_TEST_SERVER", server)
        .env("AETHEX_TEST_CHROMIUM", chromium);
    Ok(command)
}

/// Every screen of the packages as a picture, from made-up sessions.
pub(crate) fn gallery(workspace: &Workspace) -> anyhow::Result<()> {
    install(workspace, WEB)?;
    let chromium = packages::chromium_program().context("Chromium is installed")?;
    workspace.run(npm(WEB).args(["run", "gallery"]).env("AETHEX_TEST_CHROMIUM", chromium))
}

/// Builds the web app unless the last build is newer than everything it was made from.
pub(crate) fn build_when_stale(workspace: &Workspace) -> anyhow::Result<()> {
    let built = modified(&workspace.path(PAGE));
    let newest = newest_source(&workspace.path(WEB))?;
    if !is_stale(built, newest) {
        return Ok(());
    }
    node::require(workspace)?;
    println!("Building the web app.");
    install(workspace, WEB)?;
    npm_run(workspace, WEB, "build").context("the web app could not be built")
}

/// Lets biome repair what it can, where it is installed.
pub(crate) fn fix(workspace: &Workspace) -> anyhow::Result<()> {
    if !workspace.path("web/node_modules").exists() {
        return Ok(());
    }
    workspace.run(inside(WEB, "npx").args(["--no-install", "biome", "check", "--write"]))
}

/// Installs what the lock file says, unless it is there. No library runs a script of its own
/// here, and none brings a browser along.
fn install(workspace: &Workspace, folder: &str) -> anyhow::Result<()> {
    let path = workspace.path(folder);
    if is_installed(&path) {
        return Ok(());
    }
    workspace.run(npm(folder).args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]))?;
    ensure!(path.join("node_modules").exists(), "npm ci left nothing in {folder}");
    Ok(())
}

fn npm_run(workspace: &Workspace, folder: &str, script: &str) -> anyhow::Result<()> {
    workspace.run(npm(folder).args(["run", script]))
}

fn npm(folder: &str) -> Command {
    let mut command = inside(folder, "npm");
    command.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    command
}

/// A program in a folder of the project.
fn inside(folder: &str, program: &str) -> Command {
    let mut command = Command::new("env");
    command.arg(format!("--chdir={folder}")).arg(program);
    command
}

fn is_installed(folder: &Path) -> bool {
    let wanted = json(&folder.join("package-lock.json"));
    let installed = json(&folder.join("node_modules/.package-lock.json"));
    wanted.zip(installed).is_some_and(|(wanted, installed)| matches(&wanted, &installed))
}

/// Whether what npm noted in `node_modules` is what a lock file asks for. Optional libraries of
/// other platforms are not installed, and the project itself is not noted.
fn matches(wanted: &Value, installed: &Value) -> bool {
    let (Some(wanted), Some(installed)) =
        (wanted["packages"].as_object(), installed["packages"].as_object())
    else {
        return false;
    };
    let has = |(name, library): (&String, &Value)| match installed.get(name) {
        Some(found) => found == library,
        None => name.is_empty() || library["optional"] == Value::Bool(true),
    };
    wanted.iter().all(has) && installed.keys().all(|name| wanted.contains_key(name))
}

fn json(path: &Path) -> Option<Value> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

fn is_stale(built: Option<SystemTime>, newest_source: Option<SystemTime>) -> bool {
    match (built, newest_source) {
        (None, Some(_)) => true,
        (Some(built), Some(source)) => source > built,
        (_, None) => false,
    }
}

fn newest_source(web: &Path) -> anyhow::Result<Option<SystemTime>> {
    let mut folders: Vec<PathBuf> = SOURCES.iter().map(|name| web.join(name)).collect();
    let mut newest = None;
    while let Some(path) = folders.pop() {
        if !path.is_dir() {
            newest = newest.max(modified(&path));
            continue;
        }
        for entry in path.read_dir().with_context(|| format!("reading {}", path.display()))? {
            let entry = entry?;
            if !NO_SOURCES.iter().any(|name| entry.file_name() == *name) {
                folders.push(entry.path());
            }
        }
    }
    Ok(newest)
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|about| about.modified()).ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;

    #[test]
    fn libraries_are_installed_when_node_modules_holds_what_the_lock_file_says() {
        let wanted = json!({"packages": {
            "": {"name": "web"},
            "node_modules/a": {"version": "1.0.0"},
            "node_modules/b": {"version": "2.0.0", "optional": true},
        }});
        let holding = |packages: Value| json!({ "packages": packages });
        let a = json!({"version": "1.0.0"});
        assert!(matches(&wanted, &holding(json!({"node_modules/a": a}))));
        let other_version = json!({"version": "1.0.1"});
        assert!(!matches(&wanted, &holding(json!({"node_modules/a": other_version}))));
        assert!(!matches(&wanted, &holding(json!({}))));
        let more = holding(json!({"node_modules/a": a, "node_modules/c": a}));
        assert!(!matches(&wanted, &more));
        assert!(!matches(&wanted, &json!({})));
    }

    #[test]
    fn the_app_is_built_when_it_is_missing_or_older_than_its_sources() {
        let early = SystemTime::UNIX_EPOCH;
        let late = early + Duration::from_secs(1);
        assert!(is_stale(None, Some(early)));
        assert!(is_stale(Some(early), Some(late)));
        assert!(!is_stale(Some(late), Some(early)));
        assert!(!is_stale(None, None), "there is nothing to build");
    }
}
