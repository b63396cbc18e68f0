//! What happened, in sentences; the speaker speaks them to those who listen.

use yew::{Callback, Html, html};

use super::icon;
use crate::describe::Time;
use crate::lab::frame::Position;
use crate::lab::wire::{SentenceKind, Stretch};
use crate::page::intent::Intent;
use crate::page::state::seen::Seen;
use crate::page::words::Words;
use crate::page::words::digits;

/// The newest comes last and stays in sight, unless somebody scrolled back; on a phone it comes first.
pub fn narration(words: &'static Words, seen: &Seen, narrow: bool, on: &Callback<Intent>) -> Html {
    let last = seen.narration.len().saturating_sub(1);
    html! {
        <section class="narration">
            <div class="line-head"><span>{ words.what_happened }</span><span class="right">{ words.select_hint }</span></div>
            if seen.narration.is_empty() { <p class="dim">{ words.nothing_yet }</p> }
            <div class="sentences" tabindex={(!narrow).then_some("0")} role="group" aria-label={words.what_happened}>
                <ol>
                    { for in_order(seen.narration.iter().enumerate().collect(), narrow).into_iter().map(|(i, sentence)| {
                        let at = sentence.at;
                        // The same may be said twice at one instant.
                        let nth = seen.narration[..i].iter().filter(|other| *other == sentence).count();
                        let class = match sentence.kind {
                            SentenceKind::Said => "said",
                            SentenceKind::Violated => "violated",
                            _ if i == last => "newest",
                            _ => "",
                        };
                        html! {
                            <li {class} key={format!("{}-{}-{nth}", at.0, sentence.words)}>
                                <button onclick={Intent::Seek(Position::at(at)).on_click(on)}>{ format!("{} s", digits::stamp(at)) }</button>
                                <span>{ (sentence.kind == SentenceKind::Violated).then(|| icon("warning")) }{ &sentence.words }</span>
                            </li>
                        }
                    }) }
                </ol>
            </div>
        </section>
    }
}

/// On a phone the newest comes first, where the sheet shows it.
fn in_order<T>(mut sentences: Vec<T>, narrow: bool) -> Vec<T> {
    if narrow {
        sentences.reverse();
    }
    sentences
}

/// The sentence of the moment: what the scenario says, until the beat in which it says so is over, or else the newest.
pub fn caption(seen: &Seen) -> &str {
    let said = seen.narration.iter().rev().find(|sentence| sentence.kind == SentenceKind::Said);
    let said = said.filter(|sentence| sentence.at >= beat(&seen.timeline.story, seen.frame.at.time));
    said.or(seen.narration.last()).map_or(&seen.run.caption, |sentence| &sentence.words)
}

/// Since when what happens now, or was the last to happen, goes on.
fn beat(story: &[Stretch], now: Time) -> Time {
    let behind = story.iter().take_while(|stretch| stretch.until < now).count();
    let last = story.iter().take(behind + 1).rposition(|stretch| !stretch.silence).unwrap_or(0);
    last.checked_sub(1).map_or(Time::ZERO, |before| story[before].until)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silence_belongs_to_the_beat_before_it() {
        let stretch = |until, silence| Stretch { until: Time(until), screen_ms: 100, silence, beat: !silence };
        let story = [stretch(10, true), stretch(20, false), stretch(30, false), stretch(90, true), stretch(95, false)];
        let since = |now| beat(&story, Time(now)).0;
        assert_eq!([5, 15, 25, 30, 60, 90, 93, 200].map(since), [0, 10, 20, 20, 20, 20, 90, 90]);
    }
}
