//! An object a line.

use serde_json::Value as Json;

use super::Lines;
use super::edn::is_nemesis;
use super::nemesis::{self, Deed};
use crate::judges::history::{Complaint, Entry, Phase, Place};
use crate::judges::value::Value;

const A_LINE: &str = r#"a line is {"process": 0, "type": "invoke", "f": "write", "value": 3}; "type" is one of invoke, ok, fail and info"#;

/// What clients and nemesis did.
pub(super) fn lines(text: &str) -> Result<Lines, Complaint> {
    let mut lines = Lines::default();
    let mut now = None;
    for (line, number) in text.lines().zip(1..) {
        if line.trim().is_empty() {
            continue;
        }
        let place = Place { line: number, column: 1 };
        let json: Json = match serde_json::from_str(line) {
            Ok(json) => json,
            Err(_) if nemesis::is_nemesis(line) => continue,
            Err(error) => {
                let place = Place { line: number, column: error.column() as u32 };
                let message = if error.is_eof() { "the line ends inside a value" } else { "this is no JSON" };
                return Err(Complaint::new(place, message, A_LINE));
            }
        };
        let field = |name: &str| json.get(name);
        let missing = |name: &str| Complaint::new(place, format!("the operation has no \"{name}\""), A_LINE);
        let process = value(field("process").ok_or_else(|| missing("process"))?);
        if is_nemesis(&process) {
            let function =
                field("f").map(|function| function.as_str().map_or_else(|| function.to_string(), str::to_owned));
            let (value, at) = (field("value").map_or(Value::Nil, value), lines.entries.len() as u32);
            lines.deeds.extend(function.map(|function| Deed { function, value, at, line: number }));
            continue;
        }
        let phase = field("type").and_then(Json::as_str).ok_or_else(|| missing("type"))?;
        let phase = Phase::named(phase)
            .ok_or_else(|| Complaint::new(place, format!("there is no type \"{phase}\""), A_LINE))?;
        let function = field("f").and_then(Json::as_str).ok_or_else(|| missing("f"))?.into();
        let mut said = field("value").map_or(Value::Nil, value);
        if let Some(key) = field("key") {
            said = Value::list([value(key), said]);
        }
        let time = field("time").and_then(Json::as_i64);
        if let (Some(before), Some(time)) = (now, time)
            && time < before
        {
            let message = format!("time goes backwards, from {before} to {time}");
            return Err(Complaint::new(place, message, "lines stand in the order in which things happened"));
        }
        now = time.or(now);
        lines.entries.push(Entry { process, phase, function, value: said, time, place });
    }
    Ok(lines)
}

fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Nil,
        Json::Bool(truth) => Value::Bool(*truth),
        Json::Number(number) => number.as_i64().map_or_else(|| Value::Word(number.to_string().into()), Value::Int),
        Json::String(text) => Value::text(text),
        Json::Array(items) => Value::list(items.iter().map(value)),
        Json::Object(fields) => Value::map(fields.iter().map(|(name, field)| (Value::text(name), value(field)))),
    }
}
