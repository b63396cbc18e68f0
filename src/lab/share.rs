//! Links: a branch as a script, packed into a URL's fragment. Never state, and nothing is addressed by a hash.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::script::LONGEST;
use super::wire::Problem;

const VERSION: &str = "v1.";

pub fn pack(script: &str) -> String {
    let packed = miniz_oxide::deflate::compress_to_vec(script.as_bytes(), 9);
    format!("{VERSION}{}", URL_SAFE_NO_PAD.encode(packed))
}

/// # Errors
/// Why the link cannot be read.
pub fn unpack(fragment: &str) -> Result<String, Problem> {
    let Some(body) = fragment.strip_prefix(VERSION) else {
        return Err(Problem::new(
            "this link is of a kind that this Netsplit does not know",
            "it should begin with #v1.",
        ));
    };
    let packed = URL_SAFE_NO_PAD.decode(body).map_err(|_| {
        Problem::new("this link has characters that do not belong in it", "copy it again, the whole of it")
    })?;
    let text = miniz_oxide::inflate::decompress_to_vec_with_limit(&packed, LONGEST)
        .map_err(|_| Problem::new("this link is cut short or damaged", "copy it again, the whole of it"))?;
    String::from_utf8(text).map_err(|_| Problem::new("this link holds no text", "copy it again, the whole of it"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_unpacks() {
        let text = "# A run\nsystem replication\nat 2.5s #3\ncrash n1\nsay \"Überraschung 分区\"\n";
        assert_eq!(unpack(&pack(text)).as_deref(), Ok(text));
    }

    #[test]
    fn damaged_links_say_why() {
        let good = pack("system replication\n");
        for bad in ["", "v2.abc", "v1.%%%", &good[..good.len() - 4], "v1."] {
            let problem = unpack(bad).expect_err(bad);
            assert!(!problem.message.is_empty() && !problem.hint.is_empty());
        }
    }
}
