//! One picture of one instant, layer by layer. It is called from the animation frame, outside the virtual DOM.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::brush::{Align, Brush};
use super::palette::Palette;
use super::settling::Settling;
use crate::describe::{Kind, NodeId, Shape, Territory};
use crate::lab::frame::{Flight, Frame, LinkFrame, NodeFrame};
use crate::page::stage::draw::crowd::{MOST_GLYPHS, draw_dot, draw_merged, merged};
use crate::page::stage::draw::flight::{draw_bearings, draw_flight, draw_names, draw_queue_counts};
use crate::page::stage::draw::hand::draw_line;
use crate::page::stage::draw::holdings;
use crate::page::stage::draw::key::{draw_standing, standing_areas};
use crate::page::stage::draw::label::{Block, LabelLook, block, draw_block};
use crate::page::stage::draw::link::{LinkLook, draw_link};
use crate::page::stage::draw::needle::{draw_needle, needle};
use crate::page::stage::draw::node::{NodeLook, draw_node, inbox_area};
use crate::page::stage::draw::operation::{Bubbles, draw_operations};
use crate::page::stage::draw::programs::draw_programs;
use crate::page::stage::draw::queue::draw_queues;
use crate::page::stage::draw::strip::draw_strip;
use crate::page::stage::draw::territory;
use crate::page::stage::hand::severance::is_drawn;
use crate::page::stage::place::arrangement::Arrangement;
use crate::page::stage::place::fan::{Fan, PITCH, USUAL_ROWS};
use crate::page::stage::place::geometry::{Area, Point, Segment, point};
use crate::page::stage::place::labels::{Scene, Wish};
use crate::page::stage::place::layout::{Layout, Place, Screen, lens};
use crate::page::stage::place::reach::Hit;
use crate::page::stage::place::stations::Pattern;
use crate::page::state::selection::Selection;
use crate::page::trail::course::Course;
use crate::page::words::{Words, fill};
use crate::sorting::sorted_by_key;

/// What the picture depends on besides the frame.
#[derive(Clone, PartialEq)]
pub struct Look {
    pub selection: Option<Selection>,
    /// What the selected operation has caused.
    pub course: Option<Rc<Course>>,
    pub hover: Option<Hit>,
    pub moving: bool,
    /// Reduced motion: everything is where it belongs at once.
    pub calm: bool,
    /// Virtual microseconds for a second of screen; none pass while paused.
    pub rate: f64,
    pub words: &'static Words,
    pub arrangement: Arrangement,
    pub screen: Screen,
    /// What a lasso or a knife has drawn so far, and whether it is the knife.
    pub line: Option<(Vec<Point>, bool)>,
}

impl Look {
    pub fn new(words: &'static Words) -> Look {
        Look {
            selection: None,
            course: None,
            hover: None,
            moving: false,
            calm: false,
            rate: 0.0,
            words,
            arrangement: Arrangement::default(),
            screen: Screen::default(),
            line: None,
        }
    }
}

pub struct Painter {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    palette: Palette,
    layout: Layout,
    /// What the layout was made for.
    kinds: Vec<Kind>,
    arrangement: Arrangement,
    screen: Screen,
    /// The canvas in CSS pixels, and how many of its own pixels each is.
    size: (f64, f64),
    ratio: f64,
    settling: Settling,
}

impl Painter {
    pub fn new(canvas: HtmlCanvasElement) -> Option<Painter> {
        let context = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        let palette = Palette::read()?;
        Some(Painter {
            canvas,
            context,
            palette,
            layout: Layout::default(),
            kinds: Vec::new(),
            arrangement: Arrangement::default(),
            screen: Screen::default(),
            size: (0.0, 0.0),
            ratio: 1.0,
            settling: Settling::default(),
        })
    }

    pub fn resize(&mut self, width: f64, height: f64, ratio: f64) {
        self.size = (width, height);
        self.ratio = ratio;
        self.canvas.set_width((width * ratio).round() as u32);
        self.canvas.set_height((height * ratio).round() as u32);
        self.settling.leave(&self.layout);
        self.lay_out();
    }

    /// Has as many pixels as a screen of this ratio; true if it had others.
    pub fn sharpen(&mut self, ratio: f64) -> bool {
        let other = ratio != self.ratio;
        if other {
            self.resize(self.size.0, self.size.1, ratio);
        }
        other
    }

    /// Where everything stood in the last picture.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    fn lens(&self) -> f64 {
        lens(self.screen, self.size.0)
    }

    fn lay_out(&mut self) {
        let (width, height) = (self.size.0 / self.lens(), self.size.1 / self.lens());
        self.layout = Layout::new(self.screen, &self.kinds, width, height).arranged(&self.arrangement);
    }

    pub fn retheme(&mut self) {
        if let Some(palette) = Palette::read() {
            self.palette = palette;
        }
    }

    /// Draws, and says whether something still settles and wants another frame.
    pub fn paint(&mut self, frame: &Frame, look: &Look, milliseconds: f64) -> bool {
        let kinds: Vec<Kind> = frame.nodes.iter().map(|node| node.kind).collect();
        if kinds != self.kinds || look.arrangement != self.arrangement || look.screen != self.screen {
            if kinds != self.kinds {
                self.settling.forget();
            }
            self.kinds = kinds;
            self.arrangement = look.arrangement.clone();
            self.screen = look.screen;
            self.lay_out();
        }
        let mut settling = std::mem::take(&mut self.settling);
        settling.begin(if look.calm { f64::INFINITY } else { milliseconds });
        settling.open(&frame.territories);
        let layout = settling.layout(&self.layout);
        let scale = self.ratio * self.lens();
        let _ = self.context.set_transform(scale, 0.0, 0.0, scale, 0.0, 0.0);
        self.context.clear_rect(0.0, 0.0, layout.width, layout.height);
        let brush = Brush { on: &self.context, palette: &self.palette };
        let picture = Picture { brush: &brush, layout: &layout, frame, look };
        for (territory, clients) in picture.sides(&settling.territories) {
            brush.faded(settling.split, || {
                territory::draw_territory(&brush, &layout, territory, &clients, settling.split)
            });
        }
        picture.links(&mut settling);
        picture.nodes();
        let needles = picture.needles(&mut settling);
        let words = picture.words(&mut settling, &needles);
        let avoid = picture.kept_free(&words);
        for (territory, clients) in picture.sides(&settling.territories) {
            let tag = territory::tag(frame, territory, look.words);
            brush.faded(settling.split, || {
                let clients = (&clients[..], tag.as_deref());
                territory::draw_words(&brush, &layout, (territory, look.words), clients, &avoid)
            });
        }
        picture.flights();
        if let Some((line, cuts)) = &look.line {
            draw_line(&brush, line, *cuts);
        }
        let still = settling.is_still();
        self.settling = settling;
        !still
    }
}

/// What the layers draw from.
struct Picture<'a> {
    brush: &'a Brush<'a>,
    layout: &'a Layout,
    frame: &'a Frame,
    look: &'a Look,
}

impl Picture<'_> {
    /// The sides of a split, each with its clients.
    fn sides<'a>(&'a self, territories: &'a [Territory]) -> Vec<(&'a Territory, Vec<&'a Place>)> {
        let mut sides: Vec<(&Territory, Vec<&Place>)> = territories.iter().map(|side| (side, Vec::new())).collect();
        for (node, place) in
            self.frame.nodes.iter().zip(&self.layout.places).filter(|(_, place)| place.kind == Kind::Client)
        {
            let own = territory::side_of(territories, &self.frame.links, node.id);
            for (_, clients) in sides.iter_mut().filter(|(side, _)| own.is_some_and(|own| std::ptr::eq(own, *side))) {
                clients.push(place);
            }
        }
        sides
    }

    fn links(&self, settling: &mut Settling) {
        let Picture { brush, layout, frame, look } = *self;
        let pair_number = |a: NodeId, b: NodeId| u64::from(a.min(b).0) << 16 | u64::from(a.max(b).0);
        let busy = frame
            .flights
            .iter()
            .filter(|flight| flight.tag.shape != Shape::Routine)
            .map(|flight| pair_number(flight.from, flight.to));
        let busy = sorted_by_key(busy, |pair| *pair);
        let hovered = look.hover.and_then(|hit| match hit {
            Hit::Link(a, b) => Some((a, b)),
            Hit::Node(_) => None,
        });
        let selected = look.selection.and_then(|selection| match selection {
            Selection::Link(a, b) => Some((a, b)),
            _ => None,
        });
        let sent = look.course.as_ref().and_then(|course| course.last_sent(frame.at));
        let followed = sent.map(|message| (message.from.min(message.to), message.from.max(message.to)));
        let marks = settling.marks(hovered.into_iter().chain(selected));
        let (many, crowd) = (layout.has_many(), layout.is_crowd());
        let mut later: Vec<(&LinkFrame, f64, bool)> = Vec::new();
        for link in &frame.links {
            let pair = (link.a, link.b);
            let cut = link.a_to_b.cut || link.b_to_a.cut;
            let is_busy = busy.binary_search(&pair_number(pair.0, pair.1)).is_ok();
            if let Some(&strength) = marks.get(&pair) {
                later.push((link, strength, is_busy));
            }
            if crowd && !cut {
                continue;
            }
            let plain = LinkLook { marked: false, busy: is_busy, followed: followed == Some(pair) };
            if many && !cut && !is_busy {
                brush.faded(0.45, || draw_link(brush, layout, link, &plain));
            } else {
                draw_link(brush, layout, link, &plain);
            }
        }
        for (link, strength, busy) in later {
            brush.faded(strength, || draw_link(brush, layout, link, &LinkLook { marked: true, busy, followed: false }));
        }
    }

    fn nodes(&self) {
        let Picture { brush, layout, frame, look } = *self;
        let now = frame.at.time;
        let violations = frame.claims.iter().filter_map(|claim| claim.violation.as_ref());
        let accused: Vec<NodeId> = violations.flat_map(|violation| violation.nodes.iter().copied()).collect();
        let crowd = layout.is_crowd();
        for (node, place) in frame.nodes.iter().zip(&layout.places) {
            let selected = look.selection.is_some_and(|selection| selection.has_node(node.id));
            let node_look = NodeLook { selected, accused: accused.contains(&node.id) };
            if crowd && node.kind != Kind::Client {
                draw_dot(brush, place, node, &node_look);
            } else {
                draw_node(brush, layout, place, node, now, &node_look);
            }
            draw_programs(brush, layout, node);
            self.paint_ownership(place, node);
            if let Some(bubbles) = Bubbles::of(layout, frame, node.id) {
                let selected = look.selection.and_then(|selection| match selection {
                    Selection::Operation(id) => Some(id),
                    _ => None,
                });
                draw_operations(brush, &bubbles, selected);
            }
        }
    }

    /// Who has what, who waits and who believes.
    fn paint_ownership(&self, place: &Place, node: &NodeFrame) {
        let Picture { brush, layout, frame, look } = *self;
        draw_queues(brush, layout, place, node, frame.at.time, look.words);
        if let Some(strip) = &node.view.strip {
            draw_strip(brush, layout, place, strip);
        }
        if node.kind == Kind::Client {
            draw_standing(brush, layout, place, node, frame);
        }
    }

    /// What that fills.
    fn ownership(&self, place: &Place, node: &NodeFrame) -> Vec<Area> {
        let Picture { layout, frame, .. } = *self;
        let mut areas = holdings(layout, place, node);
        if node.kind == Kind::Client {
            areas.extend(standing_areas(layout, place, node, frame));
        }
        areas
    }

    /// Votes in an election by pointing, and where they are drawn.
    fn needles(&self, settling: &mut Settling) -> Vec<Segment> {
        let Picture { brush, layout, frame, .. } = *self;
        let vote = |id: NodeId| frame.nodes.get(usize::from(id.0)).and_then(|node| node.view.vote_for);
        settling.keep_needles(|voter| vote(voter).is_some());
        let mut drawn = Vec::new();
        for node in &frame.nodes {
            let goal = node.view.vote_for.and_then(|candidate| needle(layout, node.id, candidate));
            let (Some(goal), Some(place)) = (goal, layout.place(node.id)) else { continue };
            let axis = settling.needle(node.id, place.at, goal);
            draw_needle(brush, layout, axis);
            drawn.push(goal);
        }
        drawn
    }

    /// The words about nodes, and the boxes they fill.
    fn words(&self, settling: &mut Settling, needles: &[Segment]) -> Vec<Area> {
        let Picture { brush, layout, frame, look } = *self;
        if layout.is_crowd() {
            return Vec::new();
        }
        let blocks: Vec<Option<Block>> = frame
            .nodes
            .iter()
            .map(|node| {
                let selected = look.selection.is_some_and(|selection| selection.has_node(node.id));
                let label = LabelLook { selected, rate: look.rate, words: look.words };
                block(brush, layout, node, frame.at.time, &label)
            })
            .collect();
        let (near, far) = (16.0 * layout.scale().max(0.7), layout.territory() + 10.0);
        let is_inside = |id: NodeId| frame.territories.iter().any(|side| side.members.contains(&id));
        let wishes: Vec<Option<Wish>> = blocks
            .iter()
            .zip(&layout.places)
            .zip((0..).map(NodeId))
            .map(|((block, place), id)| {
                // Words about a side's servers stand outside of its outline; a client's own keeps close to it.
                let out = if place.kind != Kind::Client && is_inside(id) { far } else { 0.0 };
                let clear = |half: f64| half + near + (out - half - near).max(0.0) * settling.split;
                let reach = point(clear(place.half.x), clear(place.half.y));
                // Words that grow a little do not move.
                let size = block.as_ref().map(|block| point((block.size.x / 16.0).ceil() * 16.0, block.size.y));
                size.map(|size| Wish { at: place.at, reach, outward: place.outward, size })
            })
            .collect();
        settling.place(wishes, self.scene(needles));
        let mut drawn = Vec::new();
        for (index, block) in blocks.iter().enumerate() {
            let Some(block) = block else { continue };
            if let Some((area, align)) = settling.words(index, block.size) {
                draw_block(brush, layout, block, area, align);
                drawn.push(area);
            }
        }
        drawn
    }

    /// What words about nodes must not cover.
    fn scene(&self, needles: &[Segment]) -> Scene {
        let Picture { layout, frame, look, .. } = *self;
        let mut areas = Vec::new();
        let rim = 9.0 * layout.scale().max(0.7);
        for (node, place) in frame.nodes.iter().zip(&layout.places) {
            areas.push(match place.kind {
                Kind::Client if frame.territories.len() > 1 && layout.pattern != Pattern::Columns => {
                    layout.client_area(place).joined(&territory::tag_area(place))
                }
                Kind::Client => layout.client_area(place),
                _ => Area::around(place.at, place.half.x + rim, place.half.y + rim),
            });
            areas.extend(inbox_area(layout, place, node));
            areas.extend(self.ownership(place, node));
        }
        if let Some(selection @ Selection::Node(_)) = look.selection.filter(|_| !layout.compact) {
            let fan = Fan::of(layout, frame, selection, USUAL_ROWS, PITCH);
            areas.extend(fan.iter().flat_map(Fan::areas));
        }
        let drawn = frame.links.iter().filter(|link| is_drawn(frame, link));
        let mut lines: Vec<Segment> = drawn.filter_map(|link| layout.lane(link.a, link.b)).collect();
        lines.extend(needles);
        for territory in &frame.territories {
            lines.extend(territory::sides(layout, territory));
        }
        Scene {
            furniture: layout.furniture(),
            sometimes: layout.note().into_iter().collect(),
            areas,
            lines,
            width: layout.width,
            height: layout.height,
        }
    }

    fn flights(&self) {
        let Picture { brush, layout, frame, look } = *self;
        let now = frame.at.time;
        draw_queue_counts(brush, layout, &frame.flights);
        if !layout.is_crowd() {
            self.ways();
        }
        let is_selected = |flight: &Flight| {
            let is_caused = || look.course.as_ref().is_some_and(|course| course.has(flight));
            look.selection == Some(Selection::Flight(flight.number)) || is_caused()
        };
        let mut hidden = 0;
        if layout.is_crowd() {
            let (standing, flying): (Vec<_>, Vec<_>) =
                frame.flights.iter().partition(|flight| flight.stalled.is_some());
            for flight in standing {
                draw_flight(brush, layout, flight, now, is_selected(flight));
            }
            let merged = merged(&flying, now);
            // The routine comes first, and gives way first.
            let skipped = merged.len().saturating_sub(MOST_GLYPHS);
            hidden = merged[..skipped].iter().map(|(_, count)| count).sum();
            for group in &merged[skipped..] {
                draw_merged(brush, layout, *group, now, is_selected(group.0));
            }
        } else {
            // The routine lies below what is of interest.
            let mut room = MOST_GLYPHS;
            let chosen = [false, true].map(|routine| {
                let of_kind = frame.flights.iter().filter(|flight| (flight.tag.shape == Shape::Routine) == routine);
                let all: Vec<_> = of_kind.collect();
                let fits = all.len().min(room);
                room -= fits;
                hidden += all.len() - fits;
                all[..fits].to_vec()
            });
            for flight in chosen.into_iter().rev().flatten() {
                draw_flight(brush, layout, flight, now, is_selected(flight));
            }
        }
        if hidden > 0 {
            let at = point(layout.width / 2.0, layout.height - 12.0);
            let words = fill(look.words.more_flights, &[&hidden]);
            brush.text_over(&words, at, &brush.palette.sans(400, 12.0), &brush.palette.ink2, Align::Middle);
        }
        if !look.moving && !layout.is_crowd() {
            draw_bearings(brush, layout, &frame.flights, now);
        }
        if !look.moving && !layout.compact && !layout.is_crowd() {
            draw_names(brush, layout, &frame.flights, now);
        }
    }

    /// The way of each message between two that no link joins.
    fn ways(&self) {
        let Picture { brush, layout, frame, .. } = *self;
        let is_joined = |flight: &Flight| {
            let pair = (flight.from.min(flight.to), flight.from.max(flight.to));
            frame.links.iter().any(|link| (link.a, link.b) == pair && is_drawn(frame, link))
        };
        brush.dash(&[1.5, 4.5]);
        for flight in frame.flights.iter().filter(|flight| flight.tag.shape != Shape::Routine && !is_joined(flight)) {
            if let Some(way) = layout.lane(flight.from, flight.to) {
                brush.line(way, &brush.palette.ink3, 1.2);
            }
        }
        brush.solid();
    }

    /// What a territory's words must not cover.
    fn kept_free(&self, words: &[Area]) -> Vec<Area> {
        let nodes = self.layout.places.iter().map(|place| self.layout.body(place));
        nodes.chain(self.layout.taken()).chain(words.iter().copied()).collect()
    }
}
