//! The page's entry point: in a browser, never in the worker.

fn main() {
    netsplit::page::start();
}
