//! Lines of words with their places: the reading of scripts. A script is lines of words and numbers, nothing nested, so
//! a grammar would be larger than what it reads.

use super::wire::Problem;
use crate::sim::Span;

/// A mistake in one line; the line's number is added by whoever knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    pub column: u32,
    pub message: String,
    pub hint: String,
}

impl Wrong {
    pub fn at_line(self, line: u32) -> Problem {
        Problem { line, column: self.column, message: self.message, hint: self.hint }
    }
}

/// The longest time that is read: some hundred of these are still far from what a clock holds.
const LONGEST: Span = Span::seconds(1_000 * 24 * 60 * 60);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word<'a> {
    pub text: &'a str,
    /// Characters before it, from 1.
    pub column: u32,
}

/// One line, read from left to right.
#[derive(Clone, Debug)]
pub struct Line<'a> {
    whole: &'a str,
    at: usize,
}

impl<'a> Line<'a> {
    pub fn new(whole: &'a str) -> Line<'a> {
        Line { whole, at: 0 }
    }

    fn column_of(&self, at: usize) -> u32 {
        self.whole[..at].chars().count() as u32 + 1
    }

    fn skip_spaces(&mut self) {
        let rest = &self.whole[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    pub fn peek(&self) -> Option<Word<'a>> {
        self.clone().word("").ok()
    }

    pub fn word(&mut self, expected: &str) -> Result<Word<'a>, Wrong> {
        self.skip_spaces();
        let rest = &self.whole[self.at..];
        if rest.is_empty() {
            return Err(self.wrong_at_end(&format!("here the line should go on with {expected}"), ""));
        }
        let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let word = Word { text: &rest[..length], column: self.column_of(self.at) };
        self.at += length;
        Ok(word)
    }

    /// Takes the next word if it is this one.
    pub fn skip(&mut self, text: &str) -> bool {
        let mut ahead = self.clone();
        let found = ahead.word("").is_ok_and(|word| word.text == text);
        if found {
            *self = ahead;
        }
        found
    }

    pub fn is_at_end(&self) -> bool {
        self.whole[self.at..].trim().is_empty()
    }

    pub fn end(&self) -> Result<(), Wrong> {
        match self.peek() {
            None => Ok(()),
            Some(word) => Err(self.wrong(
                word,
                &format!("nothing is expected after this, but `{}` stands here", word.text),
                "one command a line",
            )),
        }
    }

    /// Everything that is left, without spaces around it.
    pub fn rest(&mut self, expected: &str) -> Result<&'a str, Wrong> {
        self.skip_spaces();
        let rest = self.whole[self.at..].trim_end();
        if rest.is_empty() {
            return Err(self.wrong_at_end(&format!("here the line should go on with {expected}"), ""));
        }
        self.at = self.whole.len();
        Ok(rest)
    }

    /// A sentence in double quotes; inside them no double quote.
    pub fn quoted(&mut self) -> Result<String, Wrong> {
        self.skip_spaces();
        let column = self.column_of(self.at);
        let rest = self.rest("a sentence in double quotes")?;
        match rest.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            Some(inner) if !inner.contains('"') => Ok(inner.to_owned()),
            _ => Err(Wrong {
                column,
                message: "a sentence stands in double quotes".to_owned(),
                hint: "write say \"the primary is cut off\"".to_owned(),
            }),
        }
    }

    pub fn span(&mut self, expected: &str) -> Result<Span, Wrong> {
        let word = self.word(expected)?;
        self.span_in(word, word.text, "write a number and us, ms, s or min: 200ms, 1.5s")
    }

    /// A time in a part of a word; the hint is for what is none.
    pub fn span_in(&self, word: Word<'_>, text: &str, hint: &str) -> Result<Span, Wrong> {
        match Span::parse(text) {
            Some(span) if span > LONGEST => {
                Err(self.wrong(word, &format!("`{text}` is too long"), "a thousand days at most: 1440000min"))
            }
            Some(span) => Ok(span),
            None => Err(self.wrong(word, &format!("`{text}` is not a time"), hint)),
        }
    }

    pub fn number(&mut self, what: &str, from: u64, to: u64) -> Result<u64, Wrong> {
        let word = self.word(what)?;
        match word.text.parse::<u64>() {
            Ok(n) if (from..=to).contains(&n) => Ok(n),
            _ => Err(self.wrong(
                word,
                &format!("`{}` does not fit: {what}", word.text),
                &format!("a whole number from {from} to {to}"),
            )),
        }
    }

    pub fn wrong(&self, word: Word<'_>, message: &str, hint: &str) -> Wrong {
        Wrong { column: word.column, message: message.to_owned(), hint: hint.to_owned() }
    }

    pub fn wrong_maybe(&self, word: Option<Word<'_>>, message: &str, hint: &str) -> Wrong {
        match word {
            Some(word) => self.wrong(word, message, hint),
            None => self.wrong_at_end(message, hint),
        }
    }

    pub fn wrong_at_end(&self, message: &str, hint: &str) -> Wrong {
        let column = self.column_of(self.whole.trim_end().len());
        Wrong { column, message: message.to_owned(), hint: hint.to_owned() }
    }

    /// An unknown word, with the nearest known one as the hint.
    pub fn unknown<'b>(&self, word: Word<'_>, what: &str, known: impl Iterator<Item = &'b str>) -> Wrong {
        Wrong { column: word.column, message: format!("`{}` is no {what}", word.text), hint: nearest(word.text, known) }
    }
}

/// "did you mean …", or the whole list where nothing is near.
pub fn nearest<'b>(text: &str, known: impl Iterator<Item = &'b str>) -> String {
    let known: Vec<&str> = known.collect();
    let near = known.iter().map(|name| (strsim::osa_distance(text, name), *name)).min();
    match near {
        Some((distance, name)) if distance <= 2 && distance < name.chars().count() => format!("did you mean {name}?"),
        _ if known.is_empty() => "there is none here".to_owned(),
        _ => format!("known: {}", known.join(", ")),
    }
}
