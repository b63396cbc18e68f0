//! Which of the crate's modules a file names: `crate::a::b`, `use crate::{a, b::c}`, `super::super::a`, `netsplit::a`.

use super::source::{Placed, Token};

#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// From the crate's root.
    pub path: Vec<String>,
    pub line: usize,
}

/// `module` is where the file stands: `["sim", "world"]` for src/sim/world.rs.
pub fn named(tokens: &[Placed], module: &[String]) -> Vec<Named> {
    let mut found = Vec::new();
    // Modules written inside the file, with the depth of braces at which each ends.
    let mut inside: Vec<(String, usize)> = Vec::new();
    let mut depth = 0;
    let mut index = 0;
    while index < tokens.len() {
        let here = &tokens[index];
        if here.is("{") {
            depth += 1;
        } else if here.is("}") {
            depth -= 1;
            inside.retain(|(_, ends)| *ends <= depth);
        }
        if here.word() == Some("mod")
            && let [_, name, brace, ..] = &tokens[index..]
            && brace.is("{")
        {
            inside.push((name.word().unwrap_or_default().to_string(), depth + 1));
        }
        let follows_path = index > 0 && tokens[index - 1].is("::");
        let start = match here.word() {
            Some("crate" | "netsplit") if !follows_path => Some(Vec::new()),
            Some("super" | "self") if !follows_path => {
                let mut whole: Vec<String> = module.to_vec();
                whole.extend(inside.iter().map(|(name, _)| name.clone()));
                if here.word() == Some("super") {
                    whole.pop();
                }
                Some(whole)
            }
            _ => None,
        };
        if let Some(start) = start
            && tokens.get(index + 1).is_some_and(|next| next.is("::"))
        {
            index = follow(tokens, index + 2, start, &mut found);
        } else {
            index += 1;
        }
    }
    found
}

/// Walks a path, or a tree of paths in braces, from just behind a `::`; answers where it ends.
fn follow(tokens: &[Placed], mut index: usize, mut path: Vec<String>, found: &mut Vec<Named>) -> usize {
    let line = tokens.get(index).map_or(0, |token| token.line);
    loop {
        match tokens.get(index).map(|placed| &placed.token) {
            Some(Token::Word(word)) => {
                match word.as_str() {
                    "super" => drop(path.pop()),
                    "self" => (),
                    _ => path.push(word.clone()),
                }
                index += 1;
                if tokens.get(index).is_some_and(|next| next.is("::")) {
                    index += 1;
                    continue;
                }
            }
            Some(Token::Sign("{")) => {
                index += 1;
                while index < tokens.len() && !tokens[index].is("}") {
                    if tokens[index].is(",") {
                        index += 1;
                    } else {
                        let next = follow(tokens, index, path.clone(), found);
                        index = skip_alias(tokens, next.max(index + 1));
                    }
                }
                return index + 1;
            }
            Some(Token::Sign("*")) => {
                path.push("*".into());
                index += 1;
            }
            _ => (),
        }
        found.push(Named { path, line });
        return index;
    }
}

fn skip_alias(tokens: &[Placed], index: usize) -> usize {
    if tokens.get(index).is_some_and(|token| token.word() == Some("as")) { index + 2 } else { index }
}
