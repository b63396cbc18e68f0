//! What the signs now on stage mean. While the run plays, what comes and goes stays for some seconds, so that nothing flickers.

use litemap::LiteMap;

use yew::{Html, Properties, component, html, use_mut_ref};

use crate::describe::{Admission, Certainty, Shape, Standing};
use crate::lab::frame::{Frame, Health, Outcome};
use crate::page::driver::performance_now;
use crate::page::panels::{glyph, sign};
use crate::page::stage::draw::label::has_positions;
use crate::page::stage::draw::tally::given;
use crate::page::state::seen::Seen;
use crate::page::words::Words;

#[derive(Properties, PartialEq)]
pub struct LegendProps {
    pub seen: Seen,
    pub playing: bool,
    /// Lines that have room: rows of two, or three lines in one column.
    pub most: usize,
    pub words: &'static Words,
}

const STAYS_MS: f64 = 4_000.0;

/// A line of the legend: the protocol's own, by its place, or one of the page's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Line {
    Message(usize),
    Own(&'static str),
}

impl Line {
    /// It comes and goes by itself; anything else is so until something ends it.
    fn is_passing(self) -> bool {
        matches!(self, Line::Message(_) | Line::Own("timer"))
    }
}

#[component]
pub fn Legend(props: &LegendProps) -> Html {
    let LegendProps { seen, playing, most, words } = props;
    let last_seen = use_mut_ref(LiteMap::<Line, f64>::new);
    let run = use_mut_ref(|| 0);
    let now = performance_now();
    let frame = &seen.frame;
    let mut times = last_seen.borrow_mut();
    if run.replace(seen.timeline.revision) != seen.timeline.revision {
        times.clear();
    }
    for line in order(frame) {
        if is_on_stage(frame, line) {
            times.insert(line, now);
        } else if !(*playing && line.is_passing()) {
            times.remove(&line);
        }
    }
    times.retain(|_, time| now - *time < STAYS_MS);
    let shown: Vec<Line> = order(frame).into_iter().filter(|line| times.contains_key(line)).take(*most).collect();
    if shown.is_empty() {
        return Html::default();
    }
    let row = |line: Line| match line {
        Line::Message(i) => {
            let line = &frame.legend[i];
            html! { <li key={line.words.clone()}>{ glyph(line.shape, line.fill) }{ &line.words }</li> }
        }
        Line::Own(name) => html! { <li key={name}>{ sign(name) }{ own_words(name, words) }</li> },
    };
    html! { <ul class="legend" aria-label={words.legend}>{ for shown.into_iter().map(row) }</ul> }
}

/// The page's own signs, the ones that tell most first.
const OWN: [&str; 22] = [
    "cut",
    "unknown",
    "key",
    "key-hatched",
    "key-dashed",
    "turn",
    "refused",
    "let-in",
    "doubt",
    "settled",
    "undone",
    "open",
    "paused",
    "needle",
    "inward",
    "tally",
    "wait",
    "old",
    "joining",
    "observer",
    "disk",
    "positions",
];

/// Which line gives way to which: what is broken or being decided comes first, the routine and the timers last.
fn order(frame: &Frame) -> Vec<Line> {
    let lines = |routine: bool| {
        let of_kind = move |i: &usize| (frame.legend[*i].shape == Shape::Routine) == routine;
        (0..frame.legend.len()).filter(of_kind).map(Line::Message)
    };
    let own = OWN.into_iter().map(Line::Own);
    let (urgent, rest): (Vec<Line>, Vec<Line>) = own.partition(|line| matches!(line, Line::Own("cut" | "unknown")));
    urgent
        .into_iter()
        .chain(lines(false).take(3))
        .chain(rest)
        .chain(lines(false).skip(3))
        .chain([Line::Own("looking")])
        .chain(lines(true))
        .chain([Line::Own("timer")])
        .collect()
}

fn is_on_stage(frame: &Frame, line: Line) -> bool {
    let views = || frame.nodes.iter().filter(|node| node.health == Health::Up).map(|node| &node.view);
    let stands = |standing: Standing| views().any(|view| view.standing == standing);
    match line {
        Line::Message(i) => {
            let line = &frame.legend[i];
            frame.flights.iter().any(|flight| flight.tag.shape == line.shape && flight.tag.fill == line.fill)
        }
        Line::Own("cut") => frame.links.iter().any(|link| link.a_to_b.cut || link.b_to_a.cut),
        Line::Own("unknown") => frame.operations.iter().any(|operation| operation.outcome == Outcome::Unknown),
        Line::Own("needle") => frame.nodes.iter().any(|node| node.view.vote_for.is_some_and(|other| other != node.id)),
        Line::Own("inward") => frame.nodes.iter().any(|node| node.view.vote_for == Some(node.id)),
        Line::Own("tally") => {
            views().any(|view| view.vote_for.is_some() && view.tallies.first().is_some_and(|tally| given(tally) > 1))
        }
        Line::Own("wait") => views().any(|view| view.vote_for.is_some() && !view.gauges.is_empty()),
        Line::Own("looking") => stands(Standing::Looking),
        Line::Own("old") => stands(Standing::Alone),
        Line::Own("joining") => views().any(|view| matches!(view.standing, Standing::Joining(_))),
        Line::Own("observer") => stands(Standing::Observer),
        Line::Own("disk") => {
            let down = |health: Health| health.is_down();
            frame.nodes.iter().any(|node| down(node.health) && node.view.lane.is_some())
        }
        Line::Own("positions") => views().any(has_positions),
        Line::Own("key") => has_key(frame, Certainty::Settled),
        Line::Own("key-hatched") => has_key(frame, Certainty::Uncertain),
        Line::Own("key-dashed") => has_key(frame, Certainty::Waiting),
        Line::Own("turn") => {
            views().flat_map(|view| &view.queues).any(|queue| !queue.waiters.is_empty() && queue.next_token.is_some())
        }
        Line::Own("refused") => has_stamp(frame, Admission::Refused),
        Line::Own("let-in") => has_stamp(frame, Admission::Violation),
        Line::Own("doubt") => has_emblem(frame, Certainty::Uncertain),
        Line::Own("settled") => has_emblem(frame, Certainty::Settled),
        Line::Own("undone") => has_emblem(frame, Certainty::Refused),
        Line::Own("open") => has_emblem(frame, Certainty::Open),
        Line::Own("paused") => frame.nodes.iter().any(|node| node.health == Health::Paused),
        Line::Own(_) => views().any(|view| view.vote_for.is_none() && !view.gauges.is_empty()),
    }
}

/// Someone has, believes in or is offered what has a token.
fn has_key(frame: &Frame, certainty: Certainty) -> bool {
    let views = || frame.nodes.iter().map(|node| &node.view);
    let beliefs = views().flat_map(|view| &view.beliefs).map(|belief| belief.certainty);
    let holders = views().flat_map(|view| &view.queues).flat_map(|queue| &queue.holders);
    let with_tokens = holders.filter(|holder| holder.token.is_some()).map(|holder| holder.certainty);
    beliefs.chain(with_tokens).any(|other| other == certainty)
}

fn has_stamp(frame: &Frame, admission: Admission) -> bool {
    let strips = frame.nodes.iter().filter_map(|node| node.view.strip.as_ref());
    strips.flat_map(|strip| &strip.stamps).any(|stamp| stamp.admission == admission)
}

fn has_emblem(frame: &Frame, certainty: Certainty) -> bool {
    frame.nodes.iter().filter_map(|node| node.view.emblem.as_ref()).any(|emblem| emblem.certainty == certainty)
}

fn own_words(name: &str, words: &Words) -> &'static str {
    match name {
        "cut" => words.lane_cut,
        "unknown" => words.unknown,
        "needle" => words.votes_for,
        "inward" => words.votes_itself,
        "tally" => words.tally,
        "wait" => words.final_wait,
        "looking" => words.looking,
        "old" => words.lone_leader,
        "joining" => words.catching_up,
        "observer" => words.observing,
        "disk" => words.its_disk,
        "positions" => words.positions,
        "key" => words.holds,
        "key-hatched" => words.believes,
        "key-dashed" => words.is_offered,
        "turn" => words.place_in_line,
        "refused" => words.write_refused,
        "let-in" => words.write_let_in,
        "doubt" => words.in_doubt,
        "settled" => words.committed,
        "undone" => words.undone,
        "open" => words.at_work,
        "paused" => words.paused,
        _ => words.timer,
    }
}
