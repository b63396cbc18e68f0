//! What fingers and mouse are about to do on the stage, from press to release. Pure: the hand feeds it points and does
//! what it says.

use crate::describe::NodeId;
use crate::page::stage::place::arrangement::Arrangement;
use crate::page::stage::place::geometry::{Point, point};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tool {
    #[default]
    Select,
    Knife,
}

/// A finger or the mouse, in pixels of the stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pointer {
    pub id: i32,
    pub at: Point,
    pub finger: bool,
}

/// What a press means if the pointer then moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    Move(NodeId),
    Lasso,
    Cut,
    Pan,
    /// It may only be a click.
    Still,
}

#[derive(Clone, Debug, Default, PartialEq)]
enum Phase {
    #[default]
    Idle,
    /// Not moved so far that it could not be a click.
    Pressed {
        from: Pointer,
        meant: Press,
    },
    Moving {
        id: i32,
        node: NodeId,
    },
    Drawing {
        id: i32,
        cuts: bool,
        line: Vec<Point>,
    },
    Panning {
        id: i32,
        last: Point,
    },
    Pinching {
        one: Pointer,
        other: Pointer,
    },
    /// A finger of a pinch is left, and does nothing.
    Spent,
}

/// How a gesture ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    Nothing,
    Click(Point),
    Arranged,
    Lassoed(Vec<Point>),
    Cut(Vec<Point>),
}

#[derive(Clone, Debug, Default)]
pub struct Gesture {
    phase: Phase,
}

/// A hand is never quite still.
const CLICK_SLACK: f64 = 4.0;
const TAP_SLACK: f64 = 10.0;
/// Points of a stroke nearer to each other than this are one.
const GRAIN: f64 = 3.0;

impl Gesture {
    pub fn press(&mut self, pointer: Pointer, meant: Press) {
        self.phase = match &self.phase {
            Phase::Pressed { from, .. } if from.id != pointer.id => Phase::Pinching { one: *from, other: pointer },
            Phase::Panning { id, last } if *id != pointer.id => {
                let one = Pointer { id: *id, at: *last, finger: true };
                Phase::Pinching { one, other: pointer }
            }
            Phase::Drawing { id, line, .. } if *id != pointer.id && pointer.finger => {
                let one = Pointer { id: *id, at: line.last().copied().unwrap_or(pointer.at), finger: true };
                Phase::Pinching { one, other: pointer }
            }
            Phase::Idle | Phase::Pressed { .. } => Phase::Pressed { from: pointer, meant },
            other => other.clone(),
        };
    }

    /// True if the arrangement or the line being drawn changed.
    pub fn travel(&mut self, pointer: Pointer, arrangement: &mut Arrangement, size: (f64, f64)) -> bool {
        if let Phase::Pressed { from, meant } = self.phase
            && from.id == pointer.id
        {
            let slack = if pointer.finger { TAP_SLACK } else { CLICK_SLACK };
            if meant == Press::Still || from.at.distance(pointer.at) <= slack {
                return false;
            }
            self.phase = match meant {
                Press::Move(node) => Phase::Moving { id: pointer.id, node },
                Press::Pan => Phase::Panning { id: pointer.id, last: from.at },
                Press::Lasso | Press::Cut => {
                    Phase::Drawing { id: pointer.id, cuts: meant == Press::Cut, line: vec![from.at] }
                }
                Press::Still => return false,
            };
        }
        match &mut self.phase {
            Phase::Moving { id, node } if *id == pointer.id => arrangement.put(*node, pointer.at, size),
            Phase::Drawing { id, line, .. } if *id == pointer.id => {
                if line.last().is_some_and(|last| last.distance(pointer.at) < GRAIN) {
                    return false;
                }
                line.push(pointer.at);
            }
            Phase::Panning { id, last } if *id == pointer.id => {
                arrangement.pan(last.to(pointer.at));
                arrangement.keep_in_sight(size);
                *last = pointer.at;
            }
            Phase::Pinching { one, other } if [one.id, other.id].contains(&pointer.id) => {
                let before = (*one, *other);
                if one.id == pointer.id {
                    *one = pointer
                } else {
                    *other = pointer
                }
                pinch(before, (*one, *other), arrangement);
                arrangement.keep_in_sight(size);
            }
            _ => return false,
        }
        true
    }

    pub fn release(&mut self, pointer: Pointer) -> Ending {
        let ours = match &self.phase {
            Phase::Idle => false,
            Phase::Pressed { from, .. } => from.id == pointer.id,
            Phase::Moving { id, .. } | Phase::Drawing { id, .. } | Phase::Panning { id, .. } => *id == pointer.id,
            Phase::Pinching { .. } | Phase::Spent => true,
        };
        if !ours {
            return Ending::Nothing;
        }
        match std::mem::take(&mut self.phase) {
            Phase::Pressed { .. } => Ending::Click(pointer.at),
            Phase::Moving { .. } | Phase::Panning { .. } => Ending::Arranged,
            Phase::Drawing { cuts: true, line, .. } => Ending::Cut(line),
            Phase::Drawing { cuts: false, line, .. } => Ending::Lassoed(line),
            Phase::Pinching { .. } => {
                self.phase = Phase::Spent;
                Ending::Arranged
            }
            Phase::Idle | Phase::Spent => Ending::Nothing,
        }
    }

    /// The browser took the pointer away: what was drawn is forgotten.
    pub fn cancel(&mut self) {
        self.phase = Phase::Idle;
    }

    /// It is more than a click by now.
    pub fn is_under_way(&self) -> bool {
        !matches!(self.phase, Phase::Idle | Phase::Pressed { .. })
    }

    pub fn is_pressed(&self) -> bool {
        matches!(self.phase, Phase::Pressed { .. })
    }

    /// The line being drawn, and whether it cuts.
    pub fn line(&self) -> Option<(&[Point], bool)> {
        match &self.phase {
            Phase::Drawing { line, cuts, .. } => Some((line, *cuts)),
            _ => None,
        }
    }
}

/// What lay between two fingers stays between them.
fn pinch(before: (Pointer, Pointer), after: (Pointer, Pointer), arrangement: &mut Arrangement) {
    let middle = |(p, q): (Pointer, Pointer)| point((p.at.x + q.at.x) / 2.0, (p.at.y + q.at.y) / 2.0);
    let apart = |(p, q): (Pointer, Pointer)| p.at.distance(q.at).max(20.0);
    arrangement.pan(middle(before).to(middle(after)));
    arrangement.zoom_by(apart(after) / apart(before), middle(after));
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: (f64, f64) = (1000.0, 600.0);

    fn mouse(x: f64, y: f64) -> Pointer {
        Pointer { id: 1, at: point(x, y), finger: false }
    }

    fn finger(id: i32, x: f64, y: f64) -> Pointer {
        Pointer { id, at: point(x, y), finger: true }
    }

    #[test]
    fn a_shaking_hand_still_clicks() {
        let (mut gesture, mut arrangement) = (Gesture::default(), Arrangement::default());
        gesture.press(mouse(100.0, 100.0), Press::Move(NodeId(0)));
        assert!(!gesture.travel(mouse(102.0, 101.0), &mut arrangement, SIZE));
        assert_eq!(gesture.release(mouse(102.0, 101.0)), Ending::Click(point(102.0, 101.0)));
        assert!(arrangement.is_plain());
    }

    #[test]
    fn dragging_a_node_moves_it_and_nothing_else() {
        let (mut gesture, mut arrangement) = (Gesture::default(), Arrangement::default());
        gesture.press(mouse(100.0, 100.0), Press::Move(NodeId(2)));
        assert!(gesture.travel(mouse(500.0, 300.0), &mut arrangement, SIZE));
        assert_eq!(arrangement.moved(NodeId(2)), Some(point(0.5, 0.5)));
        assert_eq!(gesture.release(mouse(500.0, 300.0)), Ending::Arranged);
    }

    #[test]
    fn a_line_is_a_lasso_or_a_cut() {
        for (meant, cuts) in [(Press::Lasso, false), (Press::Cut, true)] {
            let (mut gesture, mut arrangement) = (Gesture::default(), Arrangement::default());
            gesture.press(mouse(0.0, 0.0), meant);
            gesture.travel(mouse(50.0, 0.0), &mut arrangement, SIZE);
            gesture.travel(mouse(51.0, 0.0), &mut arrangement, SIZE);
            gesture.travel(mouse(50.0, 50.0), &mut arrangement, SIZE);
            assert_eq!(gesture.line().map(|(line, cuts)| (line.len(), cuts)), Some((3, cuts)));
            let line = vec![point(0.0, 0.0), point(50.0, 0.0), point(50.0, 50.0)];
            let expected = if cuts { Ending::Cut(line) } else { Ending::Lassoed(line) };
            assert_eq!(gesture.release(mouse(50.0, 50.0)), expected);
        }
    }

    #[test]
    fn two_fingers_zoom_and_neither_clicks() {
        let (mut gesture, mut arrangement) = (Gesture::default(), Arrangement::default());
        gesture.press(finger(1, 400.0, 300.0), Press::Move(NodeId(0)));
        gesture.press(finger(2, 600.0, 300.0), Press::Still);
        gesture.travel(finger(1, 300.0, 300.0), &mut arrangement, SIZE);
        gesture.travel(finger(2, 700.0, 300.0), &mut arrangement, SIZE);
        assert!((arrangement.zoom() - 2.0).abs() < 1e-9, "{arrangement:?}");
        assert!(arrangement.seen(point(500.0, 300.0)).distance(point(500.0, 300.0)) < 1e-9);
        assert_eq!(gesture.release(finger(1, 300.0, 300.0)), Ending::Arranged);
        assert!(!gesture.travel(finger(2, 900.0, 300.0), &mut arrangement, SIZE));
        assert_eq!(gesture.release(finger(2, 900.0, 300.0)), Ending::Nothing);
        assert!(!gesture.is_under_way());
    }

    #[test]
    fn a_stroke_that_is_given_up_cuts_nothing() {
        let (mut gesture, mut arrangement) = (Gesture::default(), Arrangement::default());
        gesture.press(mouse(0.0, 0.0), Press::Cut);
        gesture.travel(mouse(50.0, 0.0), &mut arrangement, SIZE);
        gesture.cancel();
        assert_eq!(gesture.release(mouse(50.0, 0.0)), Ending::Nothing);
    }
}
