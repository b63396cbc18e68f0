//! `cargo xtask test`: everything that must hold before a change is kept, quickest to fail first.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use crate::{
    Args, browser, build, root,
    run::{Outcome, run},
    size,
    tools::{self, Tools},
};

const WASM: [&str; 3] = ["--target", "wasm32-unknown-unknown", "--no-default-features"];

pub fn test(mut args: Args) -> Outcome {
    let fast = args.flag("--fast");
    args.none()?;
    let mut steps = Steps::start();

    steps.step("tools", || {
        tools::component(&["fmt", "--version"], "rustfmt")?;
        tools::component(&["clippy", "--version"], "clippy")?;
        tools::wasm_target()
    })?;
    steps.step("format", || cargo(&["fmt", "--all", "--check"]))?;
    steps.step("lints", || clippy(&["--workspace", "--all-targets"]))?;
    steps.step("lints of the page", || clippy_wasm("page", &["--lib", "--bin", "page", "--test", "browser"]))?;
    steps.step("lints of the worker", || clippy_wasm("worker", &["--lib", "--bin", "worker"]))?;
    steps.step("lints of the hunter", || clippy_wasm("hunter", &["--lib", "--bin", "hunter"]))?;
    steps.step("native tests", || cargo(&["test", "--workspace", "--exclude", "beside"]))?;
    // What of the page needs no browser: layout, pace, words.
    steps.step("native tests of the page", || cargo(&["test", "--lib", "--features", "page", "page::"]))?;
    if fast {
        steps.end("; what needs a browser was left out");
        return Ok(());
    }

    let tools = steps.step("tools for the page", tools::for_building)?;
    let browsers = steps.step("browsers", browser::find)?;
    steps.step("tests in Chromium", || {
        in_browser(&tools, "CHROMEDRIVER", &browsers.chromedriver, &["--test", "browser"])
    })?;
    let ending = match &browsers.geckodriver {
        Ok(driver) => {
            steps.step("tests in Firefox", || in_browser(&tools, "GECKODRIVER", driver, &["--test", "browser"]))?;
            String::new()
        }
        Err(reason) => {
            println!("\nFirefox was left out: {reason}");
            format!("; Firefox was left out: {reason}")
        }
    };
    steps.step("build of the page", || built(&tools))?;
    steps.step("end-to-end tests", || end_to_end(&browsers.chromedriver, &["--ignored", "--skip", SHOTS]))?;
    steps.end(&ending);
    Ok(())
}

/// Only the end-to-end tests, for whoever works on the page.
pub fn e2e(mut args: Args) -> Outcome {
    let driver = prepared(&mut args)?;
    let mut chosen = vec!["--ignored".to_string(), "--skip".into(), SHOTS.into()];
    while let Some(word) = args.word() {
        chosen.push(word);
    }
    args.none()?;
    end_to_end(&driver, &chosen.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Pictures of the page at the sizes and in the schemes that it is made for.
pub fn shots(mut args: Args) -> Outcome {
    let which = if args.flag("--scenes") { SCENES } else { SHOTS };
    let driver = prepared(&mut args)?;
    let address = args.word().unwrap_or_default();
    args.none()?;
    let mut tests = end_to_end_tests(&driver, &["--ignored", "--exact", which]);
    run(tests.env("NETSPLIT_SHOTS", address))?;
    println!("the pictures are in target/e2e/");
    Ok(())
}

/// The end-to-end "tests" that judge nothing; to skip the first is to skip both.
const SHOTS: &str = "shots::pictures";
const SCENES: &str = "shots::pictures_of_scenes";

fn prepared(args: &mut Args) -> Outcome<PathBuf> {
    let driver = browser::chromium()?;
    let tools = tools::for_building()?.hurried(args);
    if !args.flag("--no-build") {
        built(&tools)?;
    }
    Ok(driver)
}

fn built(tools: &Tools) -> Outcome {
    build::build_with(tools)?;
    size::print(&root().join("dist"))
}

fn cargo(args: &[&str]) -> Outcome {
    run(Command::new("cargo").args(args).current_dir(root()))
}

fn clippy(args: &[&str]) -> Outcome {
    cargo(&[&["clippy"], args, &["--", "-D", "warnings"]].concat())
}

fn clippy_wasm(feature: &str, targets: &[&str]) -> Outcome {
    clippy(&[&WASM[..], &["--features", feature], targets].concat())
}

/// wasm-bindgen's runner takes the driver that is named, and its settings from webdriver.json.
pub fn in_browser(tools: &Tools, variable: &str, driver: &Path, which: &[&str]) -> Outcome {
    let runner = tools.find("wasm-bindgen-test-runner").ok_or("wasm-bindgen came without its test runner")?;
    let mut tests = Command::new("cargo");
    tests.arg("test").args(WASM).args(["--features", "page"]).args(which).current_dir(root());
    for other in ["CHROMEDRIVER", "GECKODRIVER", "SAFARIDRIVER"] {
        tests.env_remove(other);
    }
    tests.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner).env("WASM_BINDGEN_TEST_TIMEOUT", "300");
    run(tests.env(variable, driver))
}

pub fn end_to_end(driver: &Path, args: &[&str]) -> Outcome {
    run(end_to_end_tests(driver, args).env("NETSPLIT_AXE", tools::axe()?))
}

fn end_to_end_tests(driver: &Path, args: &[&str]) -> Command {
    let mut tests = Command::new("cargo");
    tests.args(["test", "--test", "e2e", "--"]).args(args).current_dir(root()).env("CHROMEDRIVER", driver);
    tests
}

/// Says what is being done and how long it took.
struct Steps {
    started: Instant,
    done: u32,
}

impl Steps {
    fn start() -> Steps {
        Steps { started: Instant::now(), done: 0 }
    }

    fn step<T>(&mut self, name: &str, work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
        println!("\n== {name}");
        let started = Instant::now();
        let outcome = work().map_err(|error| format!("step \"{name}\" failed: {error}"))?;
        self.done += 1;
        println!("== {name}: {:.1} s", started.elapsed().as_secs_f64());
        Ok(outcome)
    }

    fn end(self, ending: &str) {
        println!("\nall {} steps passed in {:.0} s{ending}", self.done, self.started.elapsed().as_secs_f64());
    }
}
