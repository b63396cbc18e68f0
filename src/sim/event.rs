//! What a node perceives.

use super::id::NodeId;
use super::protocol::Kinds;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Event<K: Kinds> {
    Message {
        from: NodeId,
        body: K::Message,
    },
    Timer(K::Timer),
    Input(K::Input),
    /// The first `upto` records that this incarnation wrote to `file`, and those it found there, survive a crash.
    Durable {
        file: u8,
        upto: u64,
    },
    Connected {
        peer: NodeId,
        channel: u8,
    },
    Lost {
        peer: NodeId,
        channel: u8,
        why: Loss,
    },
}

/// Why a connection is gone, as far as this end can know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Loss {
    /// The other end closed it, or its process died.
    Closed,
    /// The other end does not know this connection, or a fault reset it.
    Reset,
    /// Nobody listens there.
    Refused,
    /// No acknowledgement within the transport's time-out.
    TimedOut,
    /// The other end began anew.
    Replaced,
}

impl Loss {
    pub fn words(self) -> &'static str {
        match self {
            Loss::Closed => "closed",
            Loss::Reset => "reset",
            Loss::Refused => "refused",
            Loss::TimedOut => "timed out",
            Loss::Replaced => "replaced",
        }
    }
}
