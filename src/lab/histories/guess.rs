//! Which model a history was recorded for, told from its functions.

use super::{History, Kind};

/// The model that has all functions of a history; none where they belong to no single one.
pub fn guess(history: &History) -> Option<Kind> {
    let any = |names: &[&str]| history.operations.iter().any(|operation| names.contains(&&*operation.function));
    let has_keys = history.operations.iter().all(|operation| operation.asked.as_pair().is_some());
    Some(if any(&["txn"]) {
        Kind::MultiRegister
    } else if any(&["transfer"]) {
        Kind::Bank
    } else if any(&["acquire", "release", "lock", "unlock"]) {
        Kind::Mutex
    } else if any(&["enqueue", "dequeue", "push", "pop", "take"]) {
        Kind::Queue
    } else if any(&["append", "delete", "remove"]) || has_keys && any(&["get", "put", "set"]) {
        Kind::KeyValue
    } else if any(&["cas", "compare-and-set"]) {
        Kind::CasRegister
    } else if any(&["read", "write", "get", "put", "set", "r", "w"]) {
        Kind::Register
    } else {
        return None;
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Format, Kind, guess, read};

    #[test]
    fn models_are_told_from_functions() {
        for (function, value, model) in [
            ("read", "null", Some(Kind::Register)),
            ("cas", "[1, 2]", Some(Kind::CasRegister)),
            ("put", "[\"x\", 1]", Some(Kind::KeyValue)),
            ("put", "1", Some(Kind::Register)),
            ("append", "[\"x\", 1]", Some(Kind::KeyValue)),
            ("enqueue", "1", Some(Kind::Queue)),
            ("acquire", "null", Some(Kind::Mutex)),
            ("txn", "[]", Some(Kind::MultiRegister)),
            ("transfer", "{}", Some(Kind::Bank)),
            ("dance", "null", None),
        ] {
            let line = format!(r#"{{"process": 0, "type": "invoke", "f": "{function}", "value": {value}}}"#);
            let history = read(&line, Some(Format::JsonLines)).expect("a history").history;
            assert_eq!(guess(&history), model, "{function}");
        }
    }
}
