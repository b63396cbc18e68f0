//! What a client wants of one lock, from asking to the end.

use super::message::Order;
use crate::machines::key_value::Word;
use crate::machines::lock_table::RequestId;
use crate::sim::{OperationId, Span, Time};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Acquisition {
    pub request: RequestId,
    /// None waits for ever.
    pub wait: Option<Span>,
    pub lease: Span,
    /// To work for so long once it is granted, then write and unlock.
    pub work: Option<Span>,
    pub stage: Stage,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    Asking {
        operation: OperationId,
    },
    Waiting {
        operation: OperationId,
        place: u32,
    },
    /// It believes in its lock until this instant of its own clock.
    Holding {
        token: u64,
        until: Time,
        /// The server has said that the lease began.
        is_confirmed: bool,
    },
    Releasing {
        operation: OperationId,
        token: u64,
    },
    Cancelling,
}

impl Acquisition {
    /// What is sent, and sent again, until this stage is over.
    pub fn order(&self, resource: &Word, now: Time) -> Order {
        let (request, resource) = (self.request, resource.clone());
        match self.stage {
            Stage::Asking { .. } | Stage::Waiting { .. } => Order::Acquire {
                request,
                resource,
                wait: self.wait.map(|span| span.0),
                lease: self.lease.0,
                again: matches!(self.stage, Stage::Waiting { .. }),
            },
            Stage::Holding { token, .. } => Order::Accept { request, resource, token, sent: now },
            Stage::Releasing { token, .. } => Order::Release { request, resource, token },
            Stage::Cancelling => Order::Cancel { request, resource },
        }
    }

    /// The operation that its lock request still is.
    pub fn asks(&self) -> Option<OperationId> {
        match self.stage {
            Stage::Asking { operation } | Stage::Waiting { operation, .. } => Some(operation),
            _ => None,
        }
    }

    /// The token in which it believes at this instant of its clock.
    pub fn believes(&self, now: Time) -> Option<u64> {
        match self.stage {
            Stage::Holding { token, until, .. } => (now < until).then_some(token),
            _ => None,
        }
    }
}
