//! A node in its role.

use super::broker::Broker;
use super::client::Client;
use super::resource::Resource;
use super::server::Server;
use super::{Config, Ctx, LockQueue, Role, Stable};
use crate::sim::Event;

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
