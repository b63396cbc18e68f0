//! What answers give away of the order of appends: where every text that was put or appended can be told apart in an
//! answer and was written once, an answer says directly behind which other it was written.

use std::collections::BTreeMap;
use std::iter;

use crate::machines::key_value::Word;
use crate::sorting::sort;

/// A word, by its place among all.
pub(super) type Place = usize;

/// For one key.
pub(super) struct Spelling {
    /// Sorted, none the beginning of another: so a text is made of them in one way.
    words: Vec<Word>,
    /// What stands behind a word in an answer.
    next: BTreeMap<Place, Place>,
    /// What stands before it, or that nothing does.
    before: BTreeMap<Place, Option<Place>>,
    /// No two answers differ in what stands before or behind a word.
    is_consistent: bool,
}

impl Spelling {
    /// Of all that was written under a key, and what there was at the start; none where answers could be read in two ways.
    pub fn new<'a>(
        written: impl IntoIterator<Item = &'a Word>,
        answers: impl IntoIterator<Item = &'a Word>,
    ) -> Option<Self> {
        let mut words: Vec<Word> = written.into_iter().cloned().collect();
        sort(&mut words);
        let is_told_apart = words.windows(2).all(|pair| !pair[1].starts_with(&*pair[0]));
        if !is_told_apart || words.first().is_some_and(|word| word.is_empty()) {
            return None;
        }
        let mut spelling = Spelling::of(words);
        for answer in answers {
            spelling.is_consistent &= spelling.read(answer);
        }
        Some(spelling)
    }

    fn of(words: Vec<Word>) -> Spelling {
        Spelling { words, next: BTreeMap::new(), before: BTreeMap::new(), is_consistent: true }
    }

    /// Takes in what an answer says; false if it is made of other words, which no order explains, or contradicts one before
    /// it: each word is there once.
    fn read(&mut self, answer: &str) -> bool {
        let Some(words) = self.spell(answer) else { return false };
        let mut agrees = true;
        let mut last = None;
        for word in words {
            agrees &= *self.before.entry(word).or_insert(last) == last;
            if let Some(last) = last {
                agrees &= *self.next.entry(last).or_insert(word) == word;
            }
            last = Some(word);
        }
        agrees
    }

    /// Which of these answers is the first that contradicts those before it.
    pub fn contradiction<'a>(&self, answers: impl IntoIterator<Item = &'a Word>) -> Option<usize> {
        let mut heard = Spelling::of(self.words.clone());
        answers.into_iter().position(|answer| !heard.read(answer))
    }

    /// The words that were seen, each before what was written directly behind it, in chains; none where answers contradict
    /// each other.
    pub fn chains(&self) -> Option<Vec<Vec<Place>>> {
        let firsts = self.before.iter().filter(|(_, before)| before.is_none());
        let chain = |first: Place| iter::successors(Some(first), |word| self.next.get(word).copied()).collect();
        self.is_consistent.then(|| firsts.map(|(first, _)| chain(*first)).collect())
    }

    pub fn place(&self, word: &str) -> Option<Place> {
        self.words.binary_search_by(|other| (**other).cmp(word)).ok()
    }

    pub fn spell(&self, text: &str) -> Option<Vec<Place>> {
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

    /// Whether no answer speaks against putting this where a text ends with that word, or there is none.
    pub fn allows_put(&self, last: Option<&Word>, word: &str) -> bool {
        let is_seen_behind = self.place(word).and_then(|word| self.before.get(&word)).is_some_and(Option::is_some);
        !is_seen_behind && !self.is_followed(last)
    }

    /// Something was seen behind it, which has to come there first.
    fn is_followed(&self, last: Option<&Word>) -> bool {
        last.and_then(|last| self.place(last)).is_some_and(|last| self.next.contains_key(&last))
    }

    /// Whether no answer speaks against appending this to a text that ends with that word, or to none.
    pub fn allows(&self, last: Option<&Word>, word: &str) -> bool {
        let Some(word) = self.place(word) else { return true };
        match self.before.get(&word) {
            Some(before) => *before == last.and_then(|last| self.place(last)),
            None => !self.is_followed(last),
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
