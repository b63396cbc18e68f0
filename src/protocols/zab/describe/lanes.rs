//! A server's log, whatever machine it is replayed on.

use super::epoch;
use crate::describe::{Cell, CellState, Lane};
use crate::protocols::zab::log::{Log, Txn};
use crate::protocols::zab::machine::Machine;
use crate::protocols::zab::server::Server;
use crate::protocols::zab::zxid::Zxid;

/// The log of a server that is up.
pub fn lane<M: Machine>(server: &Server<M>) -> Lane {
    let (log, durable) = (server.journal.log(), server.journal.durable());
    cells(log, |index, zxid| {
        if zxid <= server.committed && index <= server.applied.index {
            CellState::Applied
        } else if zxid <= server.committed {
            CellState::Committed
        } else if index <= durable {
            CellState::Durable
        } else {
            CellState::Volatile
        }
    })
}

pub fn cells<M: Machine>(log: &Log<M>, state: impl Fn(u64, Zxid) -> CellState) -> Lane {
    let base = log.base();
    let cell = |(index, txn): (u64, &Txn<M>)| Cell {
        label: txn.zxid.to_string(),
        title: format!("{} {}", txn.zxid, txn.op),
        epoch: Some(epoch(txn.zxid.epoch)),
        state: state(index, txn.zxid),
    };
    Lane::newest(log.last().index, base.index, base.zxid, |before| log.iter_from(before + 1).map(cell).collect())
}
