//! What nodes say to one another. Orders go from clients through the broker to the server; answers go straight back.
//! Between broker and server there is a connection, for only its loss tells the broker to deliver again; all else are
//! datagrams, and whoever wants an answer asks again.

use crate::machines::key_value::Word;
use crate::machines::lock_table::{News, RequestId};
use crate::sim::{Route, Time};

/// What a client wants of the lock server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// `again`: asked before and not answered, or not for long.
    Acquire {
        request: RequestId,
        resource: Word,
        wait: Option<u64>,
        lease: u64,
        again: bool,
    },
    /// `sent` is the client's clock, and comes back with the answer.
    Accept {
        request: RequestId,
        resource: Word,
        token: u64,
        sent: Time,
    },
    Renew {
        request: RequestId,
        resource: Word,
        token: u64,
        sent: Time,
    },
    Release {
        request: RequestId,
        resource: Word,
        token: u64,
    },
    Cancel {
        request: RequestId,
        resource: Word,
    },
    Confirm {
        upto: RequestId,
    },
}

/// One write of one life of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WriteId {
    pub life: u32,
    pub number: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// Client to broker.
    Order(Order),
    /// Server to broker: deliver to me.
    Consume,
    /// Server to broker: are you there? A connection is not missed until something is sent over it.
    Alive,
    /// Broker to server.
    Deliver {
        number: u64,
        redelivered: bool,
        order: Order,
    },
    /// Server to broker: all up to this number is on my disk.
    Taken {
        upto: u64,
    },
    /// Server to client. `sent` is what the client wrote on what is answered; `again` answers a repetition.
    News {
        request: RequestId,
        resource: Word,
        news: News,
        sent: Option<Time>,
        again: bool,
    },
    /// Client to resource.
    Write {
        id: WriteId,
        token: u64,
        value: Word,
    },
    /// Resource to client.
    Written {
        id: WriteId,
        token: u64,
    },
    Refused {
        id: WriteId,
        token: u64,
        highest: u64,
    },
}

pub const MESSAGES: &[&str] = &[
    "ACQUIRE",
    "ACCEPT",
    "RENEW",
    "RELEASE",
    "CANCEL",
    "CONFIRM",
    "CONSUME",
    "DELIVER",
    "TAKEN",
    "QUEUED",
    "GRANT",
    "RENEWED",
    "LOST",
    "RELEASED",
    "NOT_HOLDER",
    "TIMED_OUT",
    "CANCELLED",
    "FREE",
    "WRITE",
    "WRITTEN",
    "REFUSED",
    "ALIVE",
];

impl Order {
    pub fn kind(&self) -> u8 {
        match self {
            Order::Acquire { .. } => 0,
            Order::Accept { .. } => 1,
            Order::Renew { .. } => 2,
            Order::Release { .. } => 3,
            Order::Cancel { .. } => 4,
            Order::Confirm { .. } => 5,
        }
    }

    pub fn name(&self) -> &'static str {
        MESSAGES[usize::from(self.kind())]
    }

    pub fn request(&self) -> RequestId {
        match self {
            Order::Acquire { request, .. }
            | Order::Accept { request, .. }
            | Order::Renew { request, .. }
            | Order::Release { request, .. }
            | Order::Cancel { request, .. }
            | Order::Confirm { upto: request } => *request,
        }
    }

    pub fn token(&self) -> Option<u64> {
        match self {
            Order::Accept { token, .. } | Order::Renew { token, .. } | Order::Release { token, .. } => Some(*token),
            _ => None,
        }
    }

    fn is_routine(&self) -> bool {
        matches!(self, Order::Renew { .. } | Order::Acquire { again: true, .. })
    }
}

impl Message {
    pub fn kind(&self) -> u8 {
        match self {
            Message::Order(order) => order.kind(),
            Message::Consume => 6,
            Message::Deliver { .. } => 7,
            Message::Taken { .. } => 8,
            Message::News { news, .. } => match news {
                News::Queued { .. } => 9,
                News::Granted { .. } => 10,
                News::Renewed { .. } => 11,
                News::Lost { .. } => 12,
                News::Released { .. } => 13,
                News::NotHolder { .. } => 14,
                News::TimedOut => 15,
                News::Cancelled => 16,
                News::Free => 17,
            },
            Message::Write { .. } => 18,
            Message::Written { .. } => 19,
            Message::Refused { .. } => 20,
            Message::Alive => 21,
        }
    }

    pub fn route(&self) -> Route {
        match self {
            Message::Consume | Message::Alive | Message::Deliver { .. } | Message::Taken { .. } => Route::Stream(0),
            _ => Route::Datagram,
        }
    }

    pub fn size(&self) -> u32 {
        match self {
            Message::Write { value, .. } => 64 + value.len() as u32,
            _ => 64,
        }
    }

    pub fn is_routine(&self) -> bool {
        match self {
            Message::Order(order) | Message::Deliver { order, .. } => order.is_routine(),
            Message::Taken { .. } | Message::Consume | Message::Alive => true,
            Message::News { news, again, .. } => match news {
                News::Renewed { .. } => true,
                News::Queued { .. } => *again,
                _ => false,
            },
            Message::Write { .. } | Message::Written { .. } | Message::Refused { .. } => false,
        }
    }
}
