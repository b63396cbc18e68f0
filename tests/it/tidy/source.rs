//! Rust source as far as the tidy rules need it: words, signs and numbers with their lines, without comments.

#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    /// An identifier or a keyword.
    Word(String),
    /// A number as it is written.
    Number(String),
    /// What a string literal holds, as it is written.
    Text(String),
    /// `::`, or one other character.
    Sign(&'static str),
}

#[derive(Clone, Debug)]
pub struct Placed {
    pub token: Token,
    pub line: usize,
}

impl Placed {
    pub fn word(&self) -> Option<&str> {
        match &self.token {
            Token::Word(word) => Some(word),
            _ => None,
        }
    }

    pub fn is(&self, sign: &str) -> bool {
        matches!(&self.token, Token::Sign(found) if *found == sign)
    }
}

pub fn tokens(source: &str) -> Vec<Placed> {
    let chars: Vec<char> = source.chars().collect();
    let at = |index: usize| chars.get(index).copied().unwrap_or('\0');
    let mut found = Vec::new();
    let (mut index, mut line) = (0, 1);
    while index < chars.len() {
        let start = index;
        let token = match chars[index] {
            '/' if at(index + 1) == '/' => {
                index = skip_until(&chars, index, |char| char == '\n');
                None
            }
            '/' if at(index + 1) == '*' => {
                index = block_comment_end(&chars, index);
                None
            }
            '"' => {
                index = string_end(&chars, index);
                Some(Token::Text(chars[start + 1..index.saturating_sub(1).max(start + 1)].iter().collect()))
            }
            'r' | 'b' | 'c' if raw_string(&chars, index).is_some() => {
                let (inside, end) = raw_string(&chars, index).expect("just seen");
                index = end;
                Some(Token::Text(chars[inside].iter().collect()))
            }
            'b' | 'c' if at(index + 1) == '"' => {
                index = string_end(&chars, index + 1);
                Some(Token::Text(chars[start + 2..index.saturating_sub(1).max(start + 2)].iter().collect()))
            }
            '\'' if at(index + 1) == '\\' => {
                index = skip_until(&chars, index + 3, |char| char == '\'') + 1;
                None
            }
            '\'' if at(index + 2) == '\'' => {
                index += 3;
                None
            }
            '\'' => {
                index = skip_until(&chars, index + 1, |char| !is_word(char));
                None
            }
            char if char.is_ascii_digit() => {
                index = skip_until(&chars, index, |char| !is_word(char));
                // `1..2` is a range, `x.0.1` a field, `1.max(2)` a call; `1.5` a number.
                let fields = found.last().is_some_and(|last: &Placed| last.is("."));
                if at(index) == '.' && !fields && at(index + 1) != '.' && !is_letter(at(index + 1)) {
                    index = skip_until(&chars, index + 1, |char| !is_word(char));
                }
                Some(Token::Number(chars[start..index].iter().collect()))
            }
            char if is_word(char) => {
                index = skip_until(&chars, index, |char| !is_word(char));
                Some(Token::Word(chars[start..index].iter().collect()))
            }
            ':' if at(index + 1) == ':' => {
                index += 2;
                Some(Token::Sign("::"))
            }
            char => {
                index += 1;
                SIGNS.iter().find(|sign| sign.starts_with(char)).map(|sign| Token::Sign(sign))
            }
        };
        index = index.min(chars.len());
        found.extend(token.map(|token| Placed { token, line }));
        line += chars[start..index].iter().filter(|char| **char == '\n').count();
    }
    found
}

const SIGNS: [&str; 16] = ["{", "}", "(", ")", "[", "]", "<", ">", ",", ";", ":", ".", "=", "#", "!", "*"];

fn is_word(char: char) -> bool {
    char == '_' || char.is_alphanumeric()
}

fn is_letter(char: char) -> bool {
    char == '_' || char.is_alphabetic()
}

fn skip_until(chars: &[char], from: usize, stop: impl Fn(char) -> bool) -> usize {
    (from..chars.len()).find(|&index| stop(chars[index])).unwrap_or(chars.len())
}

fn string_end(chars: &[char], opening: usize) -> usize {
    let mut index = opening + 1;
    while index < chars.len() && chars[index] != '"' {
        index += if chars[index] == '\\' { 2 } else { 1 };
    }
    index + 1
}

/// What a raw string that begins here holds, and where it ends.
fn raw_string(chars: &[char], from: usize) -> Option<(std::ops::Range<usize>, usize)> {
    let marks = if chars[from] == 'r' { from + 1 } else { from + 2 };
    if marks > chars.len() || chars[marks - 1] != 'r' {
        return None;
    }
    let quote = skip_until(chars, marks, |char| char != '#');
    if chars.get(quote) != Some(&'"') {
        return None;
    }
    let hashes = quote - marks;
    let closes = |index: &usize| {
        chars[*index] == '"' && chars[*index + 1..].iter().take(hashes).filter(|char| **char == '#').count() == hashes
    };
    let end = (quote + 1..chars.len()).find(closes)?;
    Some((quote + 1..end, end + 1 + hashes))
}

fn block_comment_end(chars: &[char], opening: usize) -> usize {
    let (mut index, mut depth) = (opening + 2, 1);
    while index < chars.len() && depth > 0 {
        match (chars[index], chars.get(index + 1)) {
            ('/', Some('*')) => (index, depth) = (index + 2, depth + 1),
            ('*', Some('/')) => (index, depth) = (index + 2, depth - 1),
            _ => index += 1,
        }
    }
    index
}
