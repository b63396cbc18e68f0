//! Names the build, so that a page can tell its own worker from one that the browser remembers.

use std::{fs, path::Path};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src");
    println!("cargo:rerun-if-changed=Cargo.lock");
    let build = ["src", "Cargo.lock"].iter().fold(SEED, |hash, path| hashed(hash, Path::new(path)));
    println!("cargo:rustc-env=NETSPLIT_BUILD={build:016x}");
}

/// FNV-1a: pinned, and enough to tell two builds apart.
const SEED: u64 = 0xcbf2_9ce4_8422_2325;

fn hashed(hash: u64, path: &Path) -> u64 {
    let name = path.to_string_lossy().replace('\\', "/");
    if let Ok(entries) = fs::read_dir(path) {
        let mut below: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        below.sort();
        return below.iter().fold(hash, |hash, path| hashed(hash, path));
    }
    // A checkout may have either kind of line ending.
    let text = fs::read(path).unwrap_or_default().into_iter().filter(|byte| *byte != b'\r');
    name.bytes()
        .chain([0])
        .chain(text)
        .chain([0])
        .fold(hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}
