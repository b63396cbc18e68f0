//! What answers give away of the order of appends: where every text that was put or appended can be told apart in an
//! answer and was written once, an answer says directly behind which other it was written.

use std::collections::{BTreeMap, BTreeSet};

use crate::machines::key_value::Word;

/// For one key.
pub(super) struct Spelling {
    /// Sorted, none the beginning of another: so a text is made of them in one way.
    words: Vec<Word>,
    /// How long they are.
    lengths: BTreeSet<usize>,
    /// What something stands behind in an answer, by places among the words.
    followed: BTreeSet<usize>,
    /// What stands before it, or that nothing does.
    before: BTreeMap<usize, Option<usize>>,
}

impl Spelling {
    /// Of all that was written under a key, and what there was at the start; none where answers could be read in two ways.
    pub fn new<'a>(
        written: impl IntoIterator<Item = &'a Word>,
        answers: impl IntoIterator<Item = &'a Word>,
    ) -> Option<Self> {
        let mut words: Vec<Word> = written.into_iter().cloned().collect();
        words.sort_unstable();
        let is_told_apart = words.windows(2).all(|pair| !pair[1].starts_with(&*pair[0]));
        if !is_told_apart || words.first().is_some_and(|word| word.is_empty()) {
            return None;
        }
        let lengths = words.iter().map(|word| word.len()).collect();
        let mut spelling = Spelling { words, lengths, followed: BTreeSet::new(), before: BTreeMap::new() };
        for answer in answers {
            // What is made of other words no order explains.
            let Some(words) = spelling.spell(answer) else { continue };
            let mut last = None;
            for word in words {
                spelling.before.entry(word).or_insert(last);
                spelling.followed.extend(last);
                last = Some(word);
            }
        }
        Some(spelling)
    }

    fn place(&self, word: &str) -> Option<usize> {
        self.words.binary_search_by(|other| (**other).cmp(word)).ok()
    }

    fn spell(&self, text: &str) -> Option<Vec<usize>> {
        let mut rest = text;
        let mut spelled = Vec::new();
        while !rest.is_empty() {
            let end = self.words.partition_point(|word| **word <= *rest);
            let word = end.checked_sub(1)?;
            rest = rest.strip_prefix(&*self.words[word])?;
            spelled.push(word);
        }
        Some(spelled)
    }

    /// Whether no answer speaks against appending this to the text that there is, as far as its end tells.
    pub fn allows(&self, text: &str, word: &str) -> bool {
        let Some(word) = self.place(word) else { return true };
        match self.before.get(&word) {
            Some(Some(before)) => text.ends_with(&*self.words[*before]),
            Some(None) => text.is_empty(),
            None => {
                self.followed.is_empty()
                    || text.is_empty()
                    || self.ends(text).any(|last| !self.followed.contains(&last))
            }
        }
    }

    /// The words that a text may end with.
    fn ends(&self, text: &str) -> impl Iterator<Item = usize> {
        let end = |length: &usize| self.place(text.get(text.len().checked_sub(*length)?..)?);
        self.lengths.iter().filter_map(end)
    }
}

#[cfg(test)]
mod tests {
    use super::Spelling;
    use crate::machines::key_value::Word;

    fn words(texts: &[&str]) -> Vec<Word> {
        texts.iter().map(|text| (*text).into()).collect()
    }

    #[test]
    fn an_answer_says_what_stands_behind_what() {
        let spelling =
            Spelling::new(&words(&["a1;", "a2;", "b;", "c;"]), &words(&["b;a2;", "a1;"])).expect("told apart");
        assert!(spelling.allows("b;", "a2;") && !spelling.allows("b;", "c;") && !spelling.allows("c;", "a2;"));
        assert!(!spelling.allows("", "a2;") && spelling.allows("", "a1;") && !spelling.allows("c;", "a1;"));
        assert!(spelling.allows("a1;", "c;") && spelling.allows("", "c;"));
    }

    #[test]
    fn what_cannot_be_told_apart_says_nothing() {
        for written in [&["a", "ab"][..], &["a", "a"], &["", "a"]] {
            assert!(Spelling::new(&words(written), &[]).is_none(), "{written:?}");
        }
    }
}
