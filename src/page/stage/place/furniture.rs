//! What lies over the canvas: the clock, the legend and the tools in its corners, and notes beside the clock.

use super::geometry::Area;
use super::layout::{Layout, Screen};

/// How far the legend and the tools reach from their corners, and the tools without their words.
const LEGEND: f64 = 340.0;
const TOOLS: f64 = 356.0;
const TOOL_SIGNS: f64 = 190.0;

impl Layout {
    /// Where a hint, a scenario's words or a notice appears: beside the clock. On a phone they have the caption's place.
    pub fn note(&self) -> Option<Area> {
        let x = self.clock().w + 10.0;
        let h = if self.compact { 84.0 } else { 66.0 };
        (self.screen != Screen::Phone).then_some(Area { x, y: 0.0, w: self.width - x, h })
    }

    /// Both.
    pub fn taken(&self) -> impl Iterator<Item = Area> + use<> {
        self.furniture().into_iter().chain(self.note())
    }

    fn clock(&self) -> Area {
        let (w, h) = match self.screen {
            Screen::Projector => (150.0, 60.0),
            Screen::Phone => (118.0, 54.0),
            Screen::Desk => (222.0, 100.0),
        };
        Area { x: 0.0, y: 0.0, w, h }
    }

    /// What lies over the canvas in its corners: the clock, the legend and the tools.
    pub fn furniture(&self) -> Vec<Area> {
        let Layout { width, height, .. } = *self;
        let tools = |w: f64| Area { x: width - w, y: height - 58.0, w, h: 58.0 };
        match self.screen {
            Screen::Projector => vec![self.clock()],
            Screen::Phone => vec![self.clock(), tools(104.0)],
            Screen::Desk => {
                let w = LEGEND * self.legend_lines() as f64 / 6.0;
                let legend = Area { x: 0.0, y: height - 94.0, w, h: 94.0 };
                vec![self.clock(), legend, tools(if self.names_tools() { TOOLS } else { TOOL_SIGNS })]
            }
        }
    }

    /// Legend and tools share the lower edge: first the tools' words give way to the legend, then its columns to them.
    pub fn names_tools(&self) -> bool {
        self.width >= LEGEND + TOOLS
    }

    pub fn legend_lines(&self) -> usize {
        match self.width - TOOL_SIGNS {
            room if room >= LEGEND => 6,
            room if room >= LEGEND / 2.0 => 3,
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::Kind;

    #[test]
    fn legend_and_tools_do_not_meet() {
        for width in [310.0, 439.0, 494.0, 560.0, 652.0, 1040.0] {
            let furniture = Layout::new(Screen::Desk, &[Kind::Server; 5], width, 620.0).furniture();
            assert!(furniture[1].gap(&furniture[2]) >= 0.0, "{width}: {furniture:?}");
        }
    }
}
