//! How large the built page is, as it is and as it travels.

use std::{fs, path::Path};

use crate::run::Outcome;

pub fn print(site: &Path) -> Outcome {
    let files = fs::read_dir(site).map_err(|error| format!("{}: {error}", site.display()))?;
    let mut paths: Vec<_> = files.flatten().map(|file| file.path()).collect();
    paths.sort();
    let mut total = (0, 0);
    for path in paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "wasm")) {
        let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let packed = miniz_oxide::deflate::compress_to_vec(&bytes, 9).len() + GZIP_FRAME;
        println!("{:>8.1} kB, {:>7.1} kB gzipped  {name}", kilo(bytes.len()), kilo(packed));
        total = (total.0 + bytes.len(), total.1 + packed);
    }
    println!("{:>8.1} kB, {:>7.1} kB gzipped  together", kilo(total.0), kilo(total.1));
    Ok(())
}

/// gzip is deflate with a header of ten bytes and a trailer of eight.
const GZIP_FRAME: usize = 18;

fn kilo(bytes: usize) -> f64 {
    bytes as f64 / 1000.0
}
