//! `cargo xtask serve`: the optimised page on this machine, built again when a source changes.

use std::{net::TcpStream, thread, time::Duration};

use crate::{
    Args, build,
    run::{Outcome, shown},
    tools,
};

pub fn serve(mut args: Args) -> Outcome {
    let port = match args.value("--port")? {
        Some(port) => port.parse::<u16>().map_err(|_| format!("`{port}` is no port"))?,
        None => 8080,
    };
    let open = args.flag("--open");
    args.none()?;
    if TcpStream::connect(("127.0.0.1", port)).is_ok() {
        return Err(format!("port {port} is taken; try --port <another>"));
    }

    let tools = tools::for_building()?;
    let address = format!("http://127.0.0.1:{port}/");
    println!("building the page, 2 to 4 minutes the first time; then it is at {address}");
    let mut trunk = build::trunk(&tools, "serve")?;
    // Not dist/: what trunk serves has its own reload script in it, and is written again at every change.
    trunk.args(["--port", &port.to_string(), "--dist", "target/served"]);
    if open {
        trunk.arg("--open");
    }
    let mut serving = trunk.spawn().map_err(|error| format!("could not start `{}`: {error}", shown(&trunk)))?;
    loop {
        if let Some(status) = serving.try_wait().map_err(|error| error.to_string())? {
            return Err(format!("trunk ended with {status}"));
        }
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            println!("Netsplit is at {address} (Ctrl-C ends it)");
            break;
        }
        thread::sleep(Duration::from_millis(200));
    }
    let status = serving.wait().map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err(format!("trunk ended with {status}")) }
}
