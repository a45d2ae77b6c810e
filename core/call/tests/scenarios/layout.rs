//! How scenario files are laid out: what fits a line stays on it.

use serde_json::{Map, Value};

/// The order of fields; what is not named comes after `by`, in the order of the alphabet.
const FIRST: &[&str] = &[
    "name", "rule", "policy", "call", "online", "seq", "at", "event", "do", "by", "shape", "userId",
];
const LAST: &[&str] = &["to", "initial", "reply", "refused", "expect", "steps", "final", "view"];

fn rank(name: &str) -> usize {
    let first = FIRST.iter().position(|one| *one == name);
    let last = LAST.iter().position(|one| *one == name).map(|index| 200 + index);
    first.or(last).unwrap_or(100)
}

/// The text of a scenario.
pub(crate) fn text(scenario: &Value) -> String {
    let mut out = String::new();
    write(&mut out, scenario, 0);
    out.push('\n');
    out
}

fn write(out: &mut String, value: &Value, depth: usize) {
    let short = line(value);
    if depth > 0 && short.len() + 2 * depth <= 110 {
        out.push_str(&short);
        return;
    }
    let break_line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    };
    match value {
        Value::Array(items) if !items.is_empty() => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                break_line(out, depth + 1);
                write(out, item, depth + 1);
            }
            break_line(out, depth);
            out.push(']');
        }
        Value::Object(fields) if !fields.is_empty() => {
            out.push('{');
            for (index, (name, field)) in ordered(fields).into_iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                break_line(out, depth + 1);
                out.push_str(&format!("\"{name}\": "));
                write(out, field, depth + 1);
            }
            break_line(out, depth);
            out.push('}');
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_) => out.push_str(&short),
    }
}

fn ordered(fields: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut all: Vec<_> = fields.iter().collect();
    all.sort_by_key(|(name, _)| (rank(name), name.as_str()));
    all
}

fn line(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            format!("[{}]", items.iter().map(line).collect::<Vec<_>>().join(", "))
        }
        Value::Object(fields) if fields.is_empty() => "{}".to_owned(),
        Value::Object(fields) => {
            let fields = ordered(fields);
            let fields = fields.iter().map(|(name, field)| format!("\"{name}\": {}", line(field)));
            format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}
