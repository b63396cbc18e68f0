//! What a world promises to protocols and to those who watch.

mod chance;
mod clocks;
mod connections;
mod courier;
mod datagrams;
mod disks;
mod embedding;
mod interrupts;
mod order;
mod puppet;
mod stage;
mod streams;
