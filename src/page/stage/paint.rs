//! One picture of one instant, layer by layer. It is called from the animation frame, outside the virtual DOM.

use std::collections::BTreeSet;

use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::arrangement::Arrangement;
use super::brush::Brush;
use super::draw_flight::{draw_flight, draw_names, draw_queue_counts};
use super::draw_hand::draw_line;
use super::draw_label::{LabelLook, draw_label};
use super::draw_link::{LinkLook, draw_link};
use super::draw_node::{NodeLook, draw_node};
use super::draw_operation::draw_operations;
use super::draw_programs::draw_programs;
use super::draw_territory;
use super::geometry::{Area, Point};
use super::layout::{Hit, Layout, lens};
use super::palette::Palette;
use crate::describe::Shape;
use crate::describe::{Kind, NodeId};
use crate::lab::frame::{Frame, LinkFrame};
use crate::page::selection::Selection;
use crate::page::words::Words;

/// What the picture depends on besides the frame.
#[derive(Clone, PartialEq)]
pub struct Look {
    pub selection: Option<Selection>,
    pub hover: Option<Hit>,
    pub moving: bool,
    /// Virtual microseconds for a second of screen; none pass while paused.
    pub rate: f64,
    pub words: &'static Words,
    pub arrangement: Arrangement,
    pub projected: bool,
    /// What a lasso or a knife has drawn so far, and whether it is the knife.
    pub line: Option<(Vec<Point>, bool)>,
}

impl Look {
    pub fn new(words: &'static Words) -> Look {
        Look {
            selection: None,
            hover: None,
            moving: false,
            rate: 0.0,
            words,
            arrangement: Arrangement::default(),
            projected: false,
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
    projected: bool,
    /// The canvas in CSS pixels, and how many of its own pixels each is.
    size: (f64, f64),
    ratio: f64,
    /// How far the territories have opened, from 0 to 1; it settles over some frames.
    split: f64,
}

/// Of each kind, routine and of interest; more would be a cloud.
const MOST_FLIGHTS: usize = 300;
/// From so many servers on, links are drawn only where something is the matter with them.
const CROWD: usize = 13;
/// From so many on, links that carry nothing are faint.
const MANY: usize = 7;

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
            projected: false,
            size: (0.0, 0.0),
            ratio: 1.0,
            split: 0.0,
        })
    }

    pub fn resize(&mut self, width: f64, height: f64, ratio: f64) {
        self.size = (width, height);
        self.ratio = ratio;
        self.canvas.set_width((width * ratio).round() as u32);
        self.canvas.set_height((height * ratio).round() as u32);
        self.lay_out();
    }

    /// Where everything stood in the last picture.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    fn lens(&self) -> f64 {
        lens(self.projected, self.size.0)
    }

    fn lay_out(&mut self) {
        let (width, height) = (self.size.0 / self.lens(), self.size.1 / self.lens());
        let make = if self.projected { Layout::projected } else { Layout::new };
        self.layout = make(&self.kinds, width, height).arranged(&self.arrangement);
    }

    pub fn retheme(&mut self) {
        if let Some(palette) = Palette::read() {
            self.palette = palette;
        }
    }

    /// Draws, and says whether something still settles and wants another frame.
    pub fn paint(&mut self, frame: &Frame, look: &Look, milliseconds: f64) -> bool {
        let kinds: Vec<Kind> = frame.nodes.iter().map(|node| node.kind).collect();
        if kinds != self.kinds || look.arrangement != self.arrangement || look.projected != self.projected {
            self.kinds = kinds;
            self.arrangement = look.arrangement.clone();
            self.projected = look.projected;
            self.lay_out();
        }
        let settled = self.settle(!frame.territories.is_empty(), milliseconds);
        let scale = self.ratio * self.lens();
        let _ = self.context.set_transform(scale, 0.0, 0.0, scale, 0.0, 0.0);
        self.context.clear_rect(0.0, 0.0, self.layout.width, self.layout.height);
        let brush = Brush { on: &self.context, palette: &self.palette };
        let layout = &self.layout;
        for territory in &frame.territories {
            draw_territory::draw_territory(&brush, layout, territory);
        }
        self.paint_links(&brush, frame, look);
        self.paint_nodes(&brush, frame, look);
        let avoid = self.kept_free(frame);
        for territory in &frame.territories {
            draw_territory::draw_words(&brush, layout, territory, &avoid);
        }
        self.paint_flights(&brush, frame, look);
        if let Some((line, cuts)) = &look.line {
            draw_line(&brush, line, *cuts);
        }
        !settled
    }

    fn settle(&mut self, open: bool, milliseconds: f64) -> bool {
        let goal = if open { 1.0 } else { 0.0 };
        let still = (-milliseconds / 90.0).exp();
        self.split = goal + (self.split - goal) * still;
        if (self.split - goal).abs() < 0.01 {
            self.split = goal;
        }
        self.split == goal
    }

    fn paint_links(&self, brush: &Brush, frame: &Frame, look: &Look) {
        let servers = self.kinds.iter().filter(|&&kind| kind != Kind::Client).count();
        let busy: BTreeSet<(NodeId, NodeId)> = frame
            .flights
            .iter()
            .filter(|flight| flight.tag.shape != Shape::Routine)
            .map(|flight| (flight.from.min(flight.to), flight.from.max(flight.to)))
            .collect();
        let mut later: Vec<(&LinkFrame, LinkLook)> = Vec::new();
        for link in &frame.links {
            let pair = (link.a, link.b);
            let marked = look.hover == Some(Hit::Link(link.a, link.b))
                || look.selection == Some(Selection::Link(link.a, link.b));
            let cut = link.a_to_b.cut || link.b_to_a.cut;
            let link_look = LinkLook { marked, busy: busy.contains(&pair) };
            if servers >= CROWD && !cut && !marked {
                continue;
            }
            if marked {
                later.push((link, link_look));
            } else if servers >= MANY && !cut && !link_look.busy {
                brush.faded(0.45, || draw_link(brush, &self.layout, link, &link_look));
            } else {
                draw_link(brush, &self.layout, link, &link_look);
            }
        }
        for (link, link_look) in later {
            draw_link(brush, &self.layout, link, &link_look);
        }
    }

    fn paint_nodes(&self, brush: &Brush, frame: &Frame, look: &Look) {
        let now = frame.at.time;
        let violations = frame.claims.iter().filter_map(|claim| claim.violation.as_ref());
        let accused: BTreeSet<NodeId> = violations.flat_map(|violation| violation.nodes.iter().copied()).collect();
        for (node, place) in frame.nodes.iter().zip(&self.layout.places) {
            let selected = look.selection.is_some_and(|selection| selection.has_node(node.id));
            draw_node(
                brush,
                &self.layout,
                place,
                node,
                now,
                &NodeLook { selected, accused: accused.contains(&node.id) },
            );
            let label = LabelLook { selected, split: self.split, rate: look.rate };
            draw_label(brush, &self.layout, node, now, look.words, &label);
            draw_programs(brush, &self.layout, node);
            if node.kind == Kind::Client {
                let own: Vec<_> = frame.operations.iter().filter(|operation| operation.client == node.id).collect();
                draw_operations(brush, &self.layout, place, &own);
            }
        }
    }

    fn paint_flights(&self, brush: &Brush, frame: &Frame, look: &Look) {
        let now = frame.at.time;
        draw_queue_counts(brush, &self.layout, &frame.flights);
        // The routine lies below what is of interest.
        for routine in [true, false] {
            let of_kind = frame.flights.iter().filter(|flight| (flight.tag.shape == Shape::Routine) == routine);
            for flight in of_kind.take(MOST_FLIGHTS) {
                let selected = look.selection == Some(Selection::Flight(flight.number));
                draw_flight(brush, &self.layout, flight, now, selected);
            }
        }
        if !look.moving && !self.layout.compact {
            draw_names(brush, &self.layout, &frame.flights, now);
        }
    }

    /// What a territory's words must not cover.
    fn kept_free(&self, frame: &Frame) -> Vec<Area> {
        let mut areas: Vec<Area> = self
            .layout
            .places
            .iter()
            .map(|place| Area::around(place.at, place.half.x + 8.0, place.half.y + 8.0))
            .collect();
        for (node, place) in frame.nodes.iter().zip(&self.layout.places) {
            if node.kind != Kind::Client && !self.layout.compact {
                let far = self.layout.territory() + 12.0;
                let x =
                    if place.label == super::layout::Label::Left { place.at.x - far - 110.0 } else { place.at.x + far };
                areas.push(Area { x, y: place.at.y - 24.0, w: 110.0, h: 48.0 });
            }
        }
        areas.push(Area { x: 0.0, y: 0.0, w: 210.0, h: if self.layout.compact { 60.0 } else { 100.0 } });
        areas
    }
}
