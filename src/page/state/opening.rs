//! The first experiment, in three hints. Each waits for what it speaks of, never for the clock, and acting dismisses it.

use crate::describe::NodeId;
use crate::lab::frame::{Frame, Health};
use crate::page::intent::Intent;
use crate::page::stage::place::reach::Hit;

/// Which hint is next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Opening {
    /// Not for this visitor: they came with a link, or have been here before.
    #[default]
    Done,
    /// Crash the leader, once a write was acknowledged.
    Crash,
    /// Cut a link, once somebody leads again.
    Cut,
    /// Step back, once a side lost its quorum.
    StepBack,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    Crash {
        node: NodeId,
    },
    Cut {
        a: NodeId,
        b: NodeId,
    },
    /// This node cannot go on.
    StepBack {
        node: NodeId,
    },
}

impl Hint {
    /// What it points at on the stage.
    pub fn target(self) -> Option<Hit> {
        match self {
            Hint::Crash { node } => Some(Hit::Node(node)),
            Hint::Cut { a, b } => Some(Hit::Link(a, b)),
            Hint::StepBack { .. } => None,
        }
    }
}

impl Opening {
    /// The hint to show at this instant, if its event has come.
    pub fn hint(self, frame: &Frame) -> Option<Hint> {
        let leader = frame.readout.leader;
        match self {
            Opening::Done => None,
            Opening::Crash => {
                let written = frame.readout.sides.iter().any(|side| side.answered > 0);
                let node = leader.or_else(|| frame.nodes.first().map(|node| node.id))?;
                written.then_some(Hint::Crash { node })
            }
            Opening::Cut => {
                let again = leader.is_some() || frame.readout.leaderless.is_none();
                let somebody_fell = frame.nodes.iter().any(|node| node.health != Health::Up);
                let link = frame.links.iter().find(|link| {
                    let ends = [link.a, link.b];
                    let up = ends.iter().all(|id| frame.nodes[usize::from(id.0)].health == Health::Up);
                    up && leader.is_none_or(|leader| ends.contains(&leader))
                })?;
                (again && somebody_fell).then_some(Hint::Cut { a: link.a, b: link.b })
            }
            Opening::StepBack => {
                let parted = frame.territories.iter().find(|territory| !territory.able);
                let blocked = || frame.waits.iter().find(|wait| wait.blocked.is_some()).and_then(|wait| wait.who.node);
                let node = parted.and_then(|territory| territory.members.first().copied()).or_else(blocked)?;
                Some(Hint::StepBack { node })
            }
        }
    }

    /// What is next after a person did something, if that changes it.
    pub fn after(self, hint: Option<Hint>, intent: &Intent) -> Option<Opening> {
        let next = match (self, intent) {
            (Opening::Done, _) => return None,
            (_, Intent::SkipOpening) => Opening::Done,
            (_, Intent::Act(_)) if hint.is_some() => self.next(),
            // Whoever does it unasked need not be told.
            (Opening::Crash, Intent::Act(line)) if line.starts_with("crash") => self.next(),
            (Opening::Cut, Intent::Act(line))
                if ["cut", "partition", "isolate"].iter().any(|word| line.starts_with(word)) =>
            {
                self.next()
            }
            (
                Opening::StepBack,
                Intent::Mark { ahead: false }
                | Intent::StepBeat { ahead: false }
                | Intent::Start
                | Intent::Seek(_)
                | Intent::Undo,
            ) if hint.is_some() => self.next(),
            (Opening::StepBack, Intent::Events(events)) if hint.is_some() && *events < 0 => self.next(),
            _ => return None,
        };
        Some(next)
    }

    /// After the hint that was shown.
    fn next(self) -> Opening {
        match self {
            Opening::Crash => Opening::Cut,
            Opening::Cut => Opening::StepBack,
            Opening::StepBack | Opening::Done => Opening::Done,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::Territory;
    use crate::lab::frame::Side;

    fn frame() -> Frame {
        let mut frame = Frame::cluster(3, 0);
        frame.readout.leaderless = Some(Default::default());
        frame
    }

    #[test]
    fn each_hint_waits_for_its_event() {
        let mut frame = frame();
        assert_eq!(Opening::Crash.hint(&frame), None, "nothing was written");
        frame.readout.leader = Some(NodeId(2));
        frame.readout.sides = vec![Side { members: vec![NodeId(0)], answered: 1, refused: 0, unknown: 0 }];
        assert_eq!(Opening::Crash.hint(&frame), Some(Hint::Crash { node: NodeId(2) }));
        assert_eq!(Opening::Cut.hint(&frame), None, "nobody fell");
        frame.nodes[2].health = Health::Crashed;
        frame.readout.leader = None;
        assert_eq!(Opening::Cut.hint(&frame), None, "nobody leads");
        frame.readout.leader = Some(NodeId(1));
        assert_eq!(Opening::Cut.hint(&frame), Some(Hint::Cut { a: NodeId(0), b: NodeId(1) }));
        assert_eq!(Opening::StepBack.hint(&frame), None);
        frame.territories =
            vec![Territory { members: vec![NodeId(0)], share: None, says: "no quorum".into(), able: false }];
        let stuck = Hint::StepBack { node: NodeId(0) };
        assert_eq!(Opening::StepBack.hint(&frame), Some(stuck));
        assert_eq!(Opening::Done.hint(&frame), None);
    }

    #[test]
    fn acting_dismisses_and_so_does_skipping() {
        let act = |line: &str| Intent::Act(line.into());
        let shown = Some(Hint::Crash { node: NodeId(0) });
        assert_eq!(Opening::Crash.after(shown, &act("pause n1")), Some(Opening::Cut));
        assert_eq!(Opening::Crash.after(None, &act("pause n1")), None, "nothing was shown");
        assert_eq!(Opening::Crash.after(None, &act("crash n1")), Some(Opening::Cut));
        assert_eq!(Opening::Cut.after(None, &act("partition n1 | n2")), Some(Opening::StepBack));
        let stuck = Some(Hint::StepBack { node: NodeId(0) });
        assert_eq!(Opening::StepBack.after(stuck, &Intent::Events(-1)), Some(Opening::Done));
        assert_eq!(Opening::StepBack.after(stuck, &Intent::Events(1)), None);
        assert_eq!(Opening::Crash.after(None, &Intent::SkipOpening), Some(Opening::Done));
        assert_eq!(Opening::Done.after(None, &act("crash n1")), None);
    }
}
