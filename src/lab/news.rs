//! Which marks are news: what was reached before is reached again and again, until something is done to the cluster.

use super::wire::{Mark, MarkKind};

/// One for each mark, in their order.
pub fn news(marks: &[Mark]) -> Vec<bool> {
    let mut known: Vec<&str> = Vec::new();
    let mut news = Vec::with_capacity(marks.len());
    for mark in marks {
        let words = mark.words.as_str();
        let again = mark.kind == MarkKind::Milestone && known.contains(&words);
        match mark.kind {
            MarkKind::Milestone if !again => known.push(words),
            MarkKind::Fault => known.clear(),
            MarkKind::Milestone | MarkKind::Violation | MarkKind::Say => {}
        }
        news.push(!again);
    }
    news
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::frame::Position;

    #[test]
    fn what_is_reached_again_is_no_news_before_the_next_fault() {
        let mark = |kind, words: &str| Mark { at: Position::default(), words: words.to_owned(), kind };
        let reached = |words| mark(MarkKind::Milestone, words);
        let marks = [
            reached("n1 leads"),
            reached("n1 commits"),
            reached("n1 commits"),
            mark(MarkKind::Say, "look"),
            reached("n1 commits"),
            mark(MarkKind::Fault, "crash n1"),
            mark(MarkKind::Fault, "heal"),
            reached("n1 commits"),
        ];
        assert_eq!(news(&marks), [true, true, false, true, false, true, true, true]);
    }
}
