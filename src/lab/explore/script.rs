//! The way to a state as a script.

use super::frontier::key;
use super::pieces::Stage;
use super::worker::{Violation, Worker};
use crate::describe::Describe;
use crate::lab::chronicle::{Chronicle, OWN_CODE};
use crate::lab::entry::{Listener, Unanswered};
use crate::lab::run::claims::claim_of;
use crate::lab::testimony::Watch;
use crate::sim::{Action, CONTROL, Due, Expectation, Fault, FlightId, NodeId, PHYSICS, Settings, Verdict, World};

impl<P: Describe> Worker<'_, P> {
    /// Goes the way to a violation once more, with the pieces to find it and in a world of its own to name what is
    /// delivered; with what is said of it.
    pub fn script(&mut self, claim: usize, violation: Violation) -> (String, String) {
        let claim = P::claims().get(claim);
        let mut way = self.search.reached.way(violation.at);
        way.extend(violation.then.map(|(key, _)| key));
        let mut lines = header::<P>(self.search.settings, claim.map_or(OWN_CODE, |claim| claim.name));
        let mut node = self.first();
        let mut world = self.start.clone();
        let mut chronicle = Chronicle::new::<P>(world.roster());
        let mut unanswered = Unanswered::<P>::new();
        let mut after = node.state.clone();
        let mut violated = Vec::new();
        self.stage = Stage::new(&world, &node.state);
        for wanted in way {
            // Of several steps to the same state the search took the first.
            for (choice, spent) in self.choices(&node.state, &node.spent) {
                let from = (&node.state, &self.stage);
                let step = self.steps.follow(from, &choice, &mut self.pieces, &mut after);
                if step.is_none() || key(&after, &spent) != wanted {
                    continue;
                }
                if let Some(action) = choice.action_in(&world, &node.state, &self.pieces) {
                    lines.push(line(&world, &action));
                    // It was applied once already, on the way here.
                    let _applied =
                        world.apply(action, &mut Listener { chronicle: &mut chronicle, unanswered: &mut unanswered });
                    note_violations(&world, &mut violated);
                }
                node.spent = spent;
                break;
            }
            node.state.copy(&after);
            self.stage.show(&node.state, &self.pieces);
        }
        let guarantee = P::guarantee(&world);
        violated.extend(guarantee.and_then(|guarantee| {
            let found = Watch::default().contradiction(&chronicle.testimony, &guarantee);
            found.map(|_| claim_of(guarantee.property).0)
        }));
        lines.extend(violated.into_iter().map(|claim| format!("expect {claim} violated")));
        lines.push(String::new());
        let says = match (violation.then, claim.map(|claim| (claim.check)(&world))) {
            (Some((_, why)), _) => why.to_owned(),
            (None, Some(Verdict::Violated { says, .. })) => says,
            (None, _) => String::new(),
        };
        (lines.join("\n"), says)
    }
}

/// Other claims may be violated on the way.
fn note_violations<P: Describe>(world: &World<P>, violated: &mut Vec<&'static str>) {
    for claim in P::claims().iter().filter(|claim| claim.expectation == Expectation::Always) {
        if !violated.contains(&claim.name) && matches!((claim.check)(world), Verdict::Violated { .. }) {
            violated.push(claim.name);
        }
    }
}

fn header<P: Describe>(settings: &Settings, claim: &str) -> Vec<String> {
    let mut lines =
        vec![format!("# The shortest way to violate {claim}"), String::new(), format!("system {}", P::NAME)];
    for spec in P::options().iter().chain(PHYSICS) {
        if settings.text(spec.name) != spec.default {
            lines.push(format!("option {} {}", spec.name, settings.text(spec.name)));
        }
    }
    lines.extend(settings.flaws().map(|flaw| format!("flaw {flaw}")));
    lines.extend([String::new(), "hold".to_owned()]);
    lines
}

/// An action as the line of script that performs it here.
fn line<P: Describe>(world: &World<P>, action: &Action<P>) -> String {
    let name = |id: NodeId| world.roster().name(id);
    match action {
        Action::Happen(Due::Arrive(flight)) => deliver_line(world, *flight),
        Action::Happen(Due::Fire { node, timer }) => format!("fire {} {}", name(*node), P::timer_name(timer)),
        Action::Happen(Due::Persist { node, file }) => {
            format!("persist {} {}", name(*node), P::FILES[usize::from(*file)])
        }
        Action::Happen(Due::Expire { node, peer, .. }) => format!("reset {} {}", name(*node), name(*peer)),
        Action::Offer { node, input } => format!("{} {input}", name(*node)),
        Action::Fault(Fault::Restart { node }) => format!("restart {}", name(*node)),
        Action::Fault(Fault::Crash { node, .. }) => format!("crash {}", name(*node)),
        Action::Fault(Fault::Reset { a, b }) => format!("reset {} {}", name(*a), name(*b)),
        Action::Fault(fault) => format!("# {fault:?}"),
    }
}

fn deliver_line<P: Describe>(world: &World<P>, flight: FlightId) -> String {
    let FlightId { from, to, number } = flight;
    let network = world.network();
    let data = network.in_flight(from, to).map(|f| (f.id.number, P::MESSAGES[usize::from(P::kind(f.body))]));
    let mut all: Vec<(u32, &str)> = data.chain(network.control(from, to).map(|(id, name)| (id.number, name))).collect();
    all.sort_unstable();
    let name = all.iter().find(|(other, _)| *other == number).map_or(CONTROL[0], |(_, name)| *name);
    let nth = all.iter().filter(|(other, same)| *same == name && *other <= number).count();
    let place = if nth > 1 { format!(" #{nth}") } else { String::new() };
    format!("deliver {} -> {} {name}{place}", world.roster().name(from), world.roster().name(to))
}
