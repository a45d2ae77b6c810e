//! Strict reading of JSON that strangers wrote.

use garde::Validate;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Code, Failure, FieldError};

/// The deepest nesting that is read; deeper JSON only costs memory and stack.
pub const MAX_DEPTH: usize = 16;

/// Reads and checks a body.
///
/// # Errors
/// [`Code::BadRequest`] for text that is no JSON or too deep, [`Code::Invalid`] with the
/// fields for JSON of another shape or with values that are not allowed.
pub fn read_bytes<T>(body: &[u8]) -> Result<T, Failure>
where
    T: DeserializeOwned + Validate<Context = ()>,
{
    if depth_of_text(body) > MAX_DEPTH {
        return Err(too_deep());
    }
    match serde_json::from_slice(body) {
        Ok(value) => checked(value),
        Err(_) => Err(why_not::<T>(body)),
    }
}

/// Reads once more what could not be read, to name the field. Keeping track of the path costs
/// more than reading, and most bodies are good.
fn why_not<T: DeserializeOwned>(body: &[u8]) -> Failure {
    let mut reader = serde_json::Deserializer::from_slice(body);
    match serde_path_to_error::deserialize::<_, T>(&mut reader) {
        Err(error) => unreadable(error),
        Ok(_) => match reader.end() {
            Err(error) => not_json(&error),
            Ok(()) => Failure::of(Code::BadRequest),
        },
    }
}

/// Reads and checks a body that may be missing.
///
/// # Errors
/// As [`read_bytes`].
pub fn read_optional_bytes<T>(body: &[u8]) -> Result<T, Failure>
where
    T: DeserializeOwned + Validate<Context = ()> + Default,
{
    if body.trim_ascii().is_empty() { Ok(T::default()) } else { read_bytes(body) }
}

/// Reads and checks the payload of an event.
///
/// # Errors
/// As [`read_bytes`].
pub fn read_value<T>(payload: Value) -> Result<T, Failure>
where
    T: DeserializeOwned + Validate<Context = ()>,
{
    if depth_of_value(&payload, 0) > MAX_DEPTH {
        return Err(too_deep());
    }
    if !payload.is_object() {
        return Err(Failure::field("", "must be an object"));
    }
    checked(serde_path_to_error::deserialize(payload).map_err(unreadable)?)
}

fn too_deep() -> Failure {
    Failure::new(Code::BadRequest, format!("JSON is nested deeper than {MAX_DEPTH} levels"))
}

fn not_json(error: &serde_json::Error) -> Failure {
    let place = format!("line {} column {}", error.line(), error.column());
    Failure::new(Code::BadRequest, format!("the body is not JSON: {place}"))
}

fn unreadable(error: serde_path_to_error::Error<serde_json::Error>) -> Failure {
    let path = error.path().to_string();
    let inner = error.into_inner();
    if inner.is_data() {
        let field = if path == "." { String::new() } else { path };
        Failure::field(field, message(&inner))
    } else {
        not_json(&inner)
    }
}

/// The parser's sentence without the place, which the field's path says better. What the
/// client sent is not echoed: it may be private.
fn message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(before, _)| before);
    match text.split_once(", expected ") {
        Some((_, expected)) if text.starts_with("invalid ") => format!("must be {expected}"),
        _ => text.to_owned(),
    }
}

/// Checks a value that was read already, such as a query.
///
/// # Errors
/// [`Code::Invalid`] with the fields whose values are not allowed.
pub fn checked<T: Validate<Context = ()>>(value: T) -> Result<T, Failure> {
    value.validate().map_err(|report| {
        let errors = report.iter().map(|(path, error)| FieldError {
            field: camel_case(&path.to_string()),
            message: error.to_string(),
        });
        Failure::of(Code::Invalid).with_errors(errors.collect())
    })?;
    Ok(value)
}

/// Validation names fields as Rust does.
fn camel_case(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut upper = false;
    for letter in path.chars() {
        if letter == '_' {
            upper = true;
        } else if std::mem::take(&mut upper) {
            out.extend(letter.to_uppercase());
        } else {
            out.push(letter);
        }
    }
    out
}

fn depth_of_value(value: &Value, above: usize) -> usize {
    let depth = above + 1;
    if depth > MAX_DEPTH {
        return depth;
    }
    let deepest = |depths: &mut dyn Iterator<Item = usize>| depths.max().unwrap_or(depth);
    match value {
        Value::Array(items) => deepest(&mut items.iter().map(|one| depth_of_value(one, depth))),
        Value::Object(map) => deepest(&mut map.values().map(|one| depth_of_value(one, depth))),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => above,
    }
}

fn depth_of_text(text: &[u8]) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0_usize, 0, false, false);
    for byte in text {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_counts_the_same_in_text_and_value() {
        for (text, depth) in [("1", 0), ("{}", 1), (r#"{"a":[{"b":"[[[\"{"}]}"#, 3), ("[[1],2]", 2)]
        {
            let value: Value = serde_json::from_str(text).expect("valid JSON");
            assert_eq!(depth_of_text(text.as_bytes()), depth, "{text}");
            assert_eq!(depth_of_value(&value, 0), depth, "{text}");
        }
    }

    #[test]
    fn field_paths_are_shown_as_the_client_wrote_them() {
        assert_eq!(camel_case("participant_ids[2].user_id"), "participantIds[2].userId");
    }
}
