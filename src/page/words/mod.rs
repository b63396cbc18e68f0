//! All the words of the page itself, in the languages it speaks. Protocols bring their own.

mod chinese;
pub mod digits;
mod english;
pub mod state_text;
pub mod terms;

pub use chinese::ZH;
pub use english::EN;

use crate::lab::wire::Code;

/// `{}` is where a value goes, and behind it `{s}` an s unless there is just one.
pub struct Words {
    pub language_tag: &'static str,
    /// The language that one can switch to, in its own words.
    pub other_language: &'static str,
    pub scenarios: &'static str,
    pub setup: &'static str,
    pub share: &'static str,
    pub keys: &'static str,
    pub seed: &'static str,
    pub theme: &'static str,
    pub menu: &'static str,
    pub close: &'static str,
    pub starting: &'static str,
    pub untranslated: &'static str,
    pub restarted: &'static str,
    pub dead: &'static str,
    pub nothing_to_run: &'static str,
    pub old_engine: &'static str,
    pub reload: &'static str,
    pub broken_link: &'static str,
    pub refused: &'static str,
    pub stage: &'static str,
    pub clock: &'static str,
    pub speed_auto: &'static str,
    pub at_rest: &'static str,
    pub speed_steady: &'static str,
    pub speed_short: &'static str,
    pub down: &'static str,
    pub crashed: &'static str,
    pub power_lost: &'static str,
    pub paused: &'static str,
    pub cut_both: &'static str,
    pub cut_from: &'static str,
    pub link: &'static str,
    pub more: &'static str,
    pub message: &'static str,
    pub operation: &'static str,
    pub pending: &'static str,
    pub done: &'static str,
    pub lane_cut: &'static str,
    pub timer: &'static str,
    pub final_wait: &'static str,
    pub votes_for: &'static str,
    pub votes_itself: &'static str,
    pub looking: &'static str,
    pub tally: &'static str,
    pub lone_leader: &'static str,
    pub catching_up: &'static str,
    pub observing: &'static str,
    pub its_disk: &'static str,
    pub positions: &'static str,
    pub of: &'static str,
    pub enough: &'static str,
    pub time_left: &'static str,
    pub more_flights: &'static str,
    pub unknown: &'static str,
    pub legend: &'static str,
    pub write: &'static str,
    pub which_client: &'static str,
    pub write_hint: &'static str,
    pub heal_all: &'static str,
    pub command: &'static str,
    pub command_hint: &'static str,
    pub send: &'static str,
    pub claims_hold: &'static str,
    pub blocked_count: &'static str,
    pub claims_broken: &'static str,
    pub no_claims: &'static str,
    pub at: &'static str,
    pub in_all: &'static str,
    pub without_leader: &'static str,
    pub last_without_leader: &'static str,
    pub lost_write: &'static str,
    pub leader_now: &'static str,
    pub leads: &'static str,
    pub nobody_leads: &'static str,
    pub operations: &'static str,
    pub operations_since: &'static str,
    pub answered: &'static str,
    pub refused_count: &'static str,
    pub unknown_count: &'static str,
    pub everyone: &'static str,
    pub ledger: &'static str,
    pub kept_lost: &'static str,
    pub no_writes: &'static str,
    pub blocked: &'static str,
    pub waits: &'static str,
    pub wait_together: &'static str,
    pub so_many_of: &'static str,
    pub and: &'static str,
    pub waits_from: &'static str,
    pub or: &'static str,
    pub details: &'static str,
    pub what_happened: &'static str,
    pub select_hint: &'static str,
    pub nothing_yet: &'static str,
    pub selected: &'static str,
    pub in_span: &'static str,
    pub clock_row: &'static str,
    pub disk_row: &'static str,
    pub unsynced: &'static str,
    pub inbox_row: &'static str,
    pub inbox_waiting: &'static str,
    pub log_snapshot: &'static str,
    pub log_before: &'static str,
    pub log_empty: &'static str,
    pub from_to: &'static str,
    pub connection: &'static str,
    pub link_idle: &'static str,
    pub link_opening: &'static str,
    pub link_open: &'static str,
    pub link_half_open: &'static str,
    pub link_lost: &'static str,
    pub lane_open: &'static str,
    pub stalled: &'static str,
    pub sent: &'static str,
    pub arrives: &'static str,
    pub held: &'static str,
    pub behind_cut: &'static str,
    pub bytes: &'static str,
    pub landed: &'static str,
    pub not_there: &'static str,
    pub answer: &'static str,
    pub asked_at: &'static str,
    pub ended_at: &'static str,
    pub took: &'static str,
    pub earlier: &'static str,
    pub play: &'static str,
    pub pause: &'static str,
    pub step_forward: &'static str,
    pub step_back: &'static str,
    pub mark_forward: &'static str,
    pub mark_back: &'static str,
    pub to_start: &'static str,
    pub to_end: &'static str,
    pub auto: &'static str,
    pub steady: &'static str,
    pub step: &'static str,
    pub pace: &'static str,
    pub speed: &'static str,
    pub track_leader: &'static str,
    pub track_faults: &'static str,
    pub track_writes_to: &'static str,
    pub track_writes: &'static str,
    pub track_marks: &'static str,
    pub track_branches: &'static str,
    pub none: &'static str,
    pub timeline: &'static str,
    pub dock_hint: &'static str,
    pub first_branch: &'static str,
    pub undo: &'static str,
    pub remove_fault: &'static str,
    pub drawer: &'static str,
    pub view_script: &'static str,
    pub view_promises: &'static str,
    pub view_logs: &'static str,
    pub run: &'static str,
    pub revert: &'static str,
    pub script_label: &'static str,
    pub script_note: &'static str,
    pub line_column: &'static str,
    pub held_so_far: &'static str,
    pub broken: &'static str,
    pub not_yet: &'static str,
    pub seen_times: &'static str,
    pub never_seen: &'static str,
    pub always: &'static str,
    pub sometimes: &'static str,
    pub eventually: &'static str,
    pub show_violation: &'static str,
    pub no_logs: &'static str,
    pub programs: &'static str,
    pub share_title: &'static str,
    pub link_copied: &'static str,
    pub copy_by_hand: &'static str,
    pub options: &'static str,
    pub flaws: &'static str,
    pub flaw_breaks: &'static str,
    pub default_value: &'static str,
    pub setup_note: &'static str,
    pub key_play: &'static str,
    pub key_events: &'static str,
    pub key_marks: &'static str,
    pub key_ends: &'static str,
    pub key_crash: &'static str,
    pub key_pause: &'static str,
    pub key_cut: &'static str,
    pub key_isolate: &'static str,
    pub key_remove_fault: &'static str,
    pub key_heal: &'static str,
    pub key_escape: &'static str,
    pub key_drawer: &'static str,
    pub key_nodes: &'static str,
    pub key_help: &'static str,
    pub keys_note: &'static str,
    pub tools: &'static str,
    pub tool_select: &'static str,
    pub tool_knife: &'static str,
    pub knife_hold: &'static str,
    pub separate: &'static str,
    pub nobody_else: &'static str,
    pub crash_all: &'static str,
    pub restart_all: &'static str,
    pub pause_all: &'static str,
    pub resume_all: &'static str,
    pub all_down: &'static str,
    pub nodes_together: &'static str,
    pub cut_way: &'static str,
    pub mend_way: &'static str,
    pub way_out: &'static str,
    pub way_in: &'static str,
    pub key_group: &'static str,
    pub sheet: &'static str,
    pub next_branch: &'static str,
    pub skip: &'static str,
    pub hint_crash_leader: &'static str,
    pub hint_crash: &'static str,
    pub hint_cut: &'static str,
    pub hint_step_back: &'static str,
    pub paused_at: &'static str,
    /// Between one sentence and the next.
    pub full_stop: &'static str,
    pub colon: &'static str,
    pub epoch: &'static str,
    pub promotion: &'static str,
    pub present: &'static str,
    pub leave_present: &'static str,
    pub beat_back: &'static str,
    pub beat_forward: &'static str,
    pub reset_scene: &'static str,
    pub loop_range: &'static str,
    pub qr: &'static str,
    pub qr_label: &'static str,
    pub qr_too_long: &'static str,
    pub copy_state: &'static str,
    pub text_copied: &'static str,
    pub copy_text_by_hand: &'static str,
    pub role_row: &'static str,
    pub last_row: &'static str,
    pub committed_row: &'static str,
    pub log_row: &'static str,
    pub workload: &'static str,
    pub workload_kind: &'static str,
    pub workload_none: &'static str,
    pub workload_every: &'static str,
    pub workload_clients: &'static str,
    pub workload_apply: &'static str,
    pub distance: &'static str,
    pub one_rack: &'static str,
    pub three_zones: &'static str,
    pub three_continents: &'static str,
    pub key_beats: &'static str,
    pub key_present: &'static str,
    pub key_lecture: &'static str,
    pub key_qr: &'static str,
    pub key_zoom: &'static str,
    pub lock_of: &'static str,
    pub held_by: &'static str,
    pub offered_to: &'static str,
    pub lock_free: &'static str,
    pub waiting_line: &'static str,
    pub nobody_waits: &'static str,
    pub next_token: &'static str,
    pub waiting: &'static str,
    pub waits_for: &'static str,
    pub so_many_free: &'static str,
    pub any_one_frees: &'static str,
    pub in_a_circle: &'static str,
    pub nobody_known: &'static str,
    pub what_would_unblock: &'static str,
    pub who_holds: &'static str,
    pub the_last: &'static str,
    pub truth: &'static str,
    pub two_believe: &'static str,
    pub holds: &'static str,
    pub believes: &'static str,
    pub is_offered: &'static str,
    pub place_in_line: &'static str,
    pub write_refused: &'static str,
    pub write_let_in: &'static str,
    pub in_doubt: &'static str,
    pub committed: &'static str,
    pub undone: &'static str,
    pub at_work: &'static str,
    pub believes_to_lead: &'static str,
    pub go_there: &'static str,
    pub lasts: &'static str,
    pub fault_keys: &'static str,
    pub fault_in_hand: &'static str,
    pub find_scenario: &'static str,
    pub no_scenario: &'static str,
    pub story_over: &'static str,
    pub measured: &'static str,
    pub measure: &'static str,
    pub measure_hint: &'static str,
    pub run_until: &'static str,
    pub until_violation: &'static str,
    pub axis: &'static str,
    pub story: &'static str,
    pub by_clock: &'static str,
    pub flight_time: &'static str,
    pub flight_takes: &'static str,
    pub view_diagram: &'static str,
    pub view_events: &'static str,
    pub view_charts: &'static str,
    pub view_branches: &'static str,
    pub diagram_label: &'static str,
    pub zoom_in: &'static str,
    pub zoom_out: &'static str,
    pub zoom_back: &'static str,
    pub still_reading: &'static str,
    pub events_count: &'static str,
    pub filter: &'static str,
    pub of_node: &'static str,
    pub of_kind: &'static str,
    pub all_nodes: &'static str,
    pub kind_interesting: &'static str,
    pub kind_all: &'static str,
    pub kind_messages: &'static str,
    pub kind_timers: &'static str,
    pub kind_disk: &'static str,
    pub kind_clients: &'static str,
    pub kind_notes: &'static str,
    pub kind_faults: &'static str,
    pub why: &'static str,
    pub undo_last: &'static str,
    pub one_branch: &'static str,
    pub what_differs: &'static str,
    pub name_branch: &'static str,
    pub branch_name: &'static str,
    pub keep_name: &'static str,
    pub differs_by: &'static str,
    pub first_difference: &'static str,
    pub no_difference: &'static str,
    pub nothing_more: &'static str,
    pub compared_partly: &'static str,
    pub ledger_short: &'static str,
    pub messages_a_second: &'static str,
    pub routine: &'static str,
    pub logarithmic: &'static str,
    pub view_hunt: &'static str,
    pub hunt_title: &'static str,
    pub hunt_note: &'static str,
    pub hunt_system: &'static str,
    pub hunt_flaw: &'static str,
    pub hunt_no_flaw: &'static str,
    pub hunt_kept: &'static str,
    pub hunt_further: &'static str,
    pub hunt_seeking: &'static str,
    pub hunt_shrinking: &'static str,
    pub hunt_size: &'static str,
    pub hunt_enough: &'static str,
    pub hunt_found: &'static str,
    pub hunt_proof: &'static str,
    pub hunt_watch: &'static str,
    pub hunt_branch: &'static str,
    pub hunt_nothing: &'static str,
    pub hunt_stopped: &'static str,
    pub hunt_failed: &'static str,
    pub hunt_tried: &'static str,
    pub hunt_rate: &'static str,
    pub hunt_counted: &'static str,
    pub hunt_counted_note: &'static str,
    pub hunt_faults: &'static str,
    pub hunt_messages: &'static str,
    pub hunt_milestones: &'static str,
    pub hunt_not_yet: &'static str,
    pub always_so: &'static str,
    pub always_note: &'static str,
    pub run_hundred: &'static str,
    pub stop: &'static str,
    pub show_seed: &'static str,
    pub leaderless_spread: &'static str,
    pub all_hold: &'static str,
    pub writes_lost: &'static str,
    pub somebody_waits: &'static str,
    pub key_axis: &'static str,
    pub key_measure: &'static str,
    pub broken_ahead: &'static str,
    pub broken_behind: &'static str,
    pub download_script: &'static str,
    pub download_transcript: &'static str,
    pub older_positions: &'static str,
    pub view_history: &'static str,
    pub history_label: &'static str,
    pub history_hint: &'static str,
    pub history_counts: &'static str,
    pub nothing_promised: &'static str,
    pub is_linearizable: &'static str,
    pub is_sequential: &'static str,
    pub holds_until: &'static str,
    pub not_linearizable: &'static str,
    pub not_sequential: &'static str,
    pub verdict_unknown: &'static str,
    pub linearizable: &'static str,
    pub sequential: &'static str,
    pub promised: &'static str,
    pub held_to: &'static str,
    pub first_error: &'static str,
    pub cannot_be_placed: &'static str,
    pub placed: &'static str,
    pub dispensable: &'static str,
    pub did_not_happen: &'static str,
    pub after_the_error: &'static str,
    pub its_messages: &'static str,
    pub in_line: &'static str,
    pub not_placed: &'static str,
    pub judging: &'static str,
    pub judged_in: &'static str,
    pub model: &'static str,
    pub model_guessed: &'static str,
    pub format: &'static str,
    pub format_guessed: &'static str,
    pub initial: &'static str,
    pub initially: &'static str,
    pub back_to_run: &'static str,
    pub open_history: &'static str,
    pub open_history_note: &'static str,
}

/// There is one of each language.
impl PartialEq for Words {
    fn eq(&self, other: &Words) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Words {
    /// The words that suit a browser's language.
    pub fn suited(language: &str) -> &'static Words {
        if language.to_ascii_lowercase().starts_with("zh") { &ZH } else { &EN }
    }

    /// Engines speak English.
    pub fn is_translated(&self) -> bool {
        self != &EN
    }

    /// What kind of thing an entry of the trace tells.
    pub fn code(&self, code: Code) -> &'static str {
        if self.is_translated() { chinese::code(code) } else { code.word() }
    }

    pub fn other(&self) -> &'static Words {
        if self == &EN { &ZH } else { &EN }
    }
}

/// Puts values where a template has `{}`, in turn.
pub fn fill(template: &str, values: &[&dyn std::fmt::Display]) -> String {
    let mut parts = template.split("{}");
    let mut text = parts.next().unwrap_or_default().to_string();
    let mut values = values.iter();
    for part in parts {
        let value = values.next().map(ToString::to_string).unwrap_or_default();
        text.push_str(&value);
        text.push_str(&part.replace("{s}", if value == "1" { "" } else { "s" }));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_filled_in_turn() {
        assert_eq!(fill("{} of {}", &[&2, &"5"]), "2 of 5");
        assert_eq!(fill("plain", &[]), "plain");
        assert_eq!(fill("{} node{s}, {} link{s}", &[&1, &2]), "1 node, 2 links");
    }

    /// The entries of a table as written, by name.
    fn entries(source: &str) -> std::collections::BTreeMap<String, String> {
        let mut entries = std::collections::BTreeMap::new();
        let mut rest = source.split_once('{').map_or("", |(_, rest)| rest);
        while let Some((before, after)) = rest.split_once(": \"").or_else(|| rest.split_once(":\n        \"")) {
            let name = before.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
            let (value, after) = after.split_once("\",").unwrap_or((after, ""));
            entries.insert(name.to_owned(), value.to_owned());
            rest = after;
        }
        entries
    }

    /// Names of keys and signs are the same everywhere; everything else that is not Chinese is missing.
    #[test]
    fn every_word_is_translated() {
        let (english, chinese) = (entries(include_str!("english.rs")), entries(include_str!("chinese.rs")));
        assert!(english.len() > 150, "{}", english.len());
        assert_eq!(english.keys().collect::<Vec<_>>(), chinese.keys().collect::<Vec<_>>());
        let is_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        let wordless = |text: &str| !text.replace("{}", "").replace("{s}", "").chars().any(|c| c.is_ascii_lowercase());
        let missing: Vec<&String> = english
            .iter()
            .filter(|(name, value)| !wordless(value) && !is_chinese(&chinese[*name]) && *name != "language_tag")
            .filter(|(name, _)| *name != "other_language" && *name != "speed_short")
            .map(|(name, _)| name)
            .collect();
        assert!(missing.is_empty(), "without a translation: {missing:?}");
    }

    #[test]
    fn each_language_offers_the_other() {
        assert!(Words::suited("zh-CN").other() == &EN);
        assert!(Words::suited("de").other() == &ZH);
    }
}
