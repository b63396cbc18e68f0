//! The page arrives over slow lines too.

use std::fs;

use crate::site::dist;

const LIMIT: usize = 400_000;
/// gzip is deflate with a header of ten bytes and a trailer of eight.
const GZIP_FRAME: usize = 18;

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn page_and_worker_are_small() {
    let mut total = 0;
    let mut count = 0;
    for file in fs::read_dir(dist()).expect("dist can be read").flatten() {
        if file.path().extension().is_some_and(|ending| ending == "wasm") {
            let bytes = fs::read(file.path()).expect("a file can be read");
            total += miniz_oxide::deflate::compress_to_vec(&bytes, 9).len() + GZIP_FRAME;
            count += 1;
        }
    }
    assert_eq!(count, 2, "one page and one worker");
    assert!(total < LIMIT, "page and worker weigh {total} bytes gzipped, more than {LIMIT}");
}
