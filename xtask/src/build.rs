//! `cargo xtask build`: the static site in dist/.

use std::{fs, path::PathBuf, process::Command};

use crate::{
    Args, root,
    run::{Outcome, run},
    size,
    tools::{self, Tools},
};

pub fn build(mut args: Args) -> Outcome {
    let tools = tools::for_building()?.hurried(&mut args);
    args.none()?;
    build_with(&tools)?;
    size::print(&root().join("dist"))?;
    println!("the site is in dist/: any static host will do, from any path");
    Ok(())
}

pub fn build_with(tools: &Tools) -> Outcome {
    run(&mut trunk(tools, "build")?)
}

pub fn trunk(tools: &Tools, verb: &str) -> Outcome<Command> {
    let mut trunk = tools.command("trunk");
    // trunk reads NO_COLOR as a boolean and refuses the customary 1.
    trunk.args([verb, "--skip-version-check"]).arg(start_page(tools)?).current_dir(root()).env_remove("NO_COLOR");
    if tools.quick {
        for (setting, value) in [("LTO", "off"), ("CODEGEN_UNITS", "64"), ("INCREMENTAL", "true"), ("OPT_LEVEL", "1")] {
            trunk.env(format!("CARGO_PROFILE_PAGE_{setting}"), value);
            trunk.env(format!("CARGO_PROFILE_RELEASE_{setting}"), value);
        }
    }
    Ok(trunk)
}

/// trunk fails where it cannot have wasm-opt, unless index.html does not ask for it; and it takes its time.
fn start_page(tools: &Tools) -> Outcome<PathBuf> {
    let page = root().join("index.html");
    if tools.wasm_opt && !tools.quick {
        return Ok(page);
    }
    let text = fs::read_to_string(&page).map_err(|error| format!("index.html: {error}"))?;
    let plain = root().join(".index-without-wasm-opt.html");
    fs::write(&plain, without_wasm_opt(&text)).map_err(|error| format!("{}: {error}", plain.display()))?;
    Ok(plain)
}

fn without_wasm_opt(page: &str) -> String {
    let mut parts = page.split("data-wasm-opt=\"");
    let mut text = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let rest = part.split_once('"').map_or("", |(_, rest)| rest);
        text.push_str("data-wasm-opt=\"0\"");
        text.push_str(rest);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::without_wasm_opt;

    #[test]
    fn wasm_opt_is_switched_off_everywhere() {
        let page = "<link a data-wasm-opt=\"s\" b>\n<link data-wasm-opt=\"3\" data-wasm-opt-params=\"x\">";
        let plain = "<link a data-wasm-opt=\"0\" b>\n<link data-wasm-opt=\"0\" data-wasm-opt-params=\"x\">";
        assert_eq!(without_wasm_opt(page), plain);
    }
}
