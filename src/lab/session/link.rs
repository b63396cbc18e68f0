//! The run at hand as a script: whole, or as a link with the instant on screen and digests of the way to it.

use super::{OpenRun, SEEK_BUDGET};
use crate::lab::frame::Position;
use crate::lab::script::DIGESTS;
use crate::lab::timeline::Timeline;
use crate::sim::Time;

impl OpenRun {
    pub(super) fn script_text(&mut self, playhead: Option<Position>, selection: Option<&str>) -> String {
        let mut text = self.branch().script(self.system);
        if let Some(at) = playhead {
            text.push_str(&format!("playhead {}\n", at.words()));
            if let Some(selection) = selection.filter(|selection| !selection.trim().is_empty()) {
                text.push_str(&format!("select {}\n", selection.replace('\n', " ")));
            }
            let here = self.timeline.position();
            let words: Vec<String> =
                digests(&mut self.timeline, at, DIGESTS).iter().map(|digest| format!("{digest:04x}")).collect();
            self.timeline.seek(here, SEEK_BUDGET);
            text.push_str(&format!("digest {}\n", words.join(" ")));
        }
        text
    }

    /// The script for a transcript that people read: with the sentences, and when each was so.
    pub(super) fn timed_text(&mut self) -> String {
        let text = self.script_text(None, None);
        let first = text.find("\nat ").map_or(text.len(), |line| line + 1);
        let (settings, acts) = text.split_at(first);
        format!("{settings}show notes times\n{acts}")
    }

    /// Tells where a link's run begins to differ from this one, which happens between revisions.
    pub(super) fn compare_digest(&mut self, playhead: Position) {
        let digest = std::mem::take(&mut self.script.digest);
        if digest.is_empty() {
            return;
        }
        let here = digests(&mut self.timeline, playhead, digest.len());
        if let Some(index) = digest.iter().zip(&here).position(|(theirs, ours)| theirs != ours) {
            let from = Time(playhead.time.0 / digest.len() as u64 * index as u64);
            self.notice = Some(format!("Made by another revision of Netsplit: it differs from about {from} s on"));
        }
    }
}

/// Sixteen bits of the state at even fractions of the way to an instant.
fn digests(timeline: &mut Timeline, playhead: Position, count: usize) -> Vec<u16> {
    let step = playhead.time.0 / count as u64;
    (0..count as u64)
        .map(|index| {
            timeline.seek(Position { time: Time(step * index), k: u32::MAX }, SEEK_BUDGET);
            timeline.engine().fingerprint() as u16
        })
        .collect()
}
