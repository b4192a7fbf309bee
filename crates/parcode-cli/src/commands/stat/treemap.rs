//! A page with a treemap that needs nothing but itself.

use serde_json::Value;

const PAGE: &str = include_str!("treemap.html");

/// The page of a file.
pub(super) fn page(file: &str, usage: &Value) -> String {
    // Inside a script, nothing may look like its end.
    let safe = |json: String| json.replace('<', "\\u003c");
    PAGE.replace("\"{{file}}\"", &safe(Value::from(file).to_string()))
        .replace("\"{{usage}}\"", &safe(usage.to_string()))
}
