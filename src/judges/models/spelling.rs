//! What answers give away of the order of appends: where every text that was put or appended can be told apart in an
//! answer and was written once, an answer says directly behind which other it was written.

use std::collections::BTreeMap;

use crate::machines::key_value::Word;

/// For one key.
pub(super) struct Spelling {
    /// Sorted, none the beginning of another: so a text is made of them in one way.
    words: Vec<Word>,
    /// What stands behind a word in an answer, by places among the words.
    behind: BTreeMap<usize, usize>,
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
        let mut spelling = Spelling { words, behind: BTreeMap::new(), before: BTreeMap::new() };
        for answer in answers {
            // What is made of other words no order explains.
            let Some(words) = spelling.spell(answer) else { continue };
            let mut last = None;
            for word in words {
                spelling.before.entry(word).or_insert(last);
                if let Some(last) = last {
                    spelling.behind.entry(last).or_insert(word);
                }
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

    /// Whether no answer speaks against appending this to the text that there is.
    pub fn allows(&self, text: &str, word: &str) -> bool {
        let (Some(word), Some(spelled)) = (self.place(word), self.spell(text)) else { return true };
        let last = spelled.last().copied();
        let fits_behind = last.and_then(|last| self.behind.get(&last)).is_none_or(|behind| *behind == word);
        fits_behind && self.before.get(&word).is_none_or(|before| *before == last)
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
