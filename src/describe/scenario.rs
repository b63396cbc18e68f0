//! Scenario files as a build needs them: tests hold a run to its transcript, which the page's workers do without.

/// A scenario file's text; in a worker only what stands above its transcript.
macro_rules! scenario {
    ($path:literal) => {{
        const FILE: &str = include_str!($path);
        if cfg!(feature = "worker") {
            const SCRIPT: [u8; $crate::describe::scenario::length(FILE)] = $crate::describe::scenario::beginning(FILE);
            match std::str::from_utf8(&SCRIPT) {
                Ok(text) => text,
                Err(_) => FILE,
            }
        } else {
            FILE
        }
    }};
}
pub(crate) use scenario;

/// How long a file is up to the line `---`.
pub const fn length(file: &str) -> usize {
    let bytes = file.as_bytes();
    let mut at = 0;
    while at + 4 < bytes.len() {
        if let [b'\n', b'-', b'-', b'-', b'\n'] =
            [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3], bytes[at + 4]]
        {
            return at + 1;
        }
        at += 1;
    }
    bytes.len()
}

/// A copy: what is not copied is not in the program.
pub const fn beginning<const LENGTH: usize>(file: &str) -> [u8; LENGTH] {
    let mut script = [0; LENGTH];
    let mut at = 0;
    while at < LENGTH {
        script[at] = file.as_bytes()[at];
        at += 1;
    }
    script
}
