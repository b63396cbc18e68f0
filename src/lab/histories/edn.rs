//! Extensible data notation: the crate reads the forms, this finds them one after another, with their places.

use std::borrow::Cow;

use clojure_reader::edn::{self, Edn};
use clojure_reader::error::{Code, Error};

use super::Lines;
use super::nemesis::{self, Deed};
use crate::judges::history::{Complaint, Entry, Phase, Place};
use crate::judges::value::Value;

const NESTED_AT_MOST: u32 = 100;
const AN_ENTRY: &str =
    "an operation is {:process 0, :type :invoke, :f :read, :value nil}; :type is one of :invoke, :ok, :fail and :info";

/// What clients and nemesis did.
pub(super) fn lines(text: &str) -> Result<Lines, Complaint> {
    let text = dialect(text);
    let mut forms = Forms { text: &text, at: 0, place: BEGINNING, open: None };
    let mut lines = Lines::default();
    let mut last_index = None;
    loop {
        let (form, place) = match forms.next() {
            Ok(Some(next)) => next,
            Ok(None) => return Ok(lines),
            Err(_) if forms.pass_nemesis() => continue,
            Err(complaint) => return Err(complaint),
        };
        let mut form = &form;
        while let Edn::Tagged(_, inside) = form {
            form = inside;
        }
        let Edn::Map(_) = form else {
            return Err(Complaint::new(place, "this is no operation", AN_ENTRY));
        };
        let process = form.get(&Edn::key("process")).map(|process| read_value(process, place, 0)).transpose()?;
        if process.as_ref().is_some_and(is_nemesis) {
            lines.deeds.extend(deed(form, place, lines.entries.len() as u32));
            continue;
        }
        if let Some(Edn::Int(index)) = form.get(&Edn::key("index")) {
            if last_index.is_some_and(|last| last >= *index) {
                let message =
                    format!("time goes backwards: :index {index} comes after :index {}", last_index.unwrap_or(0));
                return Err(Complaint::new(
                    place,
                    message,
                    "the lines of a history stand in the order of their :index",
                ));
            }
            last_index = Some(*index);
        }
        lines.entries.push(entry(form, process, place)?);
    }
}

const BEGINNING: Place = Place { line: 1, column: 1 };

/// A value, whatever comes after it.
pub(super) fn value(text: &str) -> Result<Value, Complaint> {
    let text = dialect(text);
    let (form, _) = edn::read(&text).map_err(|error| complaint(&error, BEGINNING))?;
    read_value(&form, BEGINNING, 0)
}

/// One value, and nothing after it.
pub(super) fn only_value(text: &str) -> Result<Value, Complaint> {
    let plain = dialect(text);
    let (_, rest) = edn::read(&plain).map_err(|error| complaint(&error, BEGINNING))?;
    let rest = rest.trim_start();
    if !rest.is_empty() {
        let before = plain.chars().count() - rest.chars().count();
        let place = Place { line: 1, column: 1 + before as u32 };
        return Err(Complaint::new(place, "there is more than one value", "write several in brackets: [1 2]"));
    }
    value(text)
}

fn entry(form: &Edn, process: Option<Value>, place: Place) -> Result<Entry, Complaint> {
    let field = |name: &'static str| form.get(&Edn::key(name));
    let missing = |name: &str| Complaint::new(place, format!("the operation has no :{name}"), AN_ENTRY);
    let process = process.ok_or_else(|| missing("process"))?;
    let phase = match field("type").ok_or_else(|| missing("type"))? {
        Edn::Key(name) | Edn::Str(name) | Edn::Symbol(name) => {
            Phase::named(name).ok_or_else(|| Complaint::new(place, format!("there is no type :{name}"), AN_ENTRY))?
        }
        _ => return Err(Complaint::new(place, "the type is no keyword", AN_ENTRY)),
    };
    let function = match field("f").ok_or_else(|| missing("f"))? {
        Edn::Key(name) | Edn::Str(name) | Edn::Symbol(name) => name.as_ref().into(),
        _ => return Err(Complaint::new(place, "the function is no keyword", AN_ENTRY)),
    };
    let mut value = match field("value") {
        Some(value) if matches!(phase, Phase::Invoke | Phase::Ok) => read_value(value, place, 0)?,
        _ => Value::Nil,
    };
    if let Some(key) = field("key") {
        value = Value::list([read_value(key, place, 0)?, value]);
    }
    let time = match field("time") {
        Some(Edn::Int(time)) => Some(*time),
        _ => None,
    };
    Ok(Entry { process, phase, function, value, time, place })
}

fn deed(form: &Edn, place: Place, at: u32) -> Option<Deed> {
    let function = match form.get(&Edn::key("f"))? {
        Edn::Key(name) | Edn::Str(name) | Edn::Symbol(name) => name.to_string(),
        other => other.to_string(),
    };
    let value = form.get(&Edn::key("value")).and_then(|value| read_value(value, place, 0).ok()).unwrap_or_default();
    Some(Deed { function, value, at, line: place.line })
}

pub(super) fn is_nemesis(process: &Value) -> bool {
    process.as_name().is_some_and(|name| name.trim_start_matches(':').starts_with("nemesis"))
}

fn read_value(form: &Edn, place: Place, depth: u32) -> Result<Value, Complaint> {
    if depth > NESTED_AT_MOST {
        return Err(Complaint::new(place, "a value is nested too deep", "real histories hold flat values"));
    }
    let inside = |form: &Edn| read_value(form, place, depth + 1);
    Ok(match form {
        Edn::Nil => Value::Nil,
        Edn::Bool(truth) => Value::Bool(*truth),
        Edn::Int(number) => Value::Int(*number),
        Edn::Key(name) => Value::Word(format!(":{name}").into()),
        Edn::Str(text) => Value::text(text),
        Edn::Vector(items) | Edn::List(items) => Value::List(items.iter().map(inside).collect::<Result<_, _>>()?),
        Edn::Set(items) => Value::List(items.iter().map(inside).collect::<Result<_, _>>()?),
        Edn::Map(pairs) => {
            let pairs: Result<Vec<_>, _> =
                pairs.iter().map(|(key, value)| Ok((inside(key)?, inside(value)?))).collect();
            Value::map(pairs?)
        }
        Edn::Tagged(_, form) => inside(form)?,
        other => Value::Word(other.to_string().into()),
    })
}

/// The operations of a text, whether they stand alone or in a vector or list.
struct Forms<'t> {
    text: &'t str,
    at: usize,
    place: Place,
    open: Option<(char, Place)>,
}

impl<'t> Forms<'t> {
    fn next(&mut self) -> Result<Option<(Edn<'t>, Place)>, Complaint> {
        loop {
            let rest = &self.text[self.at..];
            let Some(first) = rest.chars().next() else {
                return match self.open {
                    None => Ok(None),
                    Some((bracket, place)) => Err(Complaint::new(
                        self.place,
                        format!("the history ends inside the `{bracket}` of line {}", place.line),
                        "is the end of the file missing?",
                    )),
                };
            };
            match (first, self.open) {
                (';', _) => self.go(rest.find('\n').unwrap_or(rest.len())),
                (',', _) => self.go(1),
                (space, _) if space.is_whitespace() => self.go(space.len_utf8()),
                ('[' | '(', None) => {
                    self.open = Some((first, self.place));
                    self.go(1);
                }
                (']', Some(('[', _))) | (')', Some(('(', _))) => {
                    self.open = None;
                    self.go(1);
                }
                _ => {
                    let place = self.place;
                    let (form, after) = edn::read(rest).map_err(|error| complaint(&error, place))?;
                    self.go(rest.len() - after.len());
                    return Ok(Some((form, place)));
                }
            }
        }
    }

    /// Passes over an operation that cannot be read, if it is the nemesis's: up to the line where the next one begins.
    fn pass_nemesis(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let begins = |line: &str| line.trim_start().starts_with(['{', '#']) && line.contains(":type");
        let next = rest
            .match_indices('\n')
            .map(|(end, _)| end + 1)
            .find(|from| begins(rest[*from..].lines().next().unwrap_or("")));
        let mut passed = &rest[..next.unwrap_or(rest.len())];
        if let (None, Some((bracket, _))) = (next, self.open) {
            let closing = if bracket == '[' { ']' } else { ')' };
            passed = passed.trim_end().strip_suffix(closing).unwrap_or(passed);
        }
        let is_nemesis = nemesis::is_nemesis(passed);
        if is_nemesis {
            self.go(passed.len());
        }
        is_nemesis
    }

    fn go(&mut self, bytes: usize) {
        let passed = &self.text[self.at..self.at + bytes];
        match passed.rfind('\n') {
            Some(last) => {
                self.place.line += passed.matches('\n').count() as u32;
                self.place.column = 1 + passed[last + 1..].chars().count() as u32;
            }
            None => self.place.column += passed.chars().count() as u32,
        }
        self.at += bytes;
    }
}

fn complaint(error: &Error, start: Place) -> Complaint {
    let line = error.line.map_or(0, |line| line as u32 - 1);
    let column = error.column.map_or(0, |column| column as u32 - 1);
    let column = if line == 0 { start.column + column } else { column + 1 };
    let place = Place { line: start.line + line, column };
    let (message, hint) = match &error.code {
        Code::UnexpectedEOF => ("the text ends inside a value".to_owned(), "is the end of the file missing?"),
        Code::UnmatchedDelimiter(bracket) => {
            (format!("`{bracket}` closes what is not open"), "look for a bracket too many or too few before it")
        }
        Code::HashMapDuplicateKey => ("a map has the same key twice".to_owned(), "or a bracket is missing before it"),
        Code::InvalidNumber | Code::InvalidRadix(_) => {
            ("this is no number".to_owned(), "write it in plain digits, and beyond 64 bits as text")
        }
        Code::InvalidEscape => ("this escape is not known".to_owned(), r#"known are \t \r \n \\ \" and \u0041"#),
        Code::SetDuplicateKey => ("a set has the same value twice".to_owned(), "or a bracket is missing before it"),
        Code::InvalidKeyword => ("this is no keyword".to_owned(), "a keyword is a colon and a name, as in :read"),
        Code::InvalidTag => ("this is no tag".to_owned(), "a tag is # and a name before a value, as in #inst \"2014\""),
        Code::InvalidChar => ("this is no character".to_owned(), r"a character is \a, \newline or \u0041"),
        _ => ("this cannot be read".to_owned(), "look for a bracket or a quote too many or too few before it"),
    };
    Complaint::new(place, message, hint)
}

/// What Clojure prints and the crate does not read: `\b`, `\f` and `\u0041` in texts, whole numbers with an N or M, and
/// `##NaN` and `##Inf`, which become names.
fn dialect(text: &str) -> Cow<'_, str> {
    let foreign = |pair: &[u8]| match pair {
        [b'\\', next] => !matches!(next, b't' | b'r' | b'n' | b'\\' | b'"'),
        [digit, b'N' | b'M'] => digit.is_ascii_digit(),
        [b'#', next] => *next == b'#',
        _ => false,
    };
    if !text.as_bytes().windows(2).any(foreign) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let (mut in_text, mut in_comment, mut in_number) = (false, false, false);
    while let Some(char) = chars.next() {
        let next = chars.peek().copied();
        match char {
            '\n' => in_comment = false,
            _ if in_comment => (),
            '\\' if in_text => {
                let escaped = chars.next().unwrap_or('\\');
                match escaped {
                    'b' => plain.push('\u{8}'),
                    'f' => plain.push('\u{c}'),
                    'u' => {
                        let digits: String = chars.clone().take(4).collect();
                        let read = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
                        match read {
                            // A quote stays an escaped one.
                            Some(quote @ ('"' | '\\')) => plain.extend(['\\', quote]),
                            Some(read) => plain.push(read),
                            None => plain.push('\u{fffd}'),
                        }
                        if digits.len() == 4 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                            chars.nth(3);
                        }
                    }
                    other => plain.extend(['\\', other]),
                }
                continue;
            }
            '\\' => {
                plain.push(char);
                plain.extend(chars.next());
                continue;
            }
            '#' if !in_text && next == Some('#') => {
                plain.push_str(" :");
                chars.next();
                continue;
            }
            '"' => in_text = !in_text,
            ';' if !in_text => in_comment = true,
            'N' | 'M' if in_number && !next.is_some_and(char::is_alphanumeric) => {
                plain.push(' ');
                in_number = false;
                continue;
            }
            _ => (),
        }
        let inside_word = plain.ends_with(|last: char| last.is_alphanumeric() || matches!(last, ':' | '_' | '.' | '/'));
        in_number = !in_text && !in_comment && char.is_ascii_digit() && (in_number || !inside_word);
        plain.push(char);
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::{dialect, value};

    #[test]
    fn values() {
        for (text, shown) in [
            ("nil", "nil"),
            ("-3", "-3"),
            ("[1 \"a\" :b sym]", "[1 \"a\" :b sym]"),
            ("(1, 2)", "[1 2]"),
            ("{:b 2 :a 1}", "{:a 1, :b 2}"),
            ("#{3 1 2}", "[1 2 3]"),
            ("#inst \"2014\"", "\"2014\""),
            ("5N", "5"),
            ("1.5", "1.5"),
            ("true", "true"),
            ("[##NaN ##-Inf \"##\"]", "[:NaN :-Inf \"##\"]"),
            (r#""a\u0041\b\"""#, "\"aA\\u{8}\\\"\""),
        ] {
            assert_eq!(value(text).expect(text).to_string(), shown, "{text}");
        }
        for (wrong, column, says) in [
            ("", 1, "ends inside"),
            ("[1", 3, "ends inside"),
            ("]", 1, "closes what is not open"),
            ("{:a}", 4, "ends inside"),
            ("\"x", 3, "ends inside"),
            ("#", 2, "ends inside"),
            ("1x", 1, "no number"),
            ("[1 :]", 4, "no keyword"),
            ("[\\foo]", 2, "no character"),
            ("[# 1]", 3, "no tag"),
            ("#{1 1}", 6, "the same value twice"),
            ("{1 2 1 3}", 9, "the same key twice"),
        ] {
            let complaint = value(wrong).expect_err(wrong);
            assert!(complaint.message.contains(says), "{wrong}: {complaint:?}");
            assert_eq!((complaint.place.line, complaint.place.column), (1, column), "{wrong}: {complaint:?}");
        }
    }

    #[test]
    fn only_numbers_lose_their_suffix() {
        for same in [":x1N ", "a1N ", "\"1N\"", "; 1N", "\\N "] {
            assert_eq!(dialect(same), same);
        }
        assert_eq!(dialect("[1N -22M]"), "[1  -22 ]");
    }
}
