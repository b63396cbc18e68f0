//! What a stroke across links, or a loop around nodes, says as script. Pure, so that it is tested without a pointer.

use std::collections::BTreeSet;

use crate::describe::{Kind, NodeId};
use crate::lab::frame::{Frame, LinkFrame, LinkState};
use crate::page::stage::place::geometry::{Point, Segment};
use crate::page::stage::place::layout::Layout;
use crate::page::state::group::Group;
use crate::page::state::selection::name;
use crate::sorting::sort;

/// The nodes whose middles lie within a loop.
pub fn enclosed(layout: &Layout, around: &[Point]) -> Group {
    let inside = layout.places.iter().enumerate().filter(|(_, place)| is_inside(place.at, around));
    inside.map(|(i, _)| NodeId(i as u16)).collect()
}

fn is_inside(at: Point, around: &[Point]) -> bool {
    let count = around.len();
    let crossings = (0..count).filter(|&i| {
        let (p, q) = (around[i], around[(i + 1) % count]);
        (p.y > at.y) != (q.y > at.y) && at.x < p.x + (at.y - p.y) / (q.y - p.y) * (q.x - p.x)
    });
    crossings.count() % 2 == 1
}

/// The links, by their ends, that a stroke crosses: those that can be seen and are not cut already.
pub fn crossed(frame: &Frame, layout: &Layout, stroke: &[Point]) -> Vec<(NodeId, NodeId)> {
    let crosses = |link: &&LinkFrame| {
        let Some(axis) = layout.lane(link.a, link.b) else { return false };
        stroke.windows(2).any(|piece| cross(&Segment { a: piece[0], b: piece[1] }, &axis))
    };
    let whole = frame.links.iter().filter(|link| !is_cut(link) && is_drawn(frame, link));
    whole.filter(crosses).map(|link| (link.a, link.b)).collect()
}

fn is_cut(link: &LinkFrame) -> bool {
    link.a_to_b.cut && link.b_to_a.cut
}

/// A client's link shows only while there is something on it.
pub fn is_drawn(frame: &Frame, link: &LinkFrame) -> bool {
    is_server(frame, link.a) && is_server(frame, link.b) || link.state != LinkState::Idle
}

pub fn is_server(frame: &Frame, id: NodeId) -> bool {
    frame.nodes.get(usize::from(id.0)).is_some_and(|node| node.kind != Kind::Client)
}

fn cross(one: &Segment, other: &Segment) -> bool {
    let side = |line: &Segment, p: Point| {
        let (along, to) = (line.a.to(line.b), line.a.to(p));
        along.x * to.y - along.y * to.x
    };
    side(one, other.a) * side(one, other.b) < 0.0 && side(other, one.a) * side(other, one.b) < 0.0
}

/// The lines of script that cut those links: a partition where that separates servers, and a `cut` for each other link.
pub fn cut(frame: &Frame, links: &[(NodeId, NodeId)]) -> Option<String> {
    if links.is_empty() {
        return None;
    }
    let sides = sides(frame, links);
    let side_of = |id: NodeId| sides.iter().position(|side| side.contains(&id));
    let mut lines = Vec::new();
    let parted =
        |&(a, b): &(NodeId, NodeId)| matches!((side_of(a), side_of(b)), (Some(one), Some(other)) if one != other);
    if links.iter().any(parted) {
        let sides: Vec<String> = sides.iter().map(|side| listed(frame, side.iter().copied())).collect();
        lines.push(format!("partition {}", sides.join(" | ")));
    }
    let single = links.iter().filter(|&link| !parted(link));
    lines.extend(single.map(|&(a, b)| format!("cut {} {}", name(frame, a), name(frame, b))));
    Some(lines.join("\n"))
}

/// The servers by who can still reach whom once those links are cut.
fn sides(frame: &Frame, links: &[(NodeId, NodeId)]) -> Vec<BTreeSet<NodeId>> {
    let servers: Vec<NodeId> = frame.nodes.iter().map(|node| node.id).filter(|&id| is_server(frame, id)).collect();
    let whole = frame.links.iter().filter(|link| !is_cut(link) && !links.contains(&(link.a, link.b)));
    let whole: Vec<(NodeId, NodeId)> = whole.map(|link| (link.a, link.b)).collect();
    let mut sides: Vec<BTreeSet<NodeId>> = Vec::new();
    for server in servers {
        let mut joined = BTreeSet::from([server]);
        sides.retain(|side| {
            let reaches = side.iter().any(|&other| whole.contains(&(other.min(server), other.max(server))));
            if reaches {
                joined.extend(side);
            }
            !reaches
        });
        sides.push(joined);
    }
    sort(&mut sides);
    sides
}

/// `partition n1 n2 | n3`: a group and the rest. Clients that were not picked out reach both sides, unless one was.
pub fn separate(frame: &Frame, group: Group) -> Option<String> {
    let with_clients = group.iter().any(|id| !is_server(frame, id));
    let there = frame.nodes.iter().map(|node| node.id).filter(|&id| with_clients || is_server(frame, id));
    let (inside, outside): (Vec<NodeId>, Vec<NodeId>) = there.partition(|&id| group.contains(id));
    if inside.is_empty() || outside.is_empty() {
        return None;
    }
    Some(format!("partition {} | {}", listed(frame, inside.into_iter()), listed(frame, outside.into_iter())))
}

fn listed(frame: &Frame, ids: impl Iterator<Item = NodeId>) -> String {
    ids.map(|id| name(frame, id)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::stage::place::geometry::point;
    use crate::page::stage::place::layout::Screen;

    /// Five servers, each linked to each, and a client of the first.
    fn cluster() -> (Frame, Layout) {
        let frame = Frame::cluster(5, 1);
        let kinds: Vec<Kind> = frame.nodes.iter().map(|node| node.kind).collect();
        (frame, Layout::new(Screen::Desk, &kinds, 1040.0, 620.0))
    }

    /// From outside the ring to outside the ring, between two neighbours on each side.
    fn stroke_around(layout: &Layout, ids: &[u16]) -> Vec<Point> {
        let middle = |a: Point, b: Point| point((a.x + b.x) / 2.0, (a.y + b.y) / 2.0);
        let at = |id: u16| layout.places[usize::from(id)].at;
        let (first, last) = (ids[0], ids[ids.len() - 1]);
        let before = middle(at(first), at((first + 4) % 5));
        let after = middle(at(last), at((last + 1) % 5));
        let far = |p: Point| layout.centre.plus(layout.centre.to(p), 1.6);
        vec![far(before), before, after, far(after)]
    }

    #[test]
    fn a_stroke_that_separates_is_a_partition() {
        let (frame, layout) = cluster();
        let links = crossed(&frame, &layout, &stroke_around(&layout, &[0, 1]));
        let servers = links.iter().filter(|(_, b)| b.0 < 5).count();
        assert_eq!(servers, 6, "{links:?}");
        let lines = cut(&frame, &links).unwrap();
        assert!(lines.starts_with("partition n1 n2 | n3 n4 n5"), "{lines}");
    }

    #[test]
    fn a_stroke_that_separates_nobody_cuts_links() {
        let (frame, _) = cluster();
        let links = [(NodeId(0), NodeId(1)), (NodeId(0), NodeId(5))];
        assert_eq!(cut(&frame, &links).unwrap(), "cut n1 n2\ncut n1 c1");
        assert_eq!(cut(&frame, &[]), None);
    }

    #[test]
    fn what_a_partition_does_not_say_is_cut_besides() {
        let (frame, _) = cluster();
        let mut links: Vec<(NodeId, NodeId)> = (1..5).map(|b| (NodeId(0), NodeId(b))).collect();
        links.push((NodeId(2), NodeId(3)));
        assert_eq!(cut(&frame, &links).unwrap(), "partition n1 | n2 n3 n4 n5\ncut n3 n4");
    }

    #[test]
    fn a_loop_holds_what_it_goes_around() {
        let (frame, layout) = cluster();
        let at = layout.places[1].at;
        let square =
            [(-60.0, -60.0), (60.0, -60.0), (60.0, 60.0), (-60.0, 60.0)].map(|(x, y)| point(at.x + x, at.y + y));
        let group = enclosed(&layout, &square);
        assert_eq!(group.iter().collect::<Vec<_>>(), [NodeId(1)]);
        assert_eq!(separate(&frame, group).unwrap(), "partition n2 | n1 n3 n4 n5");
        let with_client: Group = [NodeId(0), NodeId(5)].into_iter().collect();
        assert_eq!(separate(&frame, with_client).unwrap(), "partition n1 c1 | n2 n3 n4 n5");
        assert_eq!(separate(&frame, (0..5).map(NodeId).collect()), None, "there is no rest");
    }
}
