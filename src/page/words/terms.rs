//! Terms of art, each with its sentence: found in whatever a protocol says, and explained where they stand.

use std::rc::Rc;

use yew::{Html, Properties, component, html, use_context};

use crate::page::state::State;

/// The names of the system that runs, for every component below the app.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names(Rc<Vec<(String, String)>>);

impl Names {
    /// Of the system that is on screen; the same allocation as long as it is the same.
    pub fn of(state: &State) -> Names {
        let system = state.seen.as_ref().map(|seen| seen.run.system.as_str());
        let card =
            state.catalog.iter().flat_map(|catalog| catalog.iter()).find(|card| Some(card.name.as_str()) == system);
        Names(card.map(|card| Rc::new(card.names.clone())).unwrap_or_default())
    }

    /// A text as pieces, each with the sentence of the term that it is.
    fn pieces<'a>(&'a self, text: &'a str) -> Vec<(&'a str, Option<&'a str>)> {
        let mut pieces = Vec::new();
        let (mut plain, mut at) = (0, 0);
        while at < text.len() {
            let starts = !text[..at].ends_with(is_spaced);
            let found = starts.then(|| self.term_at(&text[at..])).flatten();
            let Some((length, says)) = found else {
                at += text[at..].chars().next().map_or(1, char::len_utf8);
                continue;
            };
            if at > plain {
                pieces.push((&text[plain..at], None));
            }
            pieces.push((&text[at..at + length], Some(says)));
            at += length;
            plain = at;
        }
        if plain < text.len() {
            pieces.push((&text[plain..], None));
        }
        pieces
    }

    /// The longest term with which a text begins, in the singular or with an s.
    fn term_at(&self, text: &str) -> Option<(usize, &str)> {
        let fits = |term: &str| {
            let same = text.get(..term.len()).is_some_and(|start| start.eq_ignore_ascii_case(term));
            let rest = text.get(term.len()..)?;
            let plural = rest.strip_prefix('s').unwrap_or(rest);
            let ends = |rest: &str| !rest.starts_with(is_spaced);
            match (same, ends(rest), ends(plural)) {
                (true, true, _) => Some(term.len()),
                (true, _, true) => Some(term.len() + 1),
                _ => None,
            }
        };
        let found = self.0.iter().filter_map(|(term, says)| Some((fits(term)?, says.as_str())));
        found.max_by_key(|(length, _)| *length)
    }

    /// The terms in a text with their sentences, a line each: what a title says.
    pub fn explain(&self, text: &str) -> Option<String> {
        let mut lines: Vec<String> = Vec::new();
        for (piece, says) in self.pieces(text) {
            let line = says.map(|says| format!("{piece}: {says}"));
            lines.extend(line.filter(|line| !lines.contains(line)));
        }
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

/// It belongs to a word, in a script that has blanks between words.
fn is_spaced(char: char) -> bool {
    char.is_alphanumeric() && char < '\u{3000}'
}

#[derive(Properties, PartialEq)]
pub struct TermsProps {
    pub text: String,
}

/// A text whose terms of art say what they mean: under the mouse, at the focus, at a touch.
#[component]
pub fn Terms(props: &TermsProps) -> Html {
    let names = use_context::<Names>().unwrap_or_default();
    let piece = |(text, says): (&str, Option<&str>)| match says {
        Some(says) => html! { <dfn tabindex="0" title={says.to_string()}>{ text }</dfn> },
        None => html! { { text } },
    };
    html! { <>{ for names.pieces(&props.text).into_iter().map(piece) }</> }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let terms =
            [("epoch", "a reign"), ("current epoch", "the newest"), ("vote", "for whom"), ("SNAP", "the state")];
        Names(Rc::new(terms.map(|(term, says)| (term.to_string(), says.to_string())).to_vec()))
    }

    #[test]
    fn the_longest_term_is_explained() {
        let names = names();
        let pieces = names.pieces("its current epoch, epochs");
        assert_eq!(
            pieces,
            [("its ", None), ("current epoch", Some("the newest")), (", ", None), ("epochs", Some("a reign"))]
        );
    }

    #[test]
    fn a_part_of_a_word_is_no_term() {
        assert_eq!(names().explain("devoted, snapshot, pivotes"), None);
        assert_eq!(
            names().explain("Votes n5, SNAP 40 %, votes").as_deref(),
            Some("Votes: for whom\nSNAP: the state\nvotes: for whom")
        );
    }

    #[test]
    fn terms_of_a_script_without_blanks_are_found() {
        let names = Names(Rc::new(vec![("纪元".to_string(), "任期".to_string())]));
        assert_eq!(names.pieces("新纪元是 2"), [("新", None), ("纪元", Some("任期")), ("是 2", None)]);
    }

    #[test]
    fn texts_of_other_scripts_are_left_whole() {
        assert_eq!(names().pieces("票 é"), [("票 é", None)]);
    }
}
