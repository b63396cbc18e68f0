//! Who waits for whom: as a sentence where nobody will come, and as boxes with arrows.

use yew::{Html, html};

use crate::describe::{NodeId, Party, WaitsFor};
use crate::lab::frame::Frame;
use crate::page::state::selection::name;
use crate::page::words::{Words, fill};

pub fn party_name(frame: &Frame, party: &Party) -> String {
    let own = || party.node.map(|id| name(frame, id).to_string()).unwrap_or_default();
    if party.name.is_empty() { own() } else { party.name.clone() }
}

/// "Blocked: …", each reason once.
pub fn blocked(frame: &Frame, words: &'static Words) -> Html {
    let mut reasons: Vec<&str> = Vec::new();
    for reason in frame.waits.iter().filter_map(|wait| wait.blocked.as_deref()) {
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    if reasons.is_empty() {
        return Html::default();
    }
    html! {
        <section class="blocked">
            { for reasons.into_iter().take(2).map(|reason| html! { <p><strong>{ format!("{}: ", words.blocked) }</strong>{ reason }</p> }) }
        </section>
    }
}

/// A box of the picture: its name, how it stands, and in which column.
struct Block {
    name: String,
    words: String,
    column: usize,
    row: usize,
}

#[derive(Default)]
struct Picture {
    blocks: Vec<Block>,
    arrows: Vec<(usize, usize)>,
    /// Blocks that wait for one another in a circle.
    circle: Vec<usize>,
}

impl Picture {
    /// There is something to see, and not too much.
    fn is_drawn(&self) -> bool {
        !self.arrows.is_empty() && self.blocks.len() <= MOST_BLOCKS
    }

    fn of(frame: &Frame, waits: &[&WaitsFor]) -> Picture {
        let mut picture = Picture::default();
        for wait in waits {
            let from = picture.block(party_name(frame, &wait.who), &wait.who.words);
            let names: Vec<String> = wait.from.iter().map(|party| party_name(frame, party)).collect();
            let waits_too = |name: &String| waits.iter().any(|other| party_name(frame, &other.who) == *name);
            let is_crowd = names.len() > 2 && wait.from.iter().all(|party| party.words == wait.from[0].words);
            if is_crowd && !names.iter().any(waits_too) {
                // Many of whom nothing more is to be said are one box.
                picture.point(from, names.join(" "), &wait.from[0].words);
                continue;
            }
            for (name, party) in names.into_iter().zip(&wait.from) {
                picture.point(from, name, &party.words);
            }
        }
        let stuck = never_freed(frame, waits);
        let in_circle = |block: &usize| stuck.contains(&picture.blocks[*block].name) && picture.reaches(*block, *block);
        picture.circle = (0..picture.blocks.len()).filter(in_circle).collect();
        picture.arrange();
        picture
    }

    fn point(&mut self, from: usize, name: String, words: &str) {
        let to = self.block(name, words);
        if from != to && !self.arrows.contains(&(from, to)) {
            self.arrows.push((from, to));
        }
    }

    fn block(&mut self, name: String, words: &str) -> usize {
        if let Some(known) = self.blocks.iter().position(|block| block.name == name) {
            // Whoever waits says more of itself than whoever waits for it.
            if self.blocks[known].words.is_empty() {
                self.blocks[known].words = words.to_string();
            }
            return known;
        }
        self.blocks.push(Block { name, words: words.to_string(), column: 0, row: 0 });
        self.blocks.len() - 1
    }

    fn reaches(&self, from: usize, goal: usize) -> bool {
        let (mut seen, mut open) = (Vec::new(), vec![from]);
        while let Some(next) = open.pop() {
            for &(_, to) in self.arrows.iter().filter(|(start, _)| *start == next) {
                if to == goal {
                    return true;
                }
                if !seen.contains(&to) {
                    seen.push(to);
                    open.push(to);
                }
            }
        }
        false
    }

    /// Each block stands right of all that wait for it, as far as no circle forbids it.
    fn arrange(&mut self) {
        for _ in 0..self.blocks.len().min(4) {
            for &(from, to) in &self.arrows {
                let behind = self.blocks[from].column + 1;
                if !(self.circle.contains(&from) && self.circle.contains(&to)) && behind < 4 {
                    self.blocks[to].column = self.blocks[to].column.max(behind);
                }
            }
        }
        // A circle stands side by side, right of all that wait for any of it.
        let first = self.circle.iter().map(|&block| self.blocks[block].column).max().unwrap_or_default();
        for (place, &block) in self.circle.iter().enumerate() {
            self.blocks[block].column = first + place % 3;
        }
        let mut filled = [0_usize; 8];
        for block in &mut self.blocks {
            block.row = filled[block.column.min(7)];
            filled[block.column.min(7)] += 1;
        }
    }
}

/// Those that nobody frees as long as each of them waits: of whom they wait for, too few are not among them.
fn never_freed(frame: &Frame, waits: &[&WaitsFor]) -> Vec<String> {
    let name = |party: &Party| party_name(frame, party);
    let mut stuck: Vec<String> = waits.iter().map(|wait| name(&wait.who)).collect();
    loop {
        let free = |wait: &&&WaitsFor| {
            wait.from.iter().filter(|party| !stuck.contains(&name(party))).count() >= wait.needs as usize
        };
        let freed: Vec<String> = waits.iter().filter(free).map(|wait| name(&wait.who)).collect();
        let before = stuck.len();
        stuck.retain(|name| !freed.contains(name));
        if stuck.len() == before {
            return stuck;
        }
    }
}

const MOST_BLOCKS: usize = 12;
const HIGH: f64 = 44.0;
/// From box to box, where there are more than two columns and where there are not.
const ACROSS: [f64; 2] = [128.0, 180.0];
/// How much of that lies between them.
const FREE: f64 = 32.0;
/// About as wide as a letter is.
const LETTER: f64 = 6.4;
const DOWN: f64 = 56.0;

/// Boxes and arrows; `note` stands beside the heading.
fn graph(picture: &Picture, heading: &'static str, note: &str) -> Html {
    let columns = picture.blocks.iter().map(|block| block.column).max().unwrap_or(0);
    let rows = picture.blocks.iter().map(|block| block.row).max().unwrap_or(0);
    let across = ACROSS[usize::from(columns < 2)];
    let wide = across - FREE;
    let (width, height) = (across * columns as f64 + wide + 4.0, DOWN * rows as f64 + HIGH + 22.0);
    let in_column = |column: usize| picture.blocks.iter().filter(|block| block.column == column).count();
    let corner = |block: &Block| {
        let free = (rows + 1 - in_column(block.column).min(rows + 1)) as f64 * DOWN / 2.0;
        (2.0 + across * block.column as f64, 8.0 + free + DOWN * block.row as f64)
    };
    let arrow = |&(from, to): &(usize, usize)| {
        let (one, other) = (&picture.blocks[from], &picture.blocks[to]);
        let ((ax, ay), (bx, by)) = (corner(one), corner(other));
        let round = picture.circle.contains(&from) && picture.circle.contains(&to);
        let path = if other.column > one.column {
            let (x1, y1, x2, y2) = (ax + wide, ay + HIGH / 2.0, bx - 5.0, by + HIGH / 2.0);
            format!("M{x1:.1} {y1:.1}C{:.1} {y1:.1} {:.1} {y2:.1} {x2:.1} {y2:.1}", x1 + 14.0, x2 - 16.0)
        } else {
            // Back, under the boxes.
            let low = ay.max(by) + HIGH + 14.0;
            let (x1, x2) = (ax + wide / 2.0, bx + wide / 2.0);
            format!("M{x1:.1} {:.1}C{x1:.1} {low:.1} {x2:.1} {low:.1} {x2:.1} {:.1}", ay + HIGH, by + HIGH + 5.0)
        };
        html! { <path class={if round { "arrow round" } else { "arrow" }} d={path} marker-end="url(#arrow-head)" /> }
    };
    let block = |(i, block): (usize, &Block)| {
        let (x, y) = corner(block);
        let class = if picture.circle.contains(&i) { "block round" } else { "block" };
        let middle = x + wide / 2.0;
        html! {
            <g {class}>
                <rect x={x.to_string()} y={y.to_string()} width={wide.to_string()} height={HIGH.to_string()} rx="5" />
                <text class="name" x={middle.to_string()} y={(y + 18.5).to_string()}>{ &block.name }</text>
                <text x={middle.to_string()} y={(y + 34.5).to_string()}>{ shortened(&block.words, (wide / LETTER) as usize) }<title>{ &block.words }</title></text>
            </g>
        }
    };
    let says: Vec<String> = picture
        .arrows
        .iter()
        .map(|(from, to)| format!("{} → {}", picture.blocks[*from].name, picture.blocks[*to].name))
        .collect();
    html! {
        <section class="wait-graph">
            <div class="line-head"><span>{ heading }</span><span class="right">{ note }</span></div>
            <svg role="img" aria-label={says.join(", ")} viewBox={format!("0 0 {width} {height}")} style={format!("max-width:{width}px")}>
                <defs><marker id="arrow-head" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0.6 7 4 0 7.4z" /></marker></defs>
                { for picture.arrows.iter().map(arrow) }
                { for picture.blocks.iter().enumerate().map(block) }
            </svg>
        </section>
    }
}

fn shortened(words: &str, most: usize) -> String {
    let count = words.chars().count();
    if count <= most { words.to_string() } else { words.chars().take(most - 1).chain(['…']).collect() }
}

/// Of whom there is a picture: all that are blocked, and who waits behind them. Of one alone the sentence says enough.
pub struct Stuck<'f> {
    pub waits: Vec<&'f WaitsFor>,
    picture: Picture,
}

impl<'f> Stuck<'f> {
    pub fn of(frame: &'f Frame) -> Option<Stuck<'f>> {
        let stuck: Vec<&WaitsFor> = frame.waits.iter().filter(|wait| wait.blocked.is_some()).collect();
        let is_stuck =
            |party: &&Party| stuck.iter().any(|wait| party_name(frame, &wait.who) == party_name(frame, party));
        let is_behind = |wait: &&WaitsFor| {
            let held_up = wait.from.iter().filter(is_stuck).count();
            wait.blocked.is_none() && held_up > 0 && wait.from.len() - held_up < wait.needs as usize
        };
        let waits: Vec<&WaitsFor> = frame.waits.iter().filter(is_behind).chain(stuck.iter().copied()).collect();
        let picture = Picture::of(frame, &waits);
        (waits.len() > 1 && picture.is_drawn()).then_some(Stuck { waits, picture })
    }

    pub fn graph(&self, words: &'static Words) -> Html {
        let choice = self.waits.iter().find(|wait| wait.blocked.is_some() && wait.from.len() > 1);
        let note = match (self.picture.circle.is_empty(), choice.map(|wait| wait.needs)) {
            (false, _) => words.in_a_circle.to_owned(),
            (true, Some(1)) => words.any_one_frees.to_owned(),
            (true, Some(needs)) => fill(words.so_many_free, &[&needs]),
            (true, None) => String::new(),
        };
        graph(&self.picture, words.waits_for, &note)
    }
}

/// `n1 or n2`, `2 of n1, n2, n3`, or all of them.
pub fn choice(words: &Words, wait: &WaitsFor, from: &[String]) -> String {
    match wait.needs as usize {
        0 | 1 => from.join(words.or),
        needs if needs >= from.len() => from.join(words.and),
        needs => fill(words.so_many_of, &[&needs, &from.join(", ")]),
    }
}

/// "What would unblock this?": for a node that waits.
pub fn unblocking(frame: &Frame, id: NodeId, process: Option<&str>, words: &'static Words) -> Html {
    let is_its = |who: &Party| who.node == Some(id) && process.is_none_or(|process| who.name.ends_with(process));
    let here: Vec<&WaitsFor> = frame.waits.iter().filter(|wait| is_its(&wait.who)).collect();
    if here.is_empty() {
        return Html::default();
    }
    let answer = |wait: &&WaitsFor| {
        let who = party_name(frame, &wait.who);
        let from: Vec<String> = wait
            .from
            .iter()
            .map(|party| match party.words.as_str() {
                "" => party_name(frame, party),
                how => format!("{} ({how})", party_name(frame, party)),
            })
            .collect();
        let from = if from.is_empty() { words.nobody_known.to_string() } else { choice(words, wait, &from) };
        html! { <li>{ fill(words.waits_from, &[&who, &wait.what, &from]) }</li> }
    };
    html! {
        <section class="unblocking">
            <h3 class="caption">{ words.what_would_unblock }</h3>
            <ul>{ for here.iter().take(4).map(answer) }</ul>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(who: &str, from: &[&str]) -> WaitsFor {
        let from = from.iter().map(|name| Party::new(*name, "", None)).collect();
        WaitsFor { who: Party::new(who, "", None), what: String::new(), from, needs: 1, blocked: None }
    }

    #[test]
    fn whoever_is_waited_for_stands_to_the_right() {
        let waits = [wait("T8", &["T7 at n1"]), wait("T7 at n1", &["t1", "n3"])];
        let picture = Picture::of(&Frame::default(), &waits.iter().collect::<Vec<_>>());
        let columns: Vec<(&str, usize, usize)> =
            picture.blocks.iter().map(|block| (block.name.as_str(), block.column, block.row)).collect();
        assert_eq!(columns, [("T8", 0, 0), ("T7 at n1", 1, 0), ("t1", 2, 0), ("n3", 2, 1)]);
        assert!(picture.circle.is_empty());
    }

    #[test]
    fn many_of_whom_no_more_is_said_are_one_box() {
        let boxes = |waits: &[WaitsFor]| {
            let picture = Picture::of(&Frame::default(), &waits.iter().collect::<Vec<_>>());
            picture.blocks.into_iter().map(|block| block.name).collect::<Vec<_>>()
        };
        assert_eq!(boxes(&[wait("n5", &["n2", "n3", "n4"])]), ["n5", "n2 n3 n4"]);
        assert_eq!(boxes(&[wait("n5", &["n2", "n3"])]), ["n5", "n2", "n3"]);
        let behind = [wait("n5", &["n2", "n3", "n4"]), wait("n4", &["n1"])];
        assert_eq!(boxes(&behind), ["n5", "n2", "n3", "n4", "n1"], "one of them waits itself");
    }

    #[test]
    fn a_circle_is_found() {
        let waits = [wait("c1", &["c2"]), wait("c2", &["c1"]), wait("c3", &["c1"])];
        let picture = Picture::of(&Frame::default(), &waits.iter().collect::<Vec<_>>());
        assert_eq!(picture.circle, [0, 1]);
        assert_ne!(picture.blocks[0].column, picture.blocks[1].column);
    }
}
