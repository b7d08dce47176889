//! A text as the keys that write it, which are what a search compares.
//!
//! A syllable of Hangul is written with two to five keys (the layout Dubeolsik, KS X 5002), so
//! what is typed so far is always the beginning of the keys of what is meant: ㅎ, 호, 회 and 횡 of
//! 회의. Case, signs on letters of Latin, width, normal forms of Hangul and white space do not
//! count. There are no tables of Unicode: they would weigh more than the page's own code for this.

/// As many keys of a text count: four for each character of the longest name.
const MOST_KEYS: usize = 200;

const INITIALS: [char; 19] = [
    'ㄱ', 'ㄲ', 'ㄴ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ',
    'ㅌ', 'ㅍ', 'ㅎ',
];
const FIRST_SYLLABLE: u32 = 0xAC00;
/// The first of 21 vowels, in the order in which syllables and conjoining letters have them too.
const FIRST_VOWEL: u32 = 0x314F;
/// Consonants that stand alone and cannot end a syllable: ㄸ, ㅃ and ㅉ.
const NEVER_FINAL: [u32; 3] = [0x3138, 0x3143, 0x3149];

/// What the letters from U+00C0 to U+017F are without their sign.
const LATIN: &[u8; 0xC0] = b"aaaaaaaceeeeiiiidnooooo*ouuuuytsaaaaaaaceeeeiiiidnooooo/ouuuuyty\
aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnnoooooooorrrrrrssss\
ssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
/// The same from U+1E00 to U+1EFF.
const MORE_LATIN: &[u8; 0x100] = b"aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllll\
mmmmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwyas\
sssdaaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy\
llvvyy";

/// One key of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) letter: char,
    /// What the key begins.
    pub(super) begins: Begins,
    /// Where the character stands that the key helps to write, in bytes.
    pub(super) from: usize,
    /// Where that character ends, in bytes.
    pub(super) to: usize,
}

/// What a key begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Begins {
    /// Nothing: it is a later key of a syllable.
    Nothing,
    /// A character in a word.
    Character,
    /// A word.
    Word,
}

/// The keys of a text.
pub(super) fn of(text: &str) -> Vec<Key> {
    let mut keys = Keys {
        list: Vec::new(),
        from: 0,
        to: 0,
        after_space: true,
    };
    for (from, c) in text.char_indices() {
        (keys.from, keys.to) = (from, from + c.len_utf8());
        keys.push(c);
    }
    keys.list.truncate(MOST_KEYS);
    keys.list
}

struct Keys {
    list: Vec<Key>,
    from: usize,
    to: usize,
    after_space: bool,
}

impl Keys {
    fn push(&mut self, c: char) {
        let code = u32::from(c);
        match code {
            0x300..=0x36F => {
                if let Some(key) = self.list.last_mut() {
                    key.to = self.to;
                }
            }
            0xAC00..=0xD7A3 => {
                let index = code - FIRST_SYLLABLE;
                self.initial(index / 588);
                self.vowel(index % 588 / 28);
                if !index.is_multiple_of(28) {
                    self.last(index % 28 - 1);
                }
            }
            0x1100..=0x1112 => self.initial(code - 0x1100),
            0x1161..=0x1175 => self.vowel(code - 0x1161),
            0x11A8..=0x11C2 => self.last(code - 0x11A8),
            0x314F..=0x3163 => self.vowel(code - FIRST_VOWEL),
            0x3131..=0x314E => {
                let (first, second) = split(c);
                self.begin(first);
                if let Some(letter) = second {
                    self.begin(letter);
                }
            }
            _ if c.is_whitespace() => self.after_space = true,
            _ => {
                let c = plain(c);
                self.begin(c);
                self.after_space = c.is_ascii_punctuation();
            }
        }
    }

    fn initial(&mut self, index: u32) {
        if let Some(letter) = INITIALS.get(index as usize) {
            self.begin(*letter);
        }
    }

    fn vowel(&mut self, index: u32) {
        self.go_on(FIRST_VOWEL + index);
    }

    /// The consonants at the end of a syllable, by their number without the one that is none.
    fn last(&mut self, index: u32) {
        let mut code = 0x3131 + index;
        for never in NEVER_FINAL {
            code += u32::from(code >= never);
        }
        self.go_on(code);
    }

    fn go_on(&mut self, code: u32) {
        let (first, second) = split(char::from_u32(code).unwrap_or_default());
        self.add(first, Begins::Nothing);
        if let Some(letter) = second {
            self.add(letter, Begins::Nothing);
        }
    }

    fn begin(&mut self, letter: char) {
        let begins = if self.after_space {
            Begins::Word
        } else {
            Begins::Character
        };
        self.add(letter, begins);
    }

    fn add(&mut self, letter: char, begins: Begins) {
        self.after_space = false;
        let (from, to) = (self.from, self.to);
        self.list.push(Key {
            letter,
            begins,
            from,
            to,
        });
    }
}

/// The keys of a letter of Hangul that stands alone.
fn split(letter: char) -> (char, Option<char>) {
    let (first, second) = match letter {
        'ㄳ' => ('ㄱ', 'ㅅ'),
        'ㄵ' => ('ㄴ', 'ㅈ'),
        'ㄶ' => ('ㄴ', 'ㅎ'),
        'ㄺ' => ('ㄹ', 'ㄱ'),
        'ㄻ' => ('ㄹ', 'ㅁ'),
        'ㄼ' => ('ㄹ', 'ㅂ'),
        'ㄽ' => ('ㄹ', 'ㅅ'),
        'ㄾ' => ('ㄹ', 'ㅌ'),
        'ㄿ' => ('ㄹ', 'ㅍ'),
        'ㅀ' => ('ㄹ', 'ㅎ'),
        'ㅄ' => ('ㅂ', 'ㅅ'),
        'ㅘ' => ('ㅗ', 'ㅏ'),
        'ㅙ' => ('ㅗ', 'ㅐ'),
        'ㅚ' => ('ㅗ', 'ㅣ'),
        'ㅝ' => ('ㅜ', 'ㅓ'),
        'ㅞ' => ('ㅜ', 'ㅔ'),
        'ㅟ' => ('ㅜ', 'ㅣ'),
        'ㅢ' => ('ㅡ', 'ㅣ'),
        _ => return (letter, None),
    };
    (first, Some(second))
}

/// A character in small letters, half width and without a sign.
fn plain(c: char) -> char {
    let code = u32::from(c);
    let latin = |table: &[u8], first: u32| char::from(table[(code - first) as usize]);
    let code = match code {
        0xC0..=0x17F => return latin(LATIN, 0xC0),
        0x1E00..=0x1EFF => return latin(MORE_LATIN, 0x1E00),
        // Wide forms of ASCII.
        0xFF01..=0xFF5E => code - 0xFEE0,
        // Greek, Cyrillic and Armenian.
        0x391..=0x3A9 | 0x410..=0x42F => code + 0x20,
        0x400..=0x40F => code + 0x50,
        0x531..=0x556 => code + 0x30,
        _ => code,
    };
    char::from_u32(code).unwrap_or(c).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(text: &str) -> String {
        of(text).iter().map(|key| key.letter).collect()
    }

    #[test]
    fn a_syllable_is_written_with_two_to_five_keys() {
        for (text, keys) in [
            ("가", "ㄱㅏ"),
            ("힣", "ㅎㅣㅎ"),
            ("회의", "ㅎㅗㅣㅇㅡㅣ"),
            ("값", "ㄱㅏㅂㅅ"),
            ("뷁", "ㅂㅜㅔㄹㄱ"),
            ("갰", "ㄱㅐㅆ"),
            ("갖", "ㄱㅏㅈ"),
            ("갛", "ㄱㅏㅎ"),
            ("갇", "ㄱㅏㄷ"),
            ("갈", "ㄱㅏㄹ"),
            ("갑", "ㄱㅏㅂ"),
            ("갗", "ㄱㅏㅊ"),
        ] {
            assert_eq!(letters(text), keys, "{text}");
        }
    }

    #[test]
    fn composed_and_decomposed_text_have_the_same_keys() {
        for (one, other) in [
            ("횡", "\u{1112}\u{116C}\u{11BC}"),
            ("é", "e\u{301}"),
            ("Ệ", "e\u{302}\u{323}"),
            ("ＡＢ", "ab"),
            ("ЙÅ", "йa"),
            ("ΩԱ", "ωա"),
            ("×ẞ", "*S"),
        ] {
            assert_eq!(letters(one), letters(other), "{one}");
        }
    }

    #[test]
    fn every_syllable_has_the_keys_of_its_letters() {
        for code in 0xAC00..=0xD7A3_u32 {
            let index = code - 0xAC00;
            let last = (index % 28 > 0).then_some(0x11A7 + index % 28);
            let codes = [0x1100 + index / 588, 0x1161 + index % 588 / 28];
            let text: String = codes
                .into_iter()
                .chain(last)
                .filter_map(char::from_u32)
                .collect();
            let syllable = char::from_u32(code).unwrap().to_string();
            assert_eq!(letters(&syllable), letters(&text), "{syllable}");
        }
    }

    #[test]
    fn words_begin_after_white_space_and_signs() {
        use Begins::{Character, Nothing, Word};
        let begins: Vec<_> = of("a회 b-c").iter().map(|key| key.begins).collect();
        assert_eq!(
            begins,
            [Word, Character, Nothing, Nothing, Word, Character, Word]
        );
    }
}
