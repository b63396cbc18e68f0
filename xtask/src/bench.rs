//! `cargo xtask bench`: the engines' speed on this machine, natively, beside others and in Chromium, and what the page weighs.

use std::process::Command;

use crate::{
    browser, root,
    run::{Outcome, run},
    size, test, tools,
};

pub fn bench() -> Outcome {
    println!("natively");
    run(Command::new("cargo").args(["run", "--release", "--bin", "netsplit", "--", "bench"]).current_dir(root()))?;

    println!("\nbeside stateright");
    run(Command::new("cargo").args(["run", "--release", "--package", "beside"]).current_dir(root()))?;

    println!("\nin Chromium");
    let (tools, driver) = (tools::for_building()?, browser::chromium()?);
    test::in_browser(
        &tools,
        "CHROMEDRIVER",
        &driver,
        &["--features", "search", "--release", "--test", "bench", "--", "--nocapture"],
    )?;

    println!("\nthe built page");
    let site = root().join("dist");
    if site.is_dir() {
        size::print(&site)?;
        test::end_to_end(&driver, &["--ignored", "--nocapture", "figures"])
    } else {
        println!("not built; `cargo xtask build` leaves it in dist/");
        Ok(())
    }
}
