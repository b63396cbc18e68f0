//! What answers give away of the order of appends: where every text that was put or appended can be told apart in an
//! answer and was written once, an answer says directly behind which other it was written.

use std::collections::{BTreeMap, BTreeSet};

use crate::machines::key_value::Word;

/// For one key.
pub(super) struct Spelling {
    /// Sorted, none the beginning of another: so a text is made of them in one way.
    words: Vec<Word>,
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
        let mut spelling = Spelling { words, followed: BTreeSet::new(), before: BTreeMap::new() };
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

    /// Whether no answer speaks against appending this to a text that ends with that word, or to none.
    pub fn allows(&self, last: Option<&Word>, word: &str) -> bool {
        let Some(word) = self.place(word) else { return true };
        let last = last.and_then(|last| self.place(last));
        match self.before.get(&word) {
            Some(before) => *before == last,
            None => last.is_none_or(|last| !self.followed.contains(&last)),
        }
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
        let allows = |last: &str, word| spelling.allows(Some(&last.into()), word);
        assert!(allows("b;", "a2;") && !allows("b;", "c;") && !allows("c;", "a2;"));
        assert!(!spelling.allows(None, "a2;") && spelling.allows(None, "a1;") && !allows("c;", "a1;"));
        assert!(allows("a1;", "c;") && spelling.allows(None, "c;"));
    }

    #[test]
    fn what_cannot_be_told_apart_says_nothing() {
        for written in [&["a", "ab"][..], &["a", "a"], &["", "a"]] {
            assert!(Spelling::new(&words(written), &[]).is_none(), "{written:?}");
        }
    }
}
