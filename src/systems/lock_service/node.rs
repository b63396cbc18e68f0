//! A node in its role.

use super::client::Client;
use super::invariants::leader;
use super::server::{Replica, Server};
use super::{Config, Ctx, Ghost, LockService, Output, Role, Stable, Timer};
use crate::machines::lock_table::LockTable;
use crate::protocols::lock_queue::leased::Leased;
use crate::protocols::lock_queue::resource::Resource;
use crate::protocols::lock_queue::{self, LockQueue};
use crate::sim::{Event, Kind, NodeId, World};

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

impl Node {
    /// Of a server what replicates the table.
    pub fn zab(&self) -> Option<&Replica> {
        match self {
            Node::Server(server) => Some(&server.zab),
            _ => None,
        }
    }
}

impl Leased for LockService {
    fn locks(config: &Config) -> &lock_queue::Config {
        &config.locks
    }

    fn ghost(ghost: &Ghost) -> &lock_queue::Ghost {
        &ghost.locks
    }

    fn client(node: &Node) -> Option<&lock_queue::client::Client> {
        match node {
            Node::Client(client) => Some(&client.inner),
            _ => None,
        }
    }

    fn timer(timer: lock_queue::Timer) -> Timer {
        Timer::Lock(timer)
    }

    fn keeper(world: &World<LockService>) -> Option<NodeId> {
        leader(world).map(|(id, _)| id)
    }

    /// While nobody leads, the newest copy that has performed only what was agreed: who comes back performs its whole log.
    fn table(world: &World<LockService>) -> Option<&LockTable> {
        let server = |id| world.node(id)?.zab();
        let keeper = Self::keeper(world).and_then(server);
        let newest = || {
            let copies = world.roster().of_kind(Kind::Server).filter_map(server);
            copies.filter(|zab| world.ghost().is_agreed(zab.applied.zxid)).max_by_key(|zab| zab.applied.zxid)
        };
        keeper.or_else(newest).map(|zab| &zab.machine)
    }
}
