//! `cargo xtask bench`: the engines' speed on this machine, and what the page weighs.

use std::process::Command;

use crate::{
    root,
    run::{Outcome, run},
    size,
};

pub fn bench() -> Outcome {
    println!("natively");
    run(Command::new("cargo").args(["run", "--release", "--bin", "netsplit", "--", "bench"]).current_dir(root()))?;

    println!("\nthe built page");
    let site = root().join("dist");
    if site.is_dir() {
        size::print(&site)
    } else {
        println!("not built; `cargo xtask build` leaves it in dist/");
        Ok(())
    }
}
