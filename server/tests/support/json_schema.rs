//! Checks JSON against the schemas of the server's OpenAPI document. It knows the keywords that
//! the document uses, and fails at others.

use serde_json::{Map, Value};

/// Asserts that `value` has the form of `schema`, a part of `document`.
///
/// # Panics
/// When it has not; the message names the place in the value.
pub fn assert_matches(document: &Value, schema: &Value, value: &Value) {
    if let Err(problem) = check(document, schema, value, "the answer") {
        panic!("{problem}\nschema: {schema:#}\nvalue: {value:#}");
    }
}

fn check(document: &Value, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.strip_prefix('#').unwrap();
        let target = document.pointer(pointer);
        let target = target.ok_or_else(|| format!("{reference} is not in the document"))?;
        return check(document, target, value, at);
    }
    for keyword in ["oneOf", "anyOf"] {
        if let Some(options) = schema[keyword].as_array() {
            let fits = |option: &&Value| check(document, option, value, at).is_ok();
            return if options.iter().any(|option| fits(&option)) {
                Ok(())
            } else {
                Err(format!("{at} fits none of the options"))
            };
        }
    }
    let types = match &schema["type"] {
        Value::String(name) => vec![name.as_str()],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => return Err(format!("the schema of {at} has no type")),
    };
    if !types.iter().any(|name| has_type(value, name)) {
        return Err(format!("{at} is not {types:?}"));
    }
    if let Some(allowed) = schema["enum"].as_array()
        && !allowed.contains(value)
    {
        return Err(format!("{at} is none of {allowed:?}"));
    }
    match value {
        Value::Object(object) => check_object(document, schema, object, at),
        Value::Array(items) => items.iter().enumerate().try_for_each(|(n, item)| {
            check(document, &schema["items"], item, &format!("{at}[{n}]"))
        }),
        _ => Ok(()),
    }
}

/// A field that the schema does not name is an error: the document would not be complete.
fn check_object(
    document: &Value,
    schema: &Value,
    object: &Map<String, Value>,
    at: &str,
) -> Result<(), String> {
    for name in schema["required"].as_array().into_iter().flatten() {
        let name = name.as_str().unwrap();
        if !object.contains_key(name) {
            return Err(format!("{at} lacks `{name}`"));
        }
    }
    object.iter().try_for_each(|(name, value)| {
        let schema = schema["properties"].get(name);
        let schema = schema.ok_or_else(|| format!("{at} has `{name}`, the schema has not"))?;
        check(document, schema, value, &format!("{at}.{name}"))
    })
}

fn has_type(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("the document has the type {other}"),
    }
}
