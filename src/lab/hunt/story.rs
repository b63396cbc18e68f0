//! What was found, as a script that a person can read and that plays.

use std::fmt::Write as _;

use super::Hunt;
use super::plan::{Plan, Violated};
use crate::lab::catalog::Keep;
use crate::lab::play;
use crate::lab::script::Script;
use crate::sim::{Settings, Span};

/// A violation, with the smallest run that shows it.
#[derive(Clone, Debug)]
pub struct Found {
    pub seed: u64,
    pub violated: Violated,
    pub plan: Plan,
}

impl Found {
    /// How many commands the script has.
    pub fn entries(&self) -> usize {
        self.plan.cues.len()
    }

    pub fn script(&self, hunt: &Hunt) -> String {
        let bare = self.text(hunt, &[]);
        let parsed = Script::parse(&bare).ok();
        let played = parsed.and_then(|script| play::play(&script, Keep::default()).ok());
        let mut violated: Vec<&str> = vec![self.violated.property];
        let claims = played.map(|played| played.engine.claims()).unwrap_or_default();
        for claim in claims {
            if claim.violation.is_some() && !violated.contains(&claim.name) {
                violated.push(claim.name);
            }
        }
        self.text(hunt, &violated)
    }

    fn text(&self, hunt: &Hunt, expected: &[&str]) -> String {
        let property = self.violated.property;
        let claim = hunt.system.says(property).unwrap_or(property);
        let mut text = format!("# {claim}: violated\n#\n# {}.\n", self.violated.says);
        let _ = writeln!(text, "# Found by the hunt with seed {} and made as small as it goes.\n", self.seed);
        let _ = writeln!(text, "system {}", hunt.system.name());
        let settings = &self.plan.settings;
        let usual = Settings::defaults(hunt.system.options());
        if settings.seed != usual.seed {
            let _ = writeln!(text, "seed {}", settings.seed);
        }
        for (name, value) in settings.values().filter(|(name, value)| usual.text(name) != *value) {
            let _ = writeln!(text, "option {name} {value}");
        }
        for flaw in settings.flaws() {
            let _ = writeln!(text, "flaw {flaw}");
        }
        text.push('\n');
        for cue in &self.plan.cues {
            if cue.gap > Span::ZERO {
                let _ = writeln!(text, "run {}", cue.gap);
            }
            let _ = writeln!(text, "{}", cue.command);
        }
        if self.plan.tail > Span::ZERO {
            let _ = writeln!(text, "run {}", self.plan.tail);
        }
        for name in expected {
            let _ = writeln!(text, "expect {name} violated");
        }
        text
    }
}
