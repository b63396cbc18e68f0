//! A node in its role.

use super::client::Client;
use super::server::Server;
use super::{Config, Ctx, LockService, Output, Role, Stable};
use crate::protocols::lock_queue::LockQueue;
use crate::protocols::lock_queue::resource::Resource;
use crate::sim::Event;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    Client(Box<Client>),
    Server(Box<Server>),
    Resource(Box<Resource>),
}

impl Node {
    pub fn boot(role: Role, config: Config, stable: &Stable, ctx: &mut Ctx<'_>) -> Node {
        match role {
            Role::Client => Node::Client(Box::new(Client::boot(config, stable.own.life, ctx))),
            Role::Server => Node::Server(Box::new(Server::boot(config, &stable.zab, ctx))),
            Role::Resource => Node::Resource(Box::new(Resource::boot(config.locks, &stable.own))),
        }
    }

    pub fn step(&mut self, event: Event<LockService>, ctx: &mut Ctx<'_>) {
        match self {
            Node::Client(client) => client.step(event, ctx),
            Node::Server(server) => server.step(event, ctx),
            Node::Resource(resource) => {
                if let Some(event) = super::lock_event(event) {
                    ctx.embed::<LockQueue>(
                        |ctx| resource.step(event, ctx),
                        |output, ctx| ctx.output(Output::Lock { at: None, output }),
                    );
                }
            }
        }
    }
}
