//! A server's log, whatever machine it is replayed on.

use super::epoch;
use crate::describe::{Cell, CellState, Lane};
use crate::protocols::zab::log::Log;
use crate::protocols::zab::machine::Machine;
use crate::protocols::zab::server::Server;
use crate::protocols::zab::zxid::Zxid;

/// Cells that travel: the newest of the log.
const CELLS: u64 = 16;

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
    let before = log.last().index.saturating_sub(CELLS).max(base.index);
    let snapshot = if before > 0 && before == base.index { base.zxid.to_string() } else { String::new() };
    let cells = log
        .iter_from(before + 1)
        .map(|(index, txn)| Cell {
            label: txn.zxid.to_string(),
            title: format!("{} {}", txn.zxid, txn.op),
            epoch: Some(epoch(txn.zxid.epoch)),
            state: state(index, txn.zxid),
        })
        .collect();
    Lane { before, snapshot, cells, pointers: Vec::new() }
}
