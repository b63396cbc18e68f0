//! What is drawn before a run: the options of the system within their ranges, and a physics that real networks have.

use crate::lab::catalog::{self, System};
use crate::sim::dice::Dice;
use crate::sim::{OptionSpec, Range, Settings, Span};

/// What the physics is drawn from; what is listed twice is twice as likely. What only a search of all orders needs
/// stays as it is.
const PHYSICS: &[(&str, &[&str])] = &[
    ("latency", &["100us", "500us", "500us", "2ms", "10ms"]),
    ("jitter", &["on", "on", "on", "off"]),
    ("disk", &["200us", "1ms", "1ms", "5ms", "20ms"]),
    ("loss", &["0", "0", "0", "2", "10"]),
    ("transport_timeout", &["20s", "3s", "1s"]),
    ("bandwidth", &["125000000", "125000000", "125000000", "20000"]),
];

/// Above this a number is a size or a limit, drawn by its order of magnitude up to what is usual; a count, of nodes as a
/// rule, may be two more, and so may what is as a rule none.
const COUNTED: u64 = 16;

/// All time limits of a run are shortened together, so that their order stays; some by themselves.
const SHORTER: &[u64] = &[1, 1, 2, 4];

/// In how many runs of a hundred all sizes and limits are near the least that is allowed: what happens only beyond two of
/// them at once happens there.
const TIGHT: u64 = 25;

/// How often settings are drawn anew that ask for what no claim promises.
const TRIES: u32 = 16;

/// Draws every option that is not in `fixed`.
pub fn draw(system: &dyn System, settings: &mut Settings, fixed: &[String], dice: &mut Dice) {
    for _ in 0..TRIES {
        let mut drawn = settings.clone();
        draw_once(system, &mut drawn, fixed, dice);
        if system.is_proper(&drawn) {
            *settings = drawn;
            return;
        }
    }
}

fn draw_once(system: &dyn System, settings: &mut Settings, fixed: &[String], dice: &mut Dice) {
    let shorter = *dice.one_of(SHORTER);
    let is_tight = dice.chance(TIGHT);
    let own = system.options().iter().map(|spec| (spec.name, own(spec, shorter, is_tight, dice))).collect::<Vec<_>>();
    let physics = PHYSICS.iter().map(|(name, values)| (*name, (*dice.one_of(values)).to_owned())).collect::<Vec<_>>();
    for (name, value) in own.into_iter().chain(physics) {
        if !fixed.iter().any(|other| other == name) {
            // Drawn within the range.
            let _fits = catalog::set_option(system, settings, name, &value);
        }
    }
}

fn own(spec: &OptionSpec, shorter: u64, is_tight: bool, dice: &mut Dice) -> String {
    let as_it_is = dice.chance(50);
    let usual: u64 = spec.default.parse().unwrap_or_default();
    match spec.range {
        Range::Span { from, to } => {
            let own = if as_it_is { 4 } else { *dice.one_of(&[2, 4, 8]) };
            let usual = Span::parse(spec.default).unwrap_or_default();
            Span((usual.0 * own / 4 / shorter).clamp(from.0, to.0)).to_string()
        }
        Range::Number { from, to } if is_tight && to > COUNTED && usual > COUNTED => {
            dice.magnitude(from, usual.min(from.max(1) * 4)).to_string()
        }
        _ if as_it_is => spec.default.to_owned(),
        Range::Choice(choices) => (*dice.one_of(choices)).to_owned(),
        Range::Number { from, to } if to <= COUNTED || usual == 0 => {
            (from + dice.below(to.min(usual + 2) - from + 1)).to_string()
        }
        // A limit that is small as it is would be none if it were much smaller.
        Range::Number { .. } if usual <= COUNTED => (usual - dice.below(usual / 2 + 1)).to_string(),
        Range::Number { from, .. } => dice.magnitude(from, usual).to_string(),
    }
}
