//! What can happen: the one vocabulary of scheduler, person and search.

use super::id::NodeId;
use super::network::FlightId;
use super::protocol::Protocol;
use super::time::Span;

/// Something that happens. The world changes by these and by nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Action<P: Protocol> {
    /// Something the world has waiting.
    Happen(Due<P>),
    /// A client, an operator or a workload asks something of a node.
    Offer {
        node: NodeId,
        input: P::Input,
    },
    Fault(Fault),
}

/// Something that waits for its time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Due<P: Protocol> {
    Arrive(FlightId),
    Fire {
        node: NodeId,
        timer: P::Timer,
    },
    Persist {
        node: NodeId,
        file: u8,
    },
    /// The transport of `node` gives up on a connection.
    Expire {
        node: NodeId,
        peer: NodeId,
        channel: u8,
    },
}

/// How a node goes down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Crash {
    /// The process dies: its host closes the connections, so peers are told.
    Process,
    /// The power goes: nobody is told.
    Power,
    /// The power goes amid a write: of each file's unsynced records the first half survives.
    Torn,
}

/// What a person or a schedule does to the world.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    Crash {
        node: NodeId,
        how: Crash,
    },
    Restart {
        node: NodeId,
    },
    Pause {
        node: NodeId,
    },
    Resume {
        node: NodeId,
    },
    Cut {
        from: NodeId,
        to: NodeId,
    },
    Mend {
        from: NodeId,
        to: NodeId,
    },
    Slow {
        from: NodeId,
        to: NodeId,
        by: Span,
    },
    Lose {
        from: NodeId,
        to: NodeId,
        percent: u8,
    },
    Double {
        from: NodeId,
        to: NodeId,
        percent: u8,
    },
    /// Bytes a second; none takes the limit away.
    Narrow {
        from: NodeId,
        to: NodeId,
        bandwidth: Option<u64>,
    },
    /// Both ends are told at once that their connections are gone.
    Reset {
        a: NodeId,
        b: NodeId,
    },
    Drop(FlightId),
    Duplicate(FlightId),
    /// Nothing happens by itself until released.
    Hold,
    Release,
    HoldLane {
        from: NodeId,
        to: NodeId,
    },
    ReleaseLane {
        from: NodeId,
        to: NodeId,
    },
    StepClock {
        node: NodeId,
        by_micros: i64,
    },
    SkewClock {
        node: NodeId,
        ppm: i32,
    },
    /// Every sync takes this much longer; zero mends it.
    SlowDisk {
        node: NodeId,
        by: Span,
    },
    /// The next effect of this name, or the `nth`, is not performed: the node goes down or pauses before it.
    Arm {
        node: NodeId,
        before: &'static str,
        /// Counted from 1.
        nth: u32,
        interrupt: Interrupt,
    },
    /// What was armed and has not struck will not strike.
    Disarm,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Interrupt {
    Crash(Crash),
    Pause,
}
