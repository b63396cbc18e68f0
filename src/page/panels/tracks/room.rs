//! Faults and branches share what the other tracks leave of the dock, so that nothing jumps when one more comes.

/// What both have beside one row of who leads, and in a low window.
const ROOM: f64 = 88.0;
const LOW_ROOM: f64 = 48.0;
const LEADERS: f64 = 30.0;
const TENURES: f64 = 26.0;
/// A row of bars; lower where there are more, down to where names can just be read.
pub const ROW: f64 = 20.0;
pub const LOW_ROW: f64 = 14.0;
/// Beyond so many rows bars have no names.
const MOST_ROWS: usize = 9;
/// Above and below all bars together, at least and at most.
pub const MARGIN: f64 = 6.0;
const WIDE_MARGIN: f64 = 10.0;
const LANE: f64 = 19.0;
const LOW_LANE: f64 = 13.0;
/// The present branch and where it comes from.
const FEWEST_LANES: usize = 2;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shares {
    /// The tracks' heights in pixels, and what neither needs.
    pub faults: f64,
    pub branches: f64,
    pub spare: f64,
    /// So many branches are drawn.
    pub lanes: usize,
}

impl Shares {
    /// What rows of who leads, or of what is so, leave.
    pub fn room(leads: bool, tenures: usize, low_window: bool) -> f64 {
        let above = if leads { LEADERS } else { tenures as f64 * TENURES };
        (if low_window { LOW_ROOM } else { ROOM }) + LEADERS - above
    }

    pub fn new(room: f64, rows: usize, branches: usize) -> Shares {
        let rows = rows.clamp(1, MOST_ROWS) as f64;
        let (low, high) = (rows * LOW_ROW + MARGIN, rows * ROW + WIDE_MARGIN);
        let lanes = match branches {
            0 | 1 => 0,
            _ => branches.min(((room - low) / LOW_LANE).max(FEWEST_LANES as f64) as usize),
        };
        let (lowest, wanted) = (lanes as f64 * LOW_LANE, lanes as f64 * LANE);
        let faults = (room - wanted).clamp(low, high);
        let branches = (room - faults).clamp(lowest, wanted);
        Shares { faults, branches, spare: (room - faults - branches).max(0.0), lanes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dock_is_as_high_with_branches_as_without() {
        for (rows, branches) in [(1, 0), (1, 2), (1, 3), (1, 5), (1, 30), (2, 3), (3, 3), (4, 2), (5, 0)] {
            let Shares { faults, branches, spare, .. } = Shares::new(ROOM, rows, branches);
            assert_eq!(faults + branches + spare, ROOM, "{rows} rows");
        }
        for branches in [0, 2, 9] {
            let Shares { faults, branches, spare, .. } = Shares::new(LOW_ROOM, 1, branches);
            assert_eq!(faults + branches + spare, LOW_ROOM);
        }
    }

    #[test]
    fn bars_have_names_up_to_nine_at_once() {
        for branches in [0, 2, 9] {
            let each = |rows: usize| (Shares::new(ROOM, rows, branches).faults - MARGIN) / rows as f64;
            assert!((1..=9).all(|rows| each(rows) >= LOW_ROW), "{branches} branches");
        }
        assert_eq!(Shares::new(ROOM, 10, 0), Shares::new(ROOM, 30, 0));
    }

    #[test]
    fn as_many_branches_have_lanes_as_fit() {
        let lanes = |rows, branches| Shares::new(ROOM, rows, branches).lanes;
        assert_eq!((lanes(1, 1), lanes(1, 3), lanes(1, 5), lanes(1, 9)), (0, 3, 5, 5));
        assert_eq!((lanes(3, 9), lanes(9, 9)), (3, 2));
    }
}
