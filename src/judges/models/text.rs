//! Texts that grow at their end. Copies share the words that they have in common, and a digest tells them apart at once: a
//! search keeps many, of which most are another one and a word.

use std::hash::{Hash, Hasher};

use crate::machines::key_value::Word;
use crate::parts::ChunkedLog;

#[derive(Clone, Default)]
pub(super) struct Text {
    digest: u64,
    length: u64,
    /// As they were written. The same text may be made of others.
    words: ChunkedLog<Word>,
}

/// An odd number: the place of a byte counts.
const PLACE: u64 = 0x9e37_79b9_7f4a_7c15;

impl Text {
    pub fn append(&mut self, word: &Word) {
        for byte in word.bytes() {
            self.digest = self.digest.wrapping_mul(PLACE).wrapping_add(u64::from(byte) + 1);
        }
        self.length += word.len() as u64;
        self.words.push(Word::clone(word));
    }

    pub fn is(&self, text: &str) -> bool {
        let mut rest = Some(text).filter(|text| text.len() as u64 == self.length);
        for (_, word) in self.words.iter() {
            rest = rest.and_then(|rest| rest.strip_prefix(&**word));
        }
        rest == Some("")
    }

    /// What was written last.
    pub fn last(&self) -> Option<&Word> {
        self.words.last()
    }

    /// About how many 64-bit words it takes that it does not share with the one that it grew from.
    pub fn own_words(&self) -> usize {
        80 + self.words.len() as usize / 64
    }

    fn bytes(&self) -> impl Iterator<Item = u8> {
        self.words.iter().flat_map(|(_, word)| word.bytes())
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Text) -> bool {
        (self.digest, self.length) == (other.digest, other.length) && self.bytes().eq(other.bytes())
    }
}

impl Eq for Text {}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.digest, self.length).hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::Text;

    fn text(words: &[&str]) -> Text {
        let mut text = Text::default();
        words.iter().for_each(|word| text.append(&(*word).into()));
        text
    }

    #[test]
    fn what_it_says_and_not_how_it_was_written_counts() {
        let one = text(&["ab", "c"]);
        assert!(one == text(&["a", "bc"]) && one.is("abc") && text(&[]).is(""));
        assert!(
            one != text(&["ac", "b"]) && one != text(&["ab"]) && !one.is("abd") && !one.is("ab") && !one.is("abcd")
        );
        assert_eq!(one.last().map(|word| &**word), Some("c"));
    }
}
