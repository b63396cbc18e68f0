//! The constants of a world: latencies, limits and modes, from the settings.

use super::random::Latency;
use super::settings::Settings;
use super::time::Span;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Physics {
    pub seed: u64,
    pub latency: Latency,
    pub disk: Latency,
    /// Hundredths.
    pub loss: u8,
    pub transport_timeout: Span,
    pub connect_timeout: Span,
    /// Bytes.
    pub send_window: u32,
    /// Bytes a second.
    pub bandwidth: u64,
    pub delivery: Delivery,
    /// Connections open at once, without packets.
    pub connected: bool,
    /// Random draws give their lowest value.
    pub lowest: bool,
}

/// What a held network may deliver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// The first of each channel.
    Fifo,
    /// Any message.
    Unordered,
    /// Any message ever sent, any number of times.
    Set,
}

impl Physics {
    pub fn new(settings: &Settings) -> Physics {
        let latency = |name| {
            let median = settings.span(name);
            if settings.is("jitter", "on") { Latency::Varied(median) } else { Latency::Constant(median) }
        };
        Physics {
            seed: settings.seed,
            latency: latency("latency"),
            disk: latency("disk"),
            loss: settings.number("loss") as u8,
            transport_timeout: settings.span("transport_timeout"),
            connect_timeout: settings.span("connect_timeout"),
            send_window: settings.number("send_window") as u32,
            bandwidth: settings.number("bandwidth").max(1),
            delivery: match settings.text("delivery") {
                "unordered" => Delivery::Unordered,
                "set" => Delivery::Set,
                _ => Delivery::Fifo,
            },
            connected: settings.is("connections", "given"),
            lowest: settings.is("chance", "lowest"),
        }
    }
}
