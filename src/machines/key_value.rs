//! A store of words under words. Whoever applies the same operations in the same order gets the same answers and the
//! same state: the machine that most protocols here replicate.

use litemap::LiteMap;
use std::fmt;
use std::sync::Arc;

/// A key or a value: no blank in it.
pub type Word = Arc<str>;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Get {
        key: Word,
    },
    Put {
        key: Word,
        value: Word,
    },
    Delete {
        key: Word,
    },
    /// Adds to the end of the value, or puts it if there is none.
    Append {
        key: Word,
        value: Word,
    },
    /// Puts the value if the present one is as expected.
    Cas {
        key: Word,
        expected: Word,
        value: Word,
    },
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Answer {
    #[default]
    Ok,
    /// What is there.
    Value(Word),
    /// There is nothing.
    Absent,
    /// The value is another than expected.
    Differs(Word),
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct KeyValue {
    entries: LiteMap<Word, Word>,
    /// The sum of the pairs' digests: kept up to date pair by pair.
    digest: u64,
}

impl Op {
    pub fn is_read(&self) -> bool {
        matches!(self, Op::Get { .. })
    }

    pub fn key(&self) -> &Word {
        match self {
            Op::Get { key }
            | Op::Put { key, .. }
            | Op::Delete { key }
            | Op::Append { key, .. }
            | Op::Cas { key, .. } => key,
        }
    }

    /// Reads an operation as it is written.
    ///
    /// # Errors
    /// A sentence that says what is understood.
    pub fn parse(text: &str) -> Result<Op, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let word = |index: usize| Word::from(words[index]);
        match (words.first().copied().unwrap_or_default(), words.len()) {
            ("get", 2) => Ok(Op::Get { key: word(1) }),
            ("put", 3) => Ok(Op::Put { key: word(1), value: word(2) }),
            ("delete", 2) => Ok(Op::Delete { key: word(1) }),
            ("append", 3) => Ok(Op::Append { key: word(1), value: word(2) }),
            ("cas", 4) => Ok(Op::Cas { key: word(1), expected: word(2), value: word(3) }),
            _ => Err(format!(
                "`{text}` is no operation: say `get x`, `put x 1`, `delete x`, `append x 1` or `cas x 1 2`"
            )),
        }
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Op::Get { key } => write!(f, "get {key}"),
            Op::Put { key, value } => write!(f, "put {key} {value}"),
            Op::Delete { key } => write!(f, "delete {key}"),
            Op::Append { key, value } => write!(f, "append {key} {value}"),
            Op::Cas { key, expected, value } => write!(f, "cas {key} {expected} {value}"),
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Answer::Ok => f.write_str("ok"),
            Answer::Value(value) => f.write_str(value),
            Answer::Absent => f.write_str("nothing"),
            Answer::Differs(value) => write!(f, "no, it is {value}"),
        }
    }
}

impl super::Machine for KeyValue {
    type Op = Op;
    type Answer = Answer;

    fn apply(&mut self, op: &Op) -> Answer {
        self.apply(op)
    }

    fn is_read(op: &Op) -> bool {
        op.is_read()
    }

    fn read(&self, op: &Op) -> Answer {
        self.read(op.key())
    }

    fn digest(&self) -> u64 {
        self.digest()
    }

    fn encode(&self) -> Vec<u8> {
        self.encode()
    }

    fn decode(bytes: &[u8]) -> KeyValue {
        KeyValue::decode(bytes)
    }
}

impl KeyValue {
    /// Performs an operation.
    pub fn apply(&mut self, op: &Op) -> Answer {
        match op {
            Op::Get { key } => self.read(key),
            Op::Put { key, value } => {
                self.put(key, value);
                Answer::Ok
            }
            Op::Delete { key } => {
                if let Some(old) = self.entries.remove(key) {
                    self.digest = self.digest.wrapping_sub(pair_digest(key, &old));
                    Answer::Ok
                } else {
                    Answer::Absent
                }
            }
            Op::Append { key, value } => {
                let old = self.entries.get(key).map_or("", |old| old);
                let longer = Word::from(format!("{old}{value}"));
                self.put(key, &longer);
                Answer::Ok
            }
            Op::Cas { key, expected, value } => match self.entries.get(key) {
                Some(present) if present == expected => {
                    self.put(key, value);
                    Answer::Ok
                }
                Some(present) => Answer::Differs(Arc::clone(present)),
                None => Answer::Absent,
            },
        }
    }

    /// What is under a key.
    pub fn read(&self, key: &str) -> Answer {
        self.entries.get(key).map_or(Answer::Absent, |value| Answer::Value(Arc::clone(value)))
    }

    fn put(&mut self, key: &Word, value: &Word) {
        if let Some(old) = self.entries.insert(Arc::clone(key), Arc::clone(value)) {
            self.digest = self.digest.wrapping_sub(pair_digest(key, &old));
        }
        self.digest = self.digest.wrapping_add(pair_digest(key, value));
    }

    /// Equal for equal states, whatever way led there, and the same on every machine.
    pub fn digest(&self) -> u64 {
        self.digest
    }

    pub fn len(&self) -> u64 {
        self.entries.len() as u64
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&Word, &Word)> {
        self.entries.iter()
    }

    /// The state as bytes: a pair a line, the words apart by a blank.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (key, value) in &self.entries {
            for (word, end) in [(key, b' '), (value, b'\n')] {
                bytes.extend_from_slice(word.as_bytes());
                bytes.push(end);
            }
        }
        bytes
    }

    /// Reads what [`KeyValue::encode`] wrote, as far as it goes: what follows the last whole line is left out.
    pub fn decode(bytes: &[u8]) -> KeyValue {
        let mut store = KeyValue::default();
        let whole = bytes.iter().rposition(|&b| b == b'\n').map_or(0, |end| end + 1);
        for line in String::from_utf8_lossy(&bytes[..whole]).lines() {
            if let Some((key, value)) = line.split_once(' ') {
                store.put(&key.into(), &value.into());
            }
        }
        store
    }
}

/// FNV-1a over the pair, then stirred so that sums of digests do not cancel.
fn pair_digest(key: &str, value: &str) -> u64 {
    let mut state: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in key.bytes().chain([b' ']).chain(value.bytes()) {
        state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    state = (state ^ (state >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    state ^ (state >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_in_their_own_words() {
        let mut store = KeyValue::default();
        for (line, answer) in [
            ("get x", "nothing"),
            ("put x 1", "ok"),
            ("get x", "1"),
            ("append x 2", "ok"),
            ("get x", "12"),
            ("cas x 1 5", "no, it is 12"),
            ("cas x 12 5", "ok"),
            ("get x", "5"),
            ("delete x", "ok"),
            ("delete x", "nothing"),
            ("cas x 5 6", "nothing"),
            ("append y 3", "ok"),
            ("get y", "3"),
        ] {
            let op = Op::parse(line).expect(line);
            assert_eq!(op.to_string(), line);
            assert_eq!(store.apply(&op).to_string(), answer, "{line}");
        }
        for wrong in ["", "put x", "get", "push x 1", "put x 1 2"] {
            assert!(Op::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_digest_forgets_the_way() {
        let run = |lines: &[&str]| {
            let mut store = KeyValue::default();
            for line in lines {
                store.apply(&Op::parse(line).expect(line));
            }
            store
        };
        let straight = run(&["put x 1", "put y 2"]);
        let crooked = run(&["put y 7", "put z 1", "delete z", "append x 1", "put y 2"]);
        assert_eq!((straight.digest(), &straight), (crooked.digest(), &crooked));
        assert_ne!(straight.digest(), run(&["put x 2", "put y 1"]).digest());
    }

    #[test]
    fn bytes_and_back_and_cut_short() {
        let mut store = KeyValue::default();
        for line in ["put apple 1", "put pear 22", "put plum 333"] {
            store.apply(&Op::parse(line).expect(line));
        }
        let bytes = store.encode();
        assert_eq!(KeyValue::decode(&bytes), store);
        assert_eq!(KeyValue::decode(&bytes[..bytes.len() - 1]).len(), 2);
        assert!(KeyValue::decode(b"app").is_empty());
    }
}
