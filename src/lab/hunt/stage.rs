//! Who takes part in a run, and what can be said to them.

use crate::lab::catalog::{Keep, System};
use crate::lab::command::{LinkPick, Pick};
use crate::lab::frame::NodeFrame;
use crate::sim::dice::Dice;
use crate::sim::{Kind, NodeId, Settings};

pub struct Stage {
    /// Clients; where there are none, whoever there is asks itself.
    pub askers: Vec<(NodeId, Pick)>,
    clients: Vec<Pick>,
    /// All that are no clients.
    pub servers: Vec<Pick>,
    /// What an operator can ask of a server, in the protocol's words.
    pub orders: Vec<(Pick, String)>,
    messages: &'static [&'static str],
}

impl Stage {
    pub fn new(system: &'static dyn System, settings: &Settings) -> Stage {
        let frame = system.start(settings, Keep::default()).frame();
        let pick = |name: &String| Pick(name.clone());
        let (clients, servers): (Vec<_>, Vec<_>) = frame.nodes.iter().partition(|node| node.kind == Kind::Client);
        let orders = servers.iter().flat_map(|node| {
            let own = |line: &String| line.strip_prefix(&format!("{} ", node.name)).map(str::to_owned);
            node.verbs.iter().filter_map(move |verb| Some((pick(&node.name), own(&verb.line)?)))
        });
        let named = |nodes: &[&NodeFrame]| nodes.iter().map(|node| (node.id, pick(&node.name))).collect();
        Stage {
            askers: named(if clients.is_empty() { &servers } else { &clients }),
            orders: orders.collect(),
            clients: clients.iter().map(|node| pick(&node.name)).collect(),
            servers: servers.iter().map(|node| pick(&node.name)).collect(),
            messages: system.messages(),
        }
    }

    /// What an interrupt can stand before: what is kept or answered, or a message.
    pub fn effect(&self, dice: &mut Dice) -> String {
        let choices = if dice.chance(50) { &["write", "sync", "answer"] } else { self.messages };
        (*dice.one_of(choices)).to_owned()
    }

    pub fn everyone(&self) -> Vec<Pick> {
        self.servers.iter().chain(&self.clients).cloned().collect()
    }

    /// Whoever leads then, a server, or anyone.
    pub fn victim(&self, dice: &mut Dice) -> Pick {
        match dice.below(10) {
            0..=2 => Pick("leader".to_owned()),
            3..=6 => dice.one_of(&self.servers).clone(),
            _ => self.anyone(dice),
        }
    }

    pub fn anyone(&self, dice: &mut Dice) -> Pick {
        let place = dice.below((self.servers.len() + self.clients.len()) as u64) as usize;
        self.servers.get(place).unwrap_or_else(|| &self.clients[place - self.servers.len()]).clone()
    }

    /// Two different nodes, in one direction or both.
    pub fn link(&self, dice: &mut Dice) -> LinkPick {
        let (a, b) = (self.victim(dice), self.anyone(dice));
        let b = if a == b { self.everyone().into_iter().find(|other| *other != a).unwrap_or(b) } else { b };
        LinkPick { a, b, one_way: dice.chance(50) }
    }
}
