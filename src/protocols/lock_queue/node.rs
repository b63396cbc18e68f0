//! A node in its role.

use super::broker::Broker;
use super::client::Client;
use super::leased::Leased;
use super::resource::Resource;
use super::server::Server;
use super::{Config, Ctx, Ghost, LockQueue, Role, Stable, Timer};
use crate::machines::lock_table::LockTable;
use crate::sim::{Event, NodeId, World};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    Client(Box<Client>),
    Broker(Box<Broker>),
    Server(Box<Server>),
    Resource(Box<Resource>),
}

impl Node {
    pub fn boot(role: Role, config: Config, stable: &Stable, ctx: &mut Ctx<'_>) -> Node {
        match role {
            Role::Client => Node::Client(Box::new(Client::boot(config, config.broker(), stable.life, ctx))),
            Role::Broker => Node::Broker(Box::new(Broker::boot(&stable.queue))),
            Role::Server => Node::Server(Box::new(Server::boot(config, &stable.table, ctx))),
            Role::Resource => Node::Resource(Box::new(Resource::boot(config, stable))),
        }
    }

    pub fn step(&mut self, event: Event<LockQueue>, ctx: &mut Ctx<'_>) {
        match self {
            Node::Client(client) => client.step(event, ctx),
            Node::Broker(broker) => broker.step(event, ctx),
            Node::Server(server) => server.step(event, ctx),
            Node::Resource(resource) => resource.step(event, ctx),
        }
    }
}

impl Leased for LockQueue {
    fn locks(config: &Config) -> &Config {
        config
    }

    fn ghost(ghost: &Ghost) -> &Ghost {
        ghost
    }

    fn client(node: &Node) -> Option<&Client> {
        match node {
            Node::Client(client) => Some(client),
            _ => None,
        }
    }

    fn timer(timer: Timer) -> Timer {
        timer
    }

    fn keeper(world: &World<LockQueue>) -> Option<NodeId> {
        Some(world.config().server()).filter(|id| world.node(*id).is_some())
    }

    /// While the server is down, the table on its disk.
    fn table(world: &World<LockQueue>) -> Option<&LockTable> {
        let id = world.config().server();
        match world.node(id) {
            Some(Node::Server(server)) => Some(&server.table),
            _ => Some(&world.slot(id).disk.stable().table),
        }
    }
}
