//! How the protocol shows itself.

use super::node::Node;
use super::participant::Stage;
use super::{Input, Message, TwoPhaseCommit, projection};
use crate::describe::{Describe, Epoch, Fill, LegendLine, NodeView, Shape, Tag};
use crate::machines::bank::{Account, Order};
use crate::sim::{Kind, NodeId, World};

const SCENARIOS: &[(&str, &str)] = &[];

impl Describe for TwoPhaseCommit {
    const SCENARIOS: &'static [(&'static str, &'static str)] = SCENARIOS;
    const PROJECTIONS: &'static [&'static str] = &["twophase"];
    const EXPLORING: &'static [(&'static str, &'static str)] = &[("delivery", "set"), ("clients", "1")];
    const NAMES: &'static [(&'static str, &'static str)] = &[];

    fn node(_world: &World<Self>, _id: NodeId) -> NodeView {
        NodeView::default()
    }

    fn tag(_world: &World<Self>, _from: NodeId, body: &Message) -> Tag {
        Tag { label: Self::name(body), shape: Shape::Proposal, fill: Fill::Request, epoch: None, rows: Vec::new() }
    }

    fn legend() -> Vec<LegendLine> {
        Vec::new()
    }

    fn leader(_world: &World<Self>) -> Option<(NodeId, Option<Epoch>)> {
        None
    }

    fn projection(_name: &str) -> Option<fn(&World<Self>) -> u64> {
        Some(projection::code)
    }

    fn offer(world: &World<Self>, _client: NodeId, _ordinal: u32) -> Option<Input> {
        let everywhere = (0..world.config().participants).map(|letter| (Account(letter as u8), 1));
        Some(Input::Ask { order: Order::Write(everywhere.collect()), via: NodeId(0) })
    }

    fn choices(world: &World<Self>, id: NodeId) -> Vec<Input> {
        let Some(Node::Server(server)) = world.node(id) else { return Vec::new() };
        if world.roster().get(id).kind == Kind::Coordinator {
            return if server.coordinated.values().any(|it| it.is_undecided()) { vec![Input::GiveUp] } else { Vec::new() };
        }
        let may_refuse = server.active.values().any(|active| !active.is_bound());
        let _ = Stage::Working;
        if may_refuse { vec![Input::VoteNo] } else { Vec::new() }
    }
}

impl TwoPhaseCommit {
    fn name(body: &Message) -> String {
        super::message::MESSAGES[usize::from(body.kind())].to_owned()
    }
}
