//! The lifecycle scenarios of `spec/calls`: commands in virtual time -> what every device
//! is told -> how the call ends. The format stands in `spec/calls/README.md`.
//!
//! `SPEC_BLESS=1 cargo test -p call --test scenarios` writes `initial`, `expect` and `view`
//! anew; `reply`, `refused` and `final` are always written by hand.

mod cast;
mod command;
mod layout;
mod stage;
mod wire;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use stage::Stage;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/calls")
}

fn scenarios() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder()).expect("spec/calls exists");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a readable entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    paths.sort();
    paths
}

#[expect(clippy::disallowed_methods, reason = "asked for by who changes the scenarios")]
fn blessing() -> bool {
    std::env::var("SPEC_BLESS").is_ok()
}

#[expect(clippy::disallowed_methods, reason = "the scenarios are files")]
fn store(path: &Path, scenario: &Value) {
    std::fs::write(path, layout::text(scenario)).expect("a writable scenario");
}

/// The scenario as the call plays it: what was written by hand is kept.
fn played(scenario: &Value) -> Value {
    let mut result = scenario.clone();
    let mut stage = Stage::set(scenario);
    result["initial"] = stage.view();
    result["expect"] = stage.told();
    for step in result["steps"].as_array_mut().expect("steps") {
        let outcome = stage.play(step);
        for word in ["reply", "refused"] {
            step.as_object_mut().expect("a step").remove(word);
        }
        if let Some((word, value)) = outcome {
            step[word] = json!(value);
        }
        step["expect"] = stage.told();
    }
    result["final"] = stage.ending(&scenario["final"]);
    result["view"] = stage.view();
    result
}

fn differences(path: &Path, wanted: &Value, got: &Value) -> Vec<String> {
    let file = path.file_name().expect("a file").to_string_lossy();
    let mut found = Vec::new();
    for part in ["initial", "expect", "final", "view"] {
        if wanted[part] != got[part] {
            found.push(format!("{file}: {part}\n wanted {}\n    got {}", wanted[part], got[part]));
        }
    }
    let steps = wanted["steps"].as_array().into_iter().flatten();
    for (wanted, got) in steps.zip(got["steps"].as_array().into_iter().flatten()) {
        if wanted != got {
            found.push(format!("{file}: step\n wanted {wanted}\n    got {got}"));
        }
    }
    found
}

#[test]
fn every_scenario_of_the_specification_holds() {
    let paths = scenarios();
    assert!(paths.len() >= 50, "the scenarios are there");
    let mut found = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a readable scenario");
        let wanted: Value = serde_json::from_str(&text).expect("a scenario is JSON");
        let got = played(&wanted);
        let by_hand = |scenario: &Value| {
            let mut kept = scenario.clone();
            for part in ["initial", "expect", "view"] {
                kept.as_object_mut().expect("a scenario").remove(part);
            }
            for step in kept["steps"].as_array_mut().expect("steps") {
                step.as_object_mut().expect("a step").remove("expect");
            }
            kept
        };
        if blessing() && by_hand(&wanted) == by_hand(&got) {
            store(&path, &got);
        } else {
            found.extend(differences(&path, &wanted, &got));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
