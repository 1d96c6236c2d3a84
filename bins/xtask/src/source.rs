//! Rust source without its comments and literals, so that a check for a word finds code only.

/// `text` with comments, strings and character literals blanked out; every line stays where it was.
pub(crate) fn code(text: &str) -> String {
    let mut blanker = Blanker { chars: text.chars().collect(), at: 0, code: String::with_capacity(text.len()) };
    while blanker.at < blanker.chars.len() {
        blanker.step();
    }
    blanker.code
}

/// The 1-based line of a byte offset.
pub(crate) fn line_at(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

/// Byte offsets where `word` stands in `code` as a whole identifier.
pub(crate) fn words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    code.match_indices(word).map(|(at, _)| at).filter(move |&at| {
        let before = code[..at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}

/// Whether `code` (already blanked) declares `mod name;`.
pub(crate) fn declares(code: &str, name: &str) -> bool {
    words(code, "mod").any(|at| {
        let rest = code[at + "mod".len()..].trim_start();
        let rest = rest.strip_prefix("r#").unwrap_or(rest);
        rest.strip_prefix(name).is_some_and(|after| after.trim_start().starts_with(';'))
    })
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

struct Blanker {
    chars: Vec<char>,
    at: usize,
    code: String,
}

// === impl Blanker ===

impl Blanker {
    fn step(&mut self) {
        match self.peek(0) {
            Some('/') if self.peek(1) == Some('/') => self.blank_while(|c| c != '\n'),
            Some('/') if self.peek(1) == Some('*') => self.block_comment(),
            Some('"') => self.string(),
            Some('\'') => self.character_or_lifetime(),
            Some('r') if !self.in_word() && self.raw_hashes(1).is_some() => self.raw_string(1),
            Some('b' | 'c') if !self.in_word() && self.peek(1) == Some('r') && self.raw_hashes(2).is_some() => {
                self.raw_string(2);
            }
            _ => self.keep(),
        }
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn in_word(&self) -> bool {
        self.code.chars().next_back().is_some_and(is_word)
    }

    fn keep(&mut self) {
        self.code.extend(self.peek(0));
        self.at += 1;
    }

    fn blank(&mut self) {
        self.code.extend(self.peek(0).map(|c| if c == '\n' { c } else { ' ' }));
        self.at += 1;
    }

    fn blank_while(&mut self, more: impl Fn(char) -> bool) {
        while self.peek(0).is_some_and(&more) {
            self.blank();
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        while self.at < self.chars.len() {
            match (self.peek(0), self.peek(1)) {
                (Some('/'), Some('*')) => depth += 1,
                (Some('*'), Some('/')) => depth -= 1,
                _ => {
                    self.blank();
                    continue;
                }
            }
            self.blank();
            self.blank();
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) {
        self.blank();
        loop {
            match self.peek(0) {
                None => return,
                Some('\\') => {
                    self.blank();
                    self.blank();
                }
                Some('"') => return self.blank(),
                Some(_) => self.blank(),
            }
        }
    }

    /// How many `#` stand between the prefix and the quote of a raw string; `None` if it is not one.
    fn raw_hashes(&self, prefix: usize) -> Option<usize> {
        let hashes = self.chars[self.at + prefix..].iter().take_while(|&&c| c == '#').count();
        (self.peek(prefix + hashes) == Some('"')).then_some(hashes)
    }

    fn raw_string(&mut self, prefix: usize) {
        let hashes = self.raw_hashes(prefix).unwrap_or(0);
        for _ in 0..=prefix + hashes {
            self.blank();
        }
        while let Some(c) = self.peek(0) {
            let closes = c == '"' && (1..=hashes).all(|ahead| self.peek(ahead) == Some('#'));
            self.blank();
            if closes {
                for _ in 0..hashes {
                    self.blank();
                }
                return;
            }
        }
    }

    fn character_or_lifetime(&mut self) {
        match (self.peek(1), self.peek(2)) {
            (Some('\\'), _) => {
                self.blank();
                self.blank();
                self.blank();
                self.blank_while(|c| c != '\'' && c != '\n');
                self.blank();
            }
            (Some(_), Some('\'')) => (0..3).for_each(|_| self.blank()),
            _ => self.keep(),
        }
    }
}

#[cfg(test)]
mod tests;
