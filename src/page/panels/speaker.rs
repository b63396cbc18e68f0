//! The one polite live region: what happened, a sentence at a time, and no more than one in two seconds.

use gloo::timers::callback::Timeout;
use yew::{Html, Properties, component, html, use_effect_with, use_mut_ref, use_state_eq};

use super::side::claims;
use crate::describe::NodeId;
use crate::lab::frame::Health;
use crate::page::driver::performance_now;
use crate::page::state::seen::Seen;
use crate::page::state::selection::name;
use crate::page::words::digits;
use crate::page::words::{Words, fill};

#[derive(Properties, PartialEq)]
pub struct SpeakerProps {
    pub words: &'static Words,
    pub seen: Option<Seen>,
    pub playing: bool,
}

const BETWEEN_MS: f64 = 2_000.0;

#[component]
pub fn Speaker(props: &SpeakerProps) -> Html {
    let SpeakerProps { words, seen, playing } = props;
    let spoken = use_state_eq(String::new);
    let last = use_mut_ref(|| f64::MIN);
    let pending = use_mut_ref(|| None::<Timeout>);
    let newest = seen.as_ref().and_then(|seen| {
        if *playing { seen.narration.last().map(|sentence| sentence.words.clone()) } else { Some(summary(words, seen)) }
    });
    {
        let spoken = spoken.setter();
        use_effect_with(newest, move |newest| {
            let Some(sentence) = newest.clone() else { return };
            let wait = (*last.borrow() + BETWEEN_MS - performance_now()).max(0.0);
            // Whoever is behind hears the newest alone: a later sentence takes the place of one that waits.
            *pending.borrow_mut() = Some(Timeout::new(wait as u32, move || {
                *last.borrow_mut() = performance_now();
                spoken.set(sentence);
            }));
        });
    }
    html! { <p class="unseen" role="status" aria-live="polite">{ (*spoken).clone() }</p> }
}

/// How things stand when the clock does.
fn summary(words: &Words, seen: &Seen) -> String {
    let frame = &seen.frame;
    let up = |id: &NodeId| frame.nodes.get(usize::from(id.0)).is_some_and(|node| node.health == Health::Up);
    let leader = frame
        .readout
        .leader
        .filter(|id| frame.readout.leaderless.is_some() && up(id))
        .map(|id| fill(words.leads, &[&name(frame, id)]));
    let newest = seen.narration.last().map(|sentence| sentence.words.clone());
    let paused = fill(words.paused_at, &[&digits::stamp(frame.at.time)]);
    [Some(paused), leader, Some(claims(words, frame)), newest]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(words.full_stop)
}
