//! The systems that can be run. Menu, links, tests, searches and documentation follow from this list.

use std::marker::PhantomData;

use super::chronicle::Chronicle;
use super::engine::Engine;
#[cfg(feature = "search")]
use super::explore::{self, Limits, Report};
use super::run::Run;
use super::script::Script;
use super::wire::{Problem, ScenarioCard, SystemCard};
use super::words::nearest;
use crate::describe::Describe;
use crate::protocols::lock_queue::LockQueue;
use crate::protocols::mutex::Mutex;
use crate::protocols::replication::Replication;
use crate::protocols::two_phase_commit::TwoPhaseCommit;
use crate::protocols::zab::Zab;
use crate::systems::lock_service::LockService;

pub use crate::sim::Settings;
use crate::sim::{Flaw, NodeId, OptionSpec, PHYSICS};

/// Every system, in the order of the menu.
pub static SYSTEMS: &[&dyn System] = &[
    &Entry::<Replication>::new(),
    &Entry::<Mutex>::new(),
    &Entry::<LockQueue>::new(),
    &Entry::<TwoPhaseCommit>::new(),
    &Entry::<Zab>::new(),
    &Entry::<LockService>::new(),
];

/// One system, with its types hidden.
pub trait System: Sync {
    fn name(&self) -> &'static str;
    fn title(&self) -> &'static str;
    fn summary(&self) -> &'static str;
    fn sample_input(&self) -> &'static str;
    fn options(&self) -> &'static [OptionSpec];
    fn flaws(&self) -> &'static [Flaw];
    fn scenarios(&self) -> &'static [(&'static str, &'static str)];
    fn workloads(&self) -> &'static [(&'static str, &'static str)];
    fn claims(&self) -> Vec<&'static str>;
    /// Terms of art with a sentence each.
    fn names(&self) -> &'static [(&'static str, &'static str)];
    fn milestones(&self) -> Vec<&'static str>;
    /// A claim as a sentence.
    fn says(&self, claim: &str) -> Option<&'static str>;
    /// Whether clients are set to do what the claims are made for.
    fn is_proper(&self, settings: &Settings) -> bool;
    /// The short names of messages.
    fn messages(&self) -> &'static [&'static str];
    /// What a workload's turn asks, as a script says it.
    fn ask(&self, kind: &str, client: NodeId, ordinal: u64, bits: u64) -> Option<String>;
    fn start(&self, settings: &Settings, keep: Keep) -> Box<dyn Engine>;
    /// Options that a search sets unless told otherwise.
    fn exploring(&self) -> &'static [(&'static str, &'static str)];
    #[cfg(feature = "search")]
    fn explore(&self, settings: &Settings, limits: &Limits, jobs: usize, progress: &mut dyn FnMut(&Report)) -> Report;
    /// The projection of this name.
    ///
    /// # Errors
    /// The system has none of this name.
    fn projection(&self, name: &str) -> Result<&'static str, Problem>;
}

/// The system and the scenario that a newcomer sees first: there is a leader to crash, and an election to watch.
pub const OPENING: (&str, &str) = ("zab", "opening");

/// What a run should keep for whoever looks at it: each takes time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Keep {
    pub trace: bool,
    pub hash: bool,
    /// Nobody looks: no leaders, rows, figures and beats. Claims are judged all the same.
    pub nothing: bool,
}

/// A line of the catalogue.
pub struct Entry<P>(PhantomData<fn() -> P>);

impl<P> Entry<P> {
    pub const fn new() -> Entry<P> {
        Entry(PhantomData)
    }
}

impl<P> Default for Entry<P> {
    fn default() -> Self {
        Entry::new()
    }
}

impl<P: Describe> System for Entry<P> {
    fn name(&self) -> &'static str {
        P::NAME
    }

    fn title(&self) -> &'static str {
        P::TITLE
    }

    fn summary(&self) -> &'static str {
        P::SUMMARY
    }

    fn sample_input(&self) -> &'static str {
        P::SAMPLE_INPUT
    }

    fn options(&self) -> &'static [OptionSpec] {
        P::options()
    }

    fn flaws(&self) -> &'static [Flaw] {
        P::flaws()
    }

    fn scenarios(&self) -> &'static [(&'static str, &'static str)] {
        P::SCENARIOS
    }

    fn workloads(&self) -> &'static [(&'static str, &'static str)] {
        P::WORKLOADS
    }

    fn claims(&self) -> Vec<&'static str> {
        P::claims().iter().map(|claim| claim.name).collect()
    }

    fn names(&self) -> &'static [(&'static str, &'static str)] {
        P::NAMES
    }

    fn milestones(&self) -> Vec<&'static str> {
        P::milestones().iter().map(|milestone| milestone.name).collect()
    }

    fn is_proper(&self, settings: &Settings) -> bool {
        P::is_proper(settings)
    }

    fn says(&self, claim: &str) -> Option<&'static str> {
        P::claims().iter().find(|known| known.name == claim).map(|known| known.says)
    }

    fn messages(&self) -> &'static [&'static str] {
        P::MESSAGES
    }

    fn ask(&self, kind: &str, client: NodeId, ordinal: u64, bits: u64) -> Option<String> {
        P::workload(kind, client, ordinal, bits).map(|input| input.to_string())
    }

    fn start(&self, settings: &Settings, keep: Keep) -> Box<dyn Engine> {
        Box::new(Run::<P>::listening(settings, |chronicle: &mut Chronicle| {
            chronicle.trace = keep.trace.then(Vec::new);
            chronicle.hash = keep.hash.then_some(0);
            chronicle.is_shown = !keep.nothing;
        }))
    }

    fn exploring(&self) -> &'static [(&'static str, &'static str)] {
        P::EXPLORING
    }

    #[cfg(feature = "search")]
    fn explore(&self, settings: &Settings, limits: &Limits, jobs: usize, progress: &mut dyn FnMut(&Report)) -> Report {
        explore::explore::<P>(settings, limits, jobs, progress)
    }

    fn projection(&self, name: &str) -> Result<&'static str, Problem> {
        P::PROJECTIONS.iter().copied().find(|known| *known == name).ok_or_else(|| Problem {
            message: format!("{} has no projection {name}", P::NAME),
            hint: nearest(name, P::PROJECTIONS.iter().copied()),
            ..Problem::default()
        })
    }
}

/// # Errors
/// The nearest name as a hint.
pub fn find(name: &str) -> Result<&'static dyn System, Problem> {
    SYSTEMS.iter().copied().find(|system| system.name() == name).ok_or_else(|| Problem {
        message: format!("there is no system called {name}"),
        hint: nearest(name, SYSTEMS.iter().map(|system| system.name())),
        ..Problem::default()
    })
}

/// The text of one of a system's scenarios.
///
/// # Errors
/// The nearest name as a hint.
pub fn scenario(system: &dyn System, name: &str) -> Result<&'static str, Problem> {
    let found = system.scenarios().iter().find(|(known, _)| *known == name);
    found.map(|(_, text)| *text).ok_or_else(|| Problem {
        message: format!("{} has no scenario called {name}", system.name()),
        hint: nearest(name, system.scenarios().iter().map(|(known, _)| *known)),
        ..Problem::default()
    })
}

/// The system that a script runs, and the settings it asks for.
///
/// # Errors
/// The place of the first option, flaw or system that does not exist.
pub fn settings(script: &Script) -> Result<(&'static dyn System, Settings), Problem> {
    let system = find(&script.system.text).map_err(|problem| script.system.blame(problem))?;
    let mut settings = Settings::defaults(system.options());
    if let Some(seed) = script.seed {
        settings.seed = seed;
    }
    for (name, value) in &script.options {
        let spec = option(system, &name.text).map_err(|problem| name.blame(problem))?;
        set(&mut settings, spec, &value.text).map_err(|problem| value.blame(problem))?;
    }
    for name in &script.flaws {
        set_flaw(system, &mut settings, &name.text, true).map_err(|problem| name.blame(problem))?;
    }
    Ok((system, settings))
}

/// # Errors
/// What the option must be, or which one may have been meant.
pub fn set_option(system: &dyn System, settings: &mut Settings, name: &str, value: &str) -> Result<(), Problem> {
    set(settings, option(system, name)?, value)
}

fn option(system: &dyn System, name: &str) -> Result<&'static OptionSpec, Problem> {
    let mut known = system.options().iter().chain(PHYSICS);
    known.clone().find(|spec| spec.name == name).ok_or_else(|| {
        let hint = nearest(name, known.by_ref().map(|spec| spec.name));
        Problem::new(format!("{} has no option {name}", system.name()), hint)
    })
}

fn set(settings: &mut Settings, spec: &OptionSpec, value: &str) -> Result<(), Problem> {
    settings.set(spec, value).map_err(|message| Problem::new(message, spec.title))
}

/// What a search goes by: what every search sets, what this system's set, and then these options.
///
/// # Errors
/// As those of [`set_option`].
#[cfg(feature = "search")]
pub fn searching(system: &dyn System, options: &[(&str, &str)]) -> Result<Settings, Problem> {
    const EVERY: [(&str, &str); 3] = [("chance", "lowest"), ("connections", "given"), ("jitter", "off")];
    let mut settings = Settings::defaults(system.options());
    for (name, value) in EVERY.iter().chain(system.exploring()).chain(options) {
        set_option(system, &mut settings, name, value)?;
    }
    Ok(settings)
}

/// # Errors
/// Which flaw may have been meant.
pub fn set_flaw(system: &dyn System, settings: &mut Settings, name: &str, on: bool) -> Result<(), Problem> {
    let Some(flaw) = system.flaws().iter().find(|flaw| flaw.name == name) else {
        return Err(Problem {
            message: format!("{} has no flaw {name}", system.name()),
            hint: nearest(name, system.flaws().iter().map(|flaw| flaw.name)),
            ..Problem::default()
        });
    };
    settings.set_flaw(flaw, on);
    Ok(())
}

/// The menu.
pub fn cards() -> Vec<SystemCard> {
    let card = |system: &&dyn System| SystemCard {
        name: system.name().to_owned(),
        title: system.title().to_owned(),
        summary: system.summary().to_owned(),
        scenarios: system
            .scenarios()
            .iter()
            .map(|(name, text)| ScenarioCard {
                name: (*name).to_owned(),
                title: title(text, name),
                caption: caption(text),
            })
            .collect(),
        flaws: system.flaws().iter().map(|flaw| (flaw.name.to_owned(), flaw.title.to_owned())).collect(),
        names: system.names().iter().map(|(term, says)| ((*term).to_owned(), (*says).to_owned())).collect(),
    };
    SYSTEMS.iter().map(card).collect()
}

/// A scenario's first paragraph after its title.
pub fn caption(text: &str) -> String {
    let prose = text.lines().map_while(|line| line.strip_prefix('#')).map(str::trim).skip(1);
    let paragraph = prose.skip_while(|line| line.is_empty()).take_while(|line| !line.is_empty());
    paragraph.collect::<Vec<_>>().join(" ")
}

/// A scenario's first line of prose.
pub fn title(text: &str, otherwise: &str) -> String {
    let first = text.lines().find_map(|line| line.strip_prefix('#'));
    first.map_or(otherwise, str::trim).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_opening_is_in_the_catalogue() {
        let (system, name) = OPENING;
        assert!(scenario(find(system).expect("its system is there"), name).is_ok());
    }

    #[test]
    fn a_mistake_stands_where_its_word_does() {
        for (text, line, column) in [
            ("# é\n  system  replicaton\n", 2, 11),
            ("# é\nsystem é\n", 2, 8),
            ("system replication\n  option  latncy 5ms\n", 2, 11),
            ("system replication\noption latency  fast\n", 2, 17),
            ("system replication\n flaw  nothing on\n", 2, 8),
        ] {
            let problem = settings(&Script::parse(text).expect("reads")).err().expect(text);
            assert_eq!((problem.line, problem.column), (line, column), "{text}: {problem:?}");
        }
    }

    #[test]
    fn a_caption_is_the_paragraph_after_the_title() {
        let text = "# A title\n#\n# What happens\n# in it.\n#\n# More.\n\nsystem x\n# no prose\n";
        assert_eq!((title(text, "x").as_str(), caption(text).as_str()), ("A title", "What happens in it."));
        assert_eq!(caption("# A title\n\nsystem x\n# a remark\n"), "");
    }
}
