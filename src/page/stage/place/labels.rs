//! Where the words about the nodes stand: outward of each along its ray, or as near to that as leaves links, nodes and
//! other words free. Pure; the painter measures the words and draws them.

use super::geometry::{Area, Point, Segment};
use crate::page::stage::brush::Align;

/// Words that want a place beside a node.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    /// The node's middle, and how far from it the words must keep, sideways and up or down.
    pub at: Point,
    pub reach: Point,
    pub outward: Point,
    pub size: Point,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    pub area: Area,
    pub align: Align,
    /// The direction from the node, in degrees off its ray.
    turn: f64,
}

/// What the words keep clear of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// What has its own margin already, and what has none.
    pub furniture: Vec<Area>,
    /// Where something stands now and then: better left free.
    pub sometimes: Vec<Area>,
    pub areas: Vec<Area>,
    pub lines: Vec<Segment>,
    pub width: f64,
    pub height: f64,
}

/// Degrees between one direction and the next that is tried, off the ray to both sides.
const STEP: f64 = 7.5;
/// Pixels kept free around words.
const MARGIN: f64 = 5.0;
/// Words stay where they stood unless another place is better by this much: calm before perfect.
const STAY: f64 = 60.0;
/// Words that can stand nowhere are left out rather than set across others.
const UNBEARABLE: f64 = 1_500.0;

/// A place for each wish, in their order; none where all places would cover something. `before` are the places of the
/// last time.
pub fn place(wishes: &[Option<Wish>], before: &[Option<Spot>], scene: &Scene) -> Vec<Option<Spot>> {
    let mut spots: Vec<Option<Spot>> = vec![None; wishes.len()];
    // A second round lets those who chose first make room for the others.
    for _ in 0..2 {
        for (index, wish) in wishes.iter().enumerate() {
            let Some(wish) = wish else { continue };
            let others: Vec<Area> = spots
                .iter()
                .enumerate()
                .filter(|(i, _)| *i != index)
                .filter_map(|(_, spot)| Some(spot.as_ref()?.area))
                .collect();
            let former = before.get(index).copied().flatten().map(|spot| spot.turn);
            let rated = turns().map(|turn| {
                let spot = stand(wish, turn);
                let stays = if former == Some(turn) { STAY } else { 0.0 };
                (burden(&spot.area, scene, &others) + turn.abs() * 1.2 - stays, spot)
            });
            spots[index] = rated.min_by(|p, q| p.0.total_cmp(&q.0)).map(|(_, spot)| spot);
        }
    }
    for index in 0..spots.len() {
        let others: Vec<Area> = spots
            .iter()
            .enumerate()
            .filter(|(i, _)| *i != index)
            .filter_map(|(_, spot)| Some(spot.as_ref()?.area))
            .collect();
        spots[index] = spots[index].filter(|spot| burden(&spot.area, scene, &others) < UNBEARABLE);
    }
    spots
}

/// The ray first, then farther and farther off it.
fn turns() -> impl Iterator<Item = f64> {
    let half = (180.0 / STEP) as i32;
    std::iter::once(0).chain((1..=half).flat_map(|step| [step, -step])).map(|step| f64::from(step) * STEP)
}

/// The box of the words in a direction, as near to the node as its reach allows.
fn stand(wish: &Wish, turn: f64) -> Spot {
    let way = wish.outward.turned(turn);
    let lean = (way.x / 0.3).clamp(-1.0, 1.0);
    let align = if lean >= 1.0 {
        Align::Left
    } else if lean <= -1.0 {
        Align::Right
    } else {
        Align::Middle
    };
    let Point { x: w, y: h } = wish.size;
    let mut out = wish.reach.x.min(wish.reach.y) * 0.4;
    loop {
        let at = wish.at.plus(way, out);
        let area = Area { x: at.x - w / 2.0 + lean * w / 2.0, y: at.y - h / 2.0 + way.y * h / 2.0, w, h };
        let off = area.offset(wish.at);
        let is_clear = (off.x / wish.reach.x).hypot(off.y / wish.reach.y) >= 1.0;
        if is_clear || out > wish.reach.x.max(wish.reach.y) + w + h {
            return Spot { area, align, turn };
        }
        out += 2.0;
    }
}

/// How much a box of words or verbs would cover, roughly in square pixels.
pub fn burden(area: &Area, scene: &Scene, others: &[Area]) -> f64 {
    let wide = area.grown(MARGIN);
    let near = |others: &mut dyn Iterator<Item = &Area>| others.map(|other| wide.shared(other) * 4.0).sum::<f64>();
    let covered = near(&mut scene.areas.iter().chain(others));
    let furniture: f64 = scene.furniture.iter().map(|other| area.shared(other) * 4.0).sum();
    let sometimes: f64 = scene.sometimes.iter().map(|other| area.shared(other) * 0.05).sum();
    let crossed: f64 = scene.lines.iter().map(|line| wide.length_within(line) * 14.0).sum();
    let stage = Area { x: 2.0, y: 2.0, w: scene.width - 4.0, h: scene.height - 4.0 };
    let beyond = area.w * area.h - area.shared(&stage);
    covered + furniture + sometimes + crossed + beyond * 20.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::{Kind, NodeId};
    use crate::page::stage::place::geometry::point;
    use crate::page::stage::place::layout::{Layout, Screen};

    fn wishes(layout: &Layout, size: Point) -> Vec<Option<Wish>> {
        let servers = layout.places.iter().map(|place| {
            (place.kind != Kind::Client).then_some(Wish {
                at: place.at,
                reach: point(place.half.x + 14.0, place.half.y + 14.0),
                outward: place.outward,
                size,
            })
        });
        servers.collect()
    }

    fn screen(width: f64) -> Screen {
        if width < 400.0 { Screen::Phone } else { Screen::Desk }
    }

    /// All that stands or runs on the stage besides words.
    fn scenery(layout: &Layout, servers: usize) -> Scene {
        let areas = layout.places.iter().map(|place| Area::around(place.at, place.half.x, place.half.y)).collect();
        let pairs = (0..servers).flat_map(|a| (a + 1..servers).map(move |b| (NodeId(a as u16), NodeId(b as u16))));
        let lines = pairs.filter_map(|(a, b)| layout.lane(a, b)).collect();
        Scene {
            furniture: layout.furniture(),
            sometimes: layout.note().into_iter().collect(),
            areas,
            lines,
            width: layout.width,
            height: layout.height,
        }
    }

    #[test]
    fn words_cover_nothing_from_one_to_nine_servers() {
        for (width, height) in [(1040.0, 620.0), (390.0, 400.0), (620.0, 620.0), (494.0, 620.0)] {
            for servers in 1..=9 {
                // As large as the words of an election are, and smaller where many vote.
                let size = match (width, servers) {
                    (1040.0, 7..) => point(176.0, 41.0),
                    (1040.0, _) => point(128.0, 77.0),
                    (620.0, _) => point(118.0, 41.0),
                    _ => point(56.0, 18.0),
                };
                let kinds = [vec![Kind::Server; servers], vec![Kind::Client; 2]].concat();
                let layout = Layout::new(screen(width), &kinds, width, height);
                let scene = scenery(&layout, servers);
                let spots = place(&wishes(&layout, size), &[], &scene);
                let placed: Vec<Area> = spots.iter().flatten().map(|spot| spot.area).collect();
                assert_eq!(placed.len(), servers, "{servers} at {width}x{height}: {spots:?}");
                for (i, area) in placed.iter().enumerate() {
                    assert!(
                        placed[i + 1..].iter().all(|other| area.gap(other) > 0.0),
                        "{servers} at {width}x{height}: {placed:?}"
                    );
                    assert!(
                        scene.areas.iter().chain(&scene.furniture).all(|other| area.gap(other) >= 0.0),
                        "{servers} at {width}x{height}: {area:?} {scene:?}"
                    );
                    assert!(
                        scene.lines.iter().all(|line| area.length_within(line) < 1.0),
                        "{servers} at {width}x{height}: {area:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn words_stay_where_they_stood() {
        let layout = Layout::new(Screen::Desk, &[Kind::Server; 5], 1040.0, 620.0);
        let scene = scenery(&layout, 5);
        let first = place(&wishes(&layout, point(118.0, 41.0)), &[], &scene);
        let longer = place(&wishes(&layout, point(134.0, 41.0)), &first, &scene);
        for (one, other) in first.iter().zip(&longer) {
            assert_eq!(one.map(|spot| spot.turn), other.map(|spot| spot.turn));
        }
    }

    #[test]
    fn words_without_a_place_are_left_out() {
        let wish = Wish {
            at: point(50.0, 50.0),
            reach: point(10.0, 10.0),
            outward: point(1.0, 0.0),
            size: point(400.0, 20.0),
        };
        let scene = Scene { width: 100.0, height: 100.0, ..Scene::default() };
        assert_eq!(place(&[Some(wish), None], &[], &scene), [None, None]);
    }
}
