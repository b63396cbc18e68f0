//! `cargo xtask <verb>`: everything that a person or a machine does with this repository.

mod bench;
mod browser;
mod build;
mod run;
mod serve;
mod size;
mod test;
mod tools;

use std::{env, path::PathBuf, process::ExitCode};

use run::Outcome;

const HELP: &str = "\
cargo xtask <verb>

  serve    install what is missing, then serve the optimised page
             --port <n>   instead of 8080     --open   in the browser
  build    install what is missing, then leave the static site in dist/
             --quick      larger and slower, but soon there; for e2e and shots too
  test     formatting, lints, native tests, tests in browsers, the built page end to end
             --fast       leave out what needs a browser
  e2e      build the page, then only its end-to-end tests
             <words>      only tests with this in their name     --no-build   take dist/ as it is
  shots    build the page, then pictures of it in target/e2e/
             <page#link>  of this address inside the site         --no-build   take dist/ as it is
             --scenes     of instants that show what can be drawn, or only of those with a word in their name
  bench    measure the engines natively and in Chromium, and the size of the built page
  setup    only install what is missing, and say how a plain `trunk serve` finds it
             --test       also what the tests need
";

/// The top of the checkout. cargo says where it is, so that a moved checkout is not mistaken for its old place.
pub fn root() -> PathBuf {
    let xtask = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    xtask.parent().expect("xtask lies in the checkout").to_path_buf()
}

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let (verb, rest) = match args.split_first() {
        Some((verb, rest)) => (verb.as_str(), Args(rest.to_vec())),
        None => ("help", Args(Vec::new())),
    };
    let outcome = match verb {
        "serve" => serve::serve(rest),
        "build" => build::build(rest),
        "test" => test::test(rest),
        "e2e" => test::e2e(rest),
        "shots" => test::shots(rest),
        "bench" => rest.none().and_then(|()| bench::bench()),
        "setup" => setup(rest),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(format!("no verb `{other}`; `cargo xtask help` lists them")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("xtask: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn setup(mut args: Args) -> Outcome {
    let for_tests = args.flag("--test");
    args.none()?;
    let tools = tools::for_building()?;
    if for_tests {
        let browsers = browser::find()?;
        println!("browser tests will run in {}", browsers.names());
    }
    match tools.folders() {
        [] => println!("everything is there; `trunk serve` works as it is"),
        folders => {
            let folders = env::join_paths(folders).expect("no folder of ours has a separator in its name");
            println!("everything is there; for a plain `trunk serve`:\n  export PATH={}:$PATH", folders.display());
        }
    }
    Ok(())
}

/// What follows the verb, taken out piece by piece.
pub struct Args(Vec<String>);

impl Args {
    pub fn flag(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|arg| arg != name);
        self.0.len() < before
    }

    pub fn value(&mut self, name: &str) -> Outcome<Option<String>> {
        let Some(at) = self.0.iter().position(|arg| arg == name || arg.starts_with(&format!("{name}="))) else {
            return Ok(None);
        };
        let arg = self.0.remove(at);
        if let Some((_, value)) = arg.split_once('=') {
            return Ok(Some(value.to_string()));
        }
        if at < self.0.len() { Ok(Some(self.0.remove(at))) } else { Err(format!("{name} wants a value")) }
    }

    pub fn word(&mut self) -> Option<String> {
        let at = self.0.iter().position(|arg| !arg.starts_with('-'))?;
        Some(self.0.remove(at))
    }

    pub fn none(&self) -> Outcome {
        match self.0.first() {
            None => Ok(()),
            Some(arg) => Err(format!("`{arg}` is not understood here; `cargo xtask help` lists what is")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Args;

    #[test]
    fn arguments_are_taken_out_one_by_one() {
        let mut args = Args(["--port", "81", "--open", "rest"].map(String::from).to_vec());
        assert_eq!(args.value("--port"), Ok(Some("81".into())));
        assert!(args.flag("--open") && !args.flag("--open"));
        assert!(args.none().is_err());
        assert_eq!(args.word().as_deref(), Some("rest"));
        assert_eq!(args.none(), Ok(()));
        assert!(Args(vec!["--port".into()]).value("--port").is_err());
        assert_eq!(Args(vec!["--port=82".into()]).value("--port"), Ok(Some("82".into())));
    }
}
