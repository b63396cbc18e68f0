//! Another language for sentences that are finished: a table knows them by their fixed parts, and what stands in their
//! holes is translated in its turn.
//!
//! A table is pairs of lines, a sentence and its translation, with holes `{0}`, `{1}` in either; the same line twice is
//! what stays as it is. The longest fixed parts win, and a sentence whose holes are all understood wins over one whose
//! are not.

use crate::sorting::sort_by_key;
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

pub struct Dictionary {
    entries: Vec<Entry>,
    /// Sentences without holes, by their text.
    whole: HashMap<String, usize>,
    /// Those with holes, the longest first, by how they begin; none where that is a hole.
    holed: HashMap<Option<char>, Vec<usize>>,
    remembered: RefCell<HashMap<String, Reading>>,
}

struct Entry {
    /// What stands before, between and behind the holes.
    parts: Vec<String>,
    /// How long they are together.
    length: usize,
    /// They have letters, so that a text in which they stand is understood by them alone.
    speaks: bool,
    translation: Vec<Piece>,
}

enum Piece {
    Text(String),
    Hole(usize),
}

#[derive(Clone)]
struct Reading {
    text: Rc<str>,
    grasp: Grasp,
    entry: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Grasp {
    Understood,
    /// A name, a number or a sign, which stays.
    Name,
    /// Not, or not all of it.
    Partly,
}

/// What is remembered is forgotten at once when it is more.
const MOST_REMEMBERED: usize = 20_000;

impl Dictionary {
    pub fn new(tables: &str) -> Dictionary {
        let (mut entries, mut whole) = (Vec::new(), HashMap::new());
        for (sentence, translation) in pairs(tables) {
            let parts = fixed_parts(sentence);
            if parts.len() == 1 {
                whole.insert(sentence.to_owned(), entries.len());
            }
            entries.push(Entry {
                length: parts.iter().map(String::len).sum(),
                speaks: parts.iter().any(|part| part.contains(char::is_alphabetic)),
                translation: pieces(translation),
                parts,
            });
        }
        let mut order: Vec<usize> = (0..entries.len()).filter(|at| entries[*at].parts.len() > 1).collect();
        sort_by_key(&mut order, |at| std::cmp::Reverse(entries[*at].length));
        let mut holed: HashMap<Option<char>, Vec<usize>> = HashMap::new();
        for at in order {
            holed.entry(entries[at].parts[0].chars().next()).or_default().push(at);
        }
        Dictionary { entries, whole, holed, remembered: RefCell::default() }
    }

    /// The translation of a text, or of as much of it as is understood; none if it stays as it is.
    pub fn translate(&self, text: &str) -> Option<Rc<str>> {
        let reading = self.read(text);
        (*reading.text != *text).then_some(reading.text)
    }

    /// How many translations a text has by sentences that fit it equally well, and better than all others.
    pub fn rivals(&self, text: &str) -> usize {
        if self.whole.contains_key(text) {
            return 1;
        }
        let readings = self.fitting(text).map(|(at, holes)| (self.entries[at].length, self.fill(at, &holes)));
        let understood = readings.filter(|(_, reading)| reading.grasp == Grasp::Understood);
        let translations: BTreeSet<(usize, Rc<str>)> =
            understood.map(|(length, reading)| (length, reading.text)).collect();
        let longest = translations.last().map(|(length, _)| *length);
        translations.iter().filter(|(length, _)| Some(*length) == longest).count()
    }

    /// The places of the pairs from which something that is remembered came.
    pub fn used(&self) -> Vec<usize> {
        self.remembered.borrow().values().filter_map(|reading| reading.entry).collect()
    }

    fn read(&self, text: &str) -> Reading {
        if let Some(known) = self.remembered.borrow().get(text) {
            return known.clone();
        }
        let reading = self.find(text);
        let mut remembered = self.remembered.borrow_mut();
        if remembered.len() >= MOST_REMEMBERED {
            remembered.clear();
        }
        remembered.insert(text.to_owned(), reading.clone());
        reading
    }

    fn find(&self, text: &str) -> Reading {
        if let Some(&at) = self.whole.get(text) {
            return self.fill(at, &[]);
        }
        let mut partly = None;
        for (at, holes) in self.fitting(text) {
            let reading = self.fill(at, &holes);
            if reading.grasp == Grasp::Understood {
                return reading;
            }
            if self.entries[at].speaks {
                partly.get_or_insert(reading);
            }
        }
        partly.unwrap_or_else(|| Reading {
            text: text.into(),
            grasp: if is_name(text) { Grasp::Name } else { Grasp::Partly },
            entry: None,
        })
    }

    /// The sentences with holes that fit a text, the longest of each beginning first, with what their holes are.
    fn fitting<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (usize, Vec<&'a str>)> {
        let lists = [text.chars().next(), None].map(|first| self.holed.get(&first).map_or(&[][..], Vec::as_slice));
        let [mut here, mut anywhere] = lists.map(|list| list.iter().copied().peekable());
        let candidates = std::iter::from_fn(move || {
            let length = |at: Option<&usize>| at.map(|at| self.entries[*at].length);
            if length(here.peek()) >= length(anywhere.peek()) { here.next() } else { anywhere.next() }
        });
        candidates.filter_map(move |at| Some((at, holes(&self.entries[at].parts, text)?)))
    }

    fn fill(&self, at: usize, holes: &[&str]) -> Reading {
        let entry = &self.entries[at];
        let holes: Vec<Reading> = holes.iter().map(|hole| self.read(hole)).collect();
        let has = |grasp| holes.iter().any(|hole| hole.grasp == grasp);
        let understood = !has(Grasp::Partly) && (entry.speaks || has(Grasp::Understood));
        let text = close(entry.translation.iter().map(|piece| match piece {
            Piece::Text(text) => text,
            Piece::Hole(number) => holes.get(*number).map_or("", |hole| &*hole.text),
        }));
        let grasp = if understood { Grasp::Understood } else { Grasp::Partly };
        Reading { text: text.into(), grasp, entry: Some(at) }
    }
}

/// The pairs of a table.
pub fn pairs(tables: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut lines = tables.lines().filter(|line| !line.is_empty());
    std::iter::from_fn(move || Some((lines.next()?, lines.next()?)))
}

/// The numbers of a sentence's holes, in their order.
pub fn hole_numbers(sentence: &str) -> Vec<usize> {
    pieces(sentence)
        .iter()
        .filter_map(|piece| if let Piece::Hole(number) = piece { Some(*number) } else { None })
        .collect()
}

/// Joins pieces. A blank stands between a Chinese word and a name, and not between Chinese words.
fn close<'a>(pieces: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for piece in pieces.flat_map(|piece| piece.split_inclusive(' ')) {
        if text.ends_with(' ') && piece.starts_with(is_wide) && text.trim_end().ends_with(is_wide) {
            text.truncate(text.trim_end().len());
        }
        text.push_str(piece);
    }
    text
}

/// Chinese letters, and the signs that go with them.
fn is_wide(char: char) -> bool {
    char >= '\u{3000}'
}

/// A single word, or no word at all.
fn is_name(text: &str) -> bool {
    let has_word = text.as_bytes().windows(2).any(|pair| pair.iter().all(u8::is_ascii_lowercase));
    !has_word || !text.contains(char::is_whitespace)
}

/// What a text has between the parts: as little as possible in each hole, and something.
fn holes<'a>(parts: &[String], text: &'a str) -> Option<Vec<&'a str>> {
    let (first, rest) = parts.split_first()?;
    let (last, between) = rest.split_last()?;
    let mut text = text.strip_prefix(first.as_str())?.strip_suffix(last.as_str())?;
    let mut holes = Vec::with_capacity(rest.len());
    for part in between {
        let least = text.chars().next()?.len_utf8();
        let at = least + text[least..].find(part.as_str())?;
        holes.push(&text[..at]);
        text = &text[at + part.len()..];
    }
    holes.push(text);
    (!text.is_empty()).then_some(holes)
}

fn pieces(sentence: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = sentence;
    while let Some(char) = rest.chars().next() {
        let digit = rest
            .strip_prefix('{')
            .and_then(|rest| rest.split_once('}'))
            .and_then(|(digits, rest)| Some((digits.parse::<usize>().ok()?, rest)));
        match digit {
            Some((number, after)) => {
                pieces.push(Piece::Text(std::mem::take(&mut text)));
                pieces.push(Piece::Hole(number));
                rest = after;
            }
            None => {
                text.push(char);
                rest = &rest[char.len_utf8()..];
            }
        }
    }
    pieces.push(Piece::Text(text));
    pieces
}

/// What stands around the holes, which are numbered in their order.
pub fn fixed_parts(sentence: &str) -> Vec<String> {
    let texts = pieces(sentence).into_iter();
    texts.filter_map(|piece| if let Piece::Text(text) = piece { Some(text) } else { None }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
leading
正在领导
{0} waits for {1}
{0}等待{1}
{0} waits for {1} to answer
{0}等待{1}应答
an answer
应答
{0} from {1}
来自{1}的{0}
{0}: {1}
{0}：{1}
{0} says {1}, then {2}
{2}之前{0}说{1}
put {0} {1}
put {0} {1}
";

    #[track_caller]
    fn says(text: &str, translation: &str) {
        assert_eq!(Dictionary::new(TABLE).translate(text).as_deref(), Some(translation));
    }

    #[test]
    fn sentences_and_sentences_with_holes() {
        says("leading", "正在领导");
        says("n1 waits for n2", "n1等待n2");
        says("n1 says 3 x, then leading", "正在领导之前n1说3 x");
        assert_eq!(Dictionary::new("it\n它\n{0} ends\n{0} 结束\n").translate("it ends").as_deref(), Some("它结束"));
    }

    #[test]
    fn the_longest_fixed_parts_win() {
        says("n1 waits for n2 to answer", "n1等待n2应答");
    }

    #[test]
    fn holes_are_translated_in_their_turn() {
        says("c1 waits for an answer from n2", "c1等待来自n2的应答");
        says("n1: leading", "n1：正在领导");
    }

    #[test]
    fn what_is_not_known_stays() {
        let dictionary = Dictionary::new(TABLE);
        for text in ["following", "is: not known", "x = 1", "", "n1: n2", "waits for n2"] {
            assert_eq!(dictionary.translate(text), None, "{text}");
        }
        says("n1 waits for some rain", "n1等待some rain");
    }

    #[test]
    fn what_is_understood_wins_over_what_is_longer() {
        let dictionary = Dictionary::new("{0} and so on\n{0}等等\n{0}: {1}\n{0}：{1}\nlong and so on\n等等\n");
        assert_eq!(dictionary.translate("n1: long and so on").as_deref(), Some("n1：等等"));
    }

    #[test]
    fn what_stays_on_purpose_is_understood() {
        says("c1: put x 1", "c1：put x 1");
    }

    #[test]
    fn rivals_fit_equally_well() {
        let dictionary = Dictionary::new("{0} is up\n{0}在运行\nn1 {0} up\nn1{0}完\nis\n是\n");
        assert_eq!(dictionary.rivals("n1 is up"), 2);
        assert_eq!(dictionary.rivals("n2 is up"), 1);
        assert_eq!(dictionary.rivals("is"), 1);
    }

    #[test]
    fn what_was_used_is_known() {
        let dictionary = Dictionary::new(TABLE);
        dictionary.translate("n1: leading");
        let mut used = dictionary.used();
        used.sort_unstable();
        assert_eq!(used, [0, 5]);
    }
}
