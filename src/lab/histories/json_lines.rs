//! An object a line.

use std::collections::BTreeMap;

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
    // Of calls that have not returned: an answer need not say again which key it is about.
    let mut keys: BTreeMap<Value, Value> = BTreeMap::new();
    for (line, number) in text.lines().zip(1..) {
        if line.trim().is_empty() {
            continue;
        }
        let place = Place { line: number, column: 1 };
        if line.trim_start().starts_with('[') {
            return Err(Complaint::new(
                place,
                "a list is no operation: the lines stand without brackets around them",
                A_LINE,
            ));
        }
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
        let read = |json: &Json| value(json, place);
        let process = read(field("process").ok_or_else(|| missing("process"))?)?;
        if is_nemesis(&process) {
            let function =
                field("f").map(|function| function.as_str().map_or_else(|| function.to_string(), str::to_owned));
            let (value, at) = (field("value").map_or(Ok(Value::Nil), read)?, lines.entries.len() as u32);
            lines.deeds.extend(function.map(|function| Deed { function, value, at, line: number }));
            continue;
        }
        let phase = field("type").and_then(Json::as_str).ok_or_else(|| missing("type"))?;
        let phase = Phase::named(phase)
            .ok_or_else(|| Complaint::new(place, format!("there is no type \"{phase}\""), A_LINE))?;
        let function = field("f").and_then(Json::as_str).ok_or_else(|| missing("f"))?.into();
        let mut said = field("value").map_or(Ok(Value::Nil), read)?;
        let asked = if phase == Phase::Invoke { None } else { keys.remove(&process) };
        if let Some(key) = field("key").map(read).transpose()?.or(asked) {
            if phase == Phase::Invoke {
                keys.insert(process.clone(), key.clone());
            }
            said = Value::list([key, said]);
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

/// From here on not every whole number is a floating-point number.
const WHOLE: f64 = 9_007_199_254_740_992.0;

fn value(json: &Json, place: Place) -> Result<Value, Complaint> {
    Ok(match json {
        Json::Null => Value::Nil,
        Json::Bool(truth) => Value::Bool(*truth),
        Json::Number(number) if number.is_f64() && number.as_f64().is_some_and(|number| number.abs() >= WHOLE) => {
            let message = format!("{number} is not told apart from its neighbours");
            return Err(Complaint::new(place, message, "write numbers beyond 64 bits as text, in quotes"));
        }
        Json::Number(number) => number.as_i64().map_or_else(|| Value::Word(number.to_string().into()), Value::Int),
        Json::String(text) => Value::text(text),
        Json::Array(items) => Value::list(items.iter().map(|item| value(item, place)).collect::<Result<Vec<_>, _>>()?),
        Json::Object(fields) => {
            let fields = fields.iter().map(|(name, field)| Ok((Value::text(name), value(field, place)?)));
            Value::map(fields.collect::<Result<Vec<_>, Complaint>>()?)
        }
    })
}
