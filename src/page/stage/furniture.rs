//! What lies over the canvas: the clock, the legend and the tools in its corners, and a hint above.

use super::geometry::Area;
use super::layout::{Layout, Screen};

/// How far the legend and the tools reach from their corners, and the tools without their words.
const LEGEND: f64 = 296.0;
const TOOLS: f64 = 356.0;
const TOOL_SIGNS: f64 = 190.0;

impl Layout {
    /// Where a hint appears: in the middle above.
    pub fn hint(&self) -> Area {
        let half = if self.compact { self.width * 0.45 } else { 196.0 };
        Area { x: self.width / 2.0 - half, y: 0.0, w: 2.0 * half, h: 62.0 }
    }

    /// What lies over the canvas in its corners: the clock, the legend and the tools.
    pub fn furniture(&self) -> Vec<Area> {
        let Layout { width, height, .. } = *self;
        let tools = |w: f64| Area { x: width - w, y: height - 58.0, w, h: 58.0 };
        match self.screen {
            Screen::Projector => vec![Area { x: 0.0, y: 0.0, w: 150.0, h: 60.0 }],
            Screen::Phone => vec![Area { x: 0.0, y: 0.0, w: 118.0, h: 54.0 }, tools(104.0)],
            Screen::Desk => {
                let w = if self.legend_lines() > 3 { LEGEND } else { LEGEND / 2.0 };
                let legend = Area { x: 0.0, y: height - 94.0, w, h: 94.0 };
                vec![
                    Area { x: 0.0, y: 0.0, w: 222.0, h: 100.0 },
                    legend,
                    tools(if self.names_tools() { TOOLS } else { TOOL_SIGNS }),
                ]
            }
        }
    }

    /// Legend and tools share the lower edge: first the tools' words give way to the legend, then its second column to them.
    pub fn names_tools(&self) -> bool {
        self.width >= LEGEND + TOOLS
    }

    pub fn legend_lines(&self) -> usize {
        if self.width >= LEGEND + TOOL_SIGNS { 6 } else { 3 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::Kind;

    #[test]
    fn legend_and_tools_do_not_meet() {
        for width in [439.0, 494.0, 560.0, 652.0, 1040.0] {
            let furniture = Layout::new(Screen::Desk, &[Kind::Server; 5], width, 620.0).furniture();
            assert!(furniture[1].gap(&furniture[2]) >= 0.0, "{width}: {furniture:?}");
        }
    }
}
