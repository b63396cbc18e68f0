//! The tools that a build of the page needs, and how each gets onto a machine that lacks it.
//!
//! A tool already on the PATH in the right version is used as it is. Otherwise it goes into a cache outside the checkout,
//! `<cache>/netsplit/tools/<tool>-<version>/`, prebuilt where that can be had, else built from source. A folder in the cache
//! is complete or absent: work happens in a folder beside it that is renamed at the end.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use crate::{
    Args,
    run::{Outcome, printed, run},
};

const TRUNK: &str = "0.21.14";
const BINARYEN: &str = "132.0.0";
const AXE: &str = "4.14.1";
const GECKODRIVER: &str = "0.37.1";
const TARGET: &str = "wasm32-unknown-unknown";

/// Folders to put before the PATH, so that the tools are found.
#[derive(Default)]
pub struct Tools {
    folders: Vec<PathBuf>,
    pub wasm_opt: bool,
    /// Built fast rather than to be fast.
    pub quick: bool,
}

impl Tools {
    pub fn path(&self) -> std::ffi::OsString {
        let old = env::var_os("PATH").unwrap_or_default();
        let all = self.folders.iter().cloned().chain(env::split_paths(&old));
        env::join_paths(all).expect("no folder of ours has a separator in its name")
    }

    /// A command of that name, looked for among the tools first.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.find(program).unwrap_or_else(|| program.into()));
        command.env("PATH", self.path());
        command
    }

    pub fn find(&self, program: &str) -> Option<PathBuf> {
        env::split_paths(&self.path()).find_map(|folder| executable(&folder, program))
    }

    /// Told by `--quick`.
    pub fn hurried(mut self, args: &mut Args) -> Tools {
        self.quick = args.flag("--quick");
        self
    }

    /// The folders that a shell would need for a plain `trunk serve`.
    pub fn folders(&self) -> &[PathBuf] {
        &self.folders
    }
}

/// Everything that building the page takes.
pub fn for_building() -> Outcome<Tools> {
    wasm_target()?;
    let mut tools = Tools::default();
    tools.folders.extend(crate_tool("wasm-bindgen", "wasm-bindgen-cli", &wasm_bindgen_version()?, "4 to 8 minutes")?);
    tools.folders.extend(crate_tool("trunk", "trunk", TRUNK, "6 to 15 minutes")?);
    match wasm_opt() {
        Ok(folder) => {
            tools.folders.extend(folder);
            tools.wasm_opt = true;
        }
        Err(reason) => println!("wasm-opt is left out ({reason}): the page will be larger, not broken"),
    }
    Ok(tools)
}

pub fn geckodriver() -> Outcome<PathBuf> {
    if let Some(found) = on_path("geckodriver") {
        return Ok(found);
    }
    let folder = crate_tool("geckodriver", "geckodriver", GECKODRIVER, "2 to 5 minutes")?;
    folder.and_then(|folder| executable(&folder, "geckodriver")).ok_or("geckodriver was not found".into())
}

pub fn on_path(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).find_map(|folder| executable(&folder, program))
}

/// rustup's pieces of the toolchain that runs us.
pub fn component(probe: &[&str], name: &str) -> Outcome {
    if printed("cargo", probe).is_some() {
        return Ok(());
    }
    println!("installing {name} with rustup");
    run(Command::new("rustup").args(["component", "add", name]))
        .map_err(|error| format!("{error}; install {name} for this toolchain by hand"))
}

pub fn wasm_target() -> Outcome {
    let library = printed("rustc", &["--print", "target-libdir", "--target", TARGET]);
    if library.is_some_and(|folder| fs::read_dir(folder).is_ok_and(|mut files| files.next().is_some())) {
        return Ok(());
    }
    println!("installing the {TARGET} target with rustup (half a minute)");
    run(Command::new("rustup").args(["target", "add", TARGET]))
        .map_err(|error| format!("{error}; install the {TARGET} target for this toolchain by hand"))
}

/// The library and the tool speak a private format: their versions must be the same.
fn wasm_bindgen_version() -> Outcome<String> {
    let lock = fs::read_to_string(crate::root().join("Cargo.lock")).map_err(|error| format!("Cargo.lock: {error}"))?;
    locked_version(&lock, "wasm-bindgen").ok_or("Cargo.lock has no wasm-bindgen".into())
}

fn locked_version(lock: &str, package: &str) -> Option<String> {
    let mut lines = lock.lines();
    lines.find(|line| *line == format!("name = \"{package}\""))?;
    lines.next()?.strip_prefix("version = \"")?.strip_suffix('"').map(str::to_string)
}

/// A tool published as a crate. The answer is the folder with its binary, or nothing if the PATH has it already.
fn crate_tool(program: &str, package: &str, version: &str, how_long: &str) -> Outcome<Option<PathBuf>> {
    if says_version(Path::new(program), version) {
        return Ok(None);
    }
    let name = format!("{package}-{version}");
    let home = cache()?.join(&name);
    let binaries = home.join("bin");
    cached(
        &home,
        || executable(&binaries, program).is_some_and(|file| says_version(&file, version)),
        |partial| {
            let started = Instant::now();
            if printed("cargo", &["binstall", "-V"]).is_some() {
                println!("installing {package} {version}, prebuilt, into {}", home.display());
                let mut prebuilt = Command::new("cargo");
                prebuilt.args(["binstall", "--no-confirm", "--disable-strategies", "compile", "--root"]).arg(partial);
                if run(prebuilt.arg(format!("{package}@{version}"))).is_ok() {
                    return Ok(());
                }
                println!("no prebuilt {package} {version} could be had");
            }
            println!("building {package} {version} from source into {}: {how_long} on two cores, once", home.display());
            // What is wanted of a tool is that it is there soon; its own release profile may ask for a slow build. The build
            // folder outlives an interruption, so that a second try goes on where the first one ended.
            let building = beside(&home, "building");
            run(Command::new("cargo")
                .args(["install", package, "--version", version, "--locked", "--force", "--root"])
                .arg(partial)
                .current_dir(partial)
                .env("CARGO_TARGET_DIR", &building)
                .env("CARGO_PROFILE_RELEASE_LTO", "off")
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
                .env("CARGO_PROFILE_RELEASE_DEBUG", "false")
                .env_remove("CARGO_BUILD_TARGET")
                .env_remove("RUSTFLAGS"))?;
            let _ = fs::remove_dir_all(&building);
            println!("{package} {version} took {:.0} s", started.elapsed().as_secs_f64());
            Ok(())
        },
    )?;
    Ok(Some(binaries))
}

/// Any version will do that knows what index.html asks for, so such a one on the PATH is taken as it is. The npm package
/// carries a build of its own.
fn wasm_opt() -> Outcome<Option<PathBuf>> {
    if printed("wasm-opt", &["--reorder-functions-by-name", "--version"]).is_some() {
        return Ok(None);
    }
    let home = cache()?.join(format!("binaryen-{BINARYEN}"));
    let binaries = home.join("node_modules").join(".bin");
    let works = || executable(&binaries, "wasm-opt").is_some_and(|file| printed(file, &["--version"]).is_some());
    let npm = || on_path("npm").ok_or("neither wasm-opt nor npm is on the PATH".to_string());
    cached(&home, works, |partial| npm_package(&npm()?, "binaryen", BINARYEN, partial))?;
    Ok(Some(binaries))
}

/// The script that the end-to-end tests look for barriers with.
pub fn axe() -> Outcome<PathBuf> {
    let home = cache()?.join(format!("axe-core-{AXE}"));
    let script = home.join("node_modules").join("axe-core").join("axe.min.js");
    let npm = || on_path("npm").ok_or("the tests of accessibility need npm on the PATH, for axe-core".to_string());
    cached(&home, || script.is_file(), |partial| npm_package(&npm()?, "axe-core", AXE, partial))?;
    Ok(script)
}

fn npm_package(npm: &Path, package: &str, version: &str, into: &Path) -> Outcome {
    println!("installing {package} {version} from npm (a minute)");
    let flags = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", "--prefix"];
    run(Command::new(npm).args(flags).arg(into).arg(format!("{package}@{version}")))
}

/// Fills `home` by `fill` unless `works` says that it is filled, one process at a time.
fn cached(home: &Path, works: impl Fn() -> bool, fill: impl FnOnce(&Path) -> Outcome) -> Outcome {
    if works() {
        return Ok(());
    }
    let lock = beside(home, "lock");
    let lock = fs::File::create(&lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    if lock.try_lock().is_err() {
        println!("waiting for another process that is filling {}", home.display());
        lock.lock().map_err(|error| format!("lock of {}: {error}", home.display()))?;
    }
    if works() {
        return Ok(());
    }
    let partial = beside(home, "partial");
    let _ = fs::remove_dir_all(&partial);
    let _ = fs::remove_dir_all(home);
    fs::create_dir_all(&partial).map_err(|error| format!("{}: {error}", partial.display()))?;
    fill(&partial)?;
    fs::rename(&partial, home).map_err(|error| format!("{}: {error}", home.display()))?;
    if works() { Ok(()) } else { Err(format!("{} was filled, but its tool does not run", home.display())) }
}

/// `with_extension` would take the last number of a version for an extension.
fn beside(home: &Path, ending: &str) -> PathBuf {
    let name = home.file_name().expect("a tool's folder has a name").to_string_lossy();
    home.with_file_name(format!(".{name}.{ending}"))
}

fn cache() -> Outcome<PathBuf> {
    let folder = |variable: &str| env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = folder("XDG_CACHE_HOME")
        .or_else(|| folder("LOCALAPPDATA"))
        .or_else(|| folder("HOME").map(|home| home.join(".cache")))
        .ok_or("neither XDG_CACHE_HOME nor HOME is set: where should the tools go?")?;
    let tools = base.join("netsplit").join("tools");
    fs::create_dir_all(&tools).map_err(|error| format!("{}: {error}", tools.display()))?;
    Ok(tools)
}

fn executable(folder: &Path, program: &str) -> Option<PathBuf> {
    let endings: &[&str] = if cfg!(windows) { &[".exe", ".cmd"] } else { &[""] };
    endings.iter().map(|ending| folder.join(format!("{program}{ending}"))).find(|file| file.is_file())
}

fn says_version(program: &Path, version: &str) -> bool {
    printed(program, &["--version"]).is_some_and(|text| text.split_whitespace().any(|word| word == version))
}

#[cfg(test)]
mod tests {
    use super::{beside, locked_version};
    use std::path::Path;

    #[test]
    fn the_version_comes_from_the_lock_file() {
        let lock = "[[package]]\nname = \"wasm-bindgen-test\"\nversion = \"9.9.9\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.129\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.129"));
        assert_eq!(locked_version(lock, "yew"), None);
    }

    #[test]
    fn a_version_is_no_file_ending() {
        assert_eq!(beside(Path::new("/c/trunk-0.21.14"), "partial"), Path::new("/c/.trunk-0.21.14.partial"));
    }
}
