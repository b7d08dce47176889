//! A reader of CBOR (RFC 8949) for what authenticators send (CTAP2 canonical CBOR, §6).
//!
//! Lengths are definite, tags do not occur, and keys of maps are integers or texts and occur
//! once. Depth, size and the number of items are bounded. The shortest form of an integer is not
//! required: two keys are the same if their values are.

/// Bytes of an input at most. Attestation objects with certificates have some 3 KiB.
pub const MAX_BYTES: usize = 16 * 1024;
/// Items of an input at most, those inside of others counted too.
const MAX_ITEMS: usize = 256;
/// Arrays and maps inside of each other at most. CTAP2 allows 4; a compound attestation
/// statement has one more.
const MAX_DEPTH: usize = 6;

/// The input is malformed or beyond a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CborError;

/// A value that borrows from its input.
#[derive(Debug, PartialEq)]
pub enum Value<'a> {
    /// An integer, of −2⁶⁴ to 2⁶⁴ − 1.
    Integer(i128),
    /// A byte string.
    Bytes(&'a [u8]),
    /// A text.
    Text(&'a str),
    /// A map.
    Map(Map<'a>),
    /// An array, a float or a simple value. It was read and dropped: nothing here needs it.
    Other,
}

/// A key of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key<'a> {
    /// An integer.
    Integer(i128),
    /// A text.
    Text(&'a str),
}

/// A map without duplicate keys.
#[derive(Debug, PartialEq)]
pub struct Map<'a>(Vec<(Key<'a>, Value<'a>)>);

impl<'a> Map<'a> {
    /// The number of its entries.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// An integer.
    pub fn integer(&self, key: Key<'_>) -> Option<i128> {
        match self.get(key)? {
            Value::Integer(integer) => Some(*integer),
            _ => None,
        }
    }

    /// A byte string.
    pub fn bytes(&self, key: Key<'_>) -> Option<&'a [u8]> {
        match self.get(key)? {
            Value::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// A text.
    pub fn text(&self, key: Key<'_>) -> Option<&'a str> {
        match self.get(key)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value of a key.
    pub fn get(&self, key: Key<'_>) -> Option<&Value<'a>> {
        let found = self.0.iter().find(|(other, _)| *other == key);
        found.map(|(_, value)| value)
    }
}

/// The one value that an input consists of.
pub fn parse(bytes: &[u8]) -> Result<Value<'_>, CborError> {
    match parse_first(bytes)? {
        (value, []) => Ok(value),
        _ => Err(CborError),
    }
}

/// The value at the start of an input, and what comes after it.
pub fn parse_first(bytes: &[u8]) -> Result<(Value<'_>, &[u8]), CborError> {
    if bytes.len() > MAX_BYTES {
        return Err(CborError);
    }
    let mut reader = Reader {
        rest: bytes,
        items: 0,
    };
    let value = reader.value(0)?;
    Ok((value, reader.rest))
}

struct Reader<'a> {
    rest: &'a [u8],
    items: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Result<Value<'a>, CborError> {
        self.items += 1;
        if self.items > MAX_ITEMS {
            return Err(CborError);
        }
        let first = self.fixed::<1>()?[0];
        let (major, info) = (first >> 5, first & 0x1F);
        if major == 7 {
            return self.simple(info);
        }
        let argument = self.argument(info)?;
        match major {
            0 => Ok(Value::Integer(i128::from(argument))),
            1 => Ok(Value::Integer(-1 - i128::from(argument))),
            2 => self.take(argument).map(Value::Bytes),
            3 => {
                let text = std::str::from_utf8(self.take(argument)?);
                text.map(Value::Text).map_err(|_| CborError)
            }
            4 | 5 if depth == MAX_DEPTH => Err(CborError),
            4 => {
                // A false length ends with the input or the count of items.
                for _ in 0..argument {
                    self.value(depth + 1)?;
                }
                Ok(Value::Other)
            }
            5 => self.map(argument, depth + 1).map(Value::Map),
            _ => Err(CborError),
        }
    }

    fn map(&mut self, entries: u64, depth: usize) -> Result<Map<'a>, CborError> {
        let mut map = Map(Vec::new());
        for _ in 0..entries {
            let key = match self.value(depth)? {
                Value::Integer(integer) => Key::Integer(integer),
                Value::Text(text) => Key::Text(text),
                _ => return Err(CborError),
            };
            if map.get(key).is_some() {
                return Err(CborError);
            }
            let value = self.value(depth)?;
            map.0.push((key, value));
        }
        Ok(map)
    }

    /// Floats and simple values (RFC 8949 §3.3). The end of an indefinite length is an error.
    fn simple(&mut self, info: u8) -> Result<Value<'a>, CborError> {
        match info {
            0..=23 => {}
            24 if self.fixed::<1>()?[0] >= 32 => {}
            25..=27 => {
                self.argument(info)?;
            }
            _ => return Err(CborError),
        }
        Ok(Value::Other)
    }

    /// The number that follows the major type (RFC 8949 §3).
    fn argument(&mut self, info: u8) -> Result<u64, CborError> {
        match info {
            0..=23 => Ok(u64::from(info)),
            24 => self
                .fixed()
                .map(|bytes| u64::from(u8::from_be_bytes(bytes))),
            25 => self
                .fixed()
                .map(|bytes| u64::from(u16::from_be_bytes(bytes))),
            26 => self
                .fixed()
                .map(|bytes| u64::from(u32::from_be_bytes(bytes))),
            27 => self.fixed().map(u64::from_be_bytes),
            _ => Err(CborError),
        }
    }

    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], CborError> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or(CborError)?;
        self.rest = rest;
        Ok(*bytes)
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8], CborError> {
        let length = usize::try_from(length).map_err(|_| CborError)?;
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or(CborError)?;
        self.rest = rest;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn integer(bytes: &[u8]) -> Option<i128> {
        match parse(bytes) {
            Ok(Value::Integer(integer)) => Some(integer),
            _ => None,
        }
    }

    #[test]
    fn integers_of_rfc_8949_appendix_a() {
        for (bytes, value) in [
            (&[0x00][..], 0),
            (&[0x17], 23),
            (&[0x18, 0x18], 24),
            (&[0x19, 0x03, 0xE8], 1000),
            (&[0x1A, 0x00, 0x0F, 0x42, 0x40], 1_000_000),
            (
                &[0x1B, 255, 255, 255, 255, 255, 255, 255, 255],
                u64::MAX.into(),
            ),
            (&[0x20], -1),
            (&[0x38, 0x63], -100),
            (&[0x39, 0x03, 0xE7], -1000),
            (
                &[0x3B, 255, 255, 255, 255, 255, 255, 255, 255],
                -18_446_744_073_709_551_616,
            ),
        ] {
            assert_eq!(integer(bytes), Some(value), "{bytes:x?}");
        }
    }

    #[test]
    fn an_integer_need_not_have_its_shortest_form() {
        assert_eq!(integer(&[0x18, 0x01]), Some(1));
        assert_eq!(integer(&[0x1B, 0, 0, 0, 0, 0, 0, 0, 1]), Some(1));
    }

    #[test]
    fn a_map_gives_its_values_by_key_and_kind() {
        let bytes = [
            0xA3, 0x01, 0x20, 0x61, b'a', 0x42, 7, 8, 0x20, 0x62, b'h', b'i',
        ];
        let Ok(Value::Map(map)) = parse(&bytes) else {
            panic!("no map");
        };
        assert_eq!(map.len(), 3);
        assert_eq!(map.integer(Key::Integer(1)), Some(-1));
        assert_eq!(map.bytes(Key::Text("a")), Some(&[7, 8][..]));
        assert_eq!(map.text(Key::Integer(-1)), Some("hi"));
        assert_eq!(map.text(Key::Integer(1)), None);
        assert_eq!(map.bytes(Key::Integer(1)), None);
        assert_eq!(map.integer(Key::Text("a")), None);
    }

    #[test]
    fn what_is_not_needed_is_read_over() {
        for bytes in [
            &[0x83, 0x01, 0x80, 0xA0][..],
            &[0xF4],
            &[0xF8, 0x20],
            &[0xF9, 0, 0],
            &[0xFA, 0, 0, 0, 0],
            &[0xFB, 0, 0, 0, 0, 0, 0, 0, 0],
        ] {
            assert_eq!(parse(bytes), Ok(Value::Other), "{bytes:x?}");
        }
    }

    #[test]
    fn malformed_inputs_are_errors() {
        for (what, bytes) in [
            ("nothing", &[][..]),
            ("a rest", &[0x01, 0x01]),
            ("a cut argument", &[0x19, 0x01]),
            ("cut bytes", &[0x42, 0x01]),
            (
                "a length of 2^64 - 1",
                &[0x5B, 255, 255, 255, 255, 255, 255, 255, 255],
            ),
            (
                "a false count",
                &[0x9B, 255, 255, 255, 255, 255, 255, 255, 255],
            ),
            ("a cut array", &[0x82, 0x01]),
            ("a cut map", &[0xA1, 0x01]),
            ("a reserved argument", &[0x1C]),
            ("bytes of indefinite length", &[0x5F, 0x41, 0x01, 0xFF]),
            ("an array of indefinite length", &[0x9F, 0x01, 0xFF]),
            ("a map of indefinite length", &[0xBF, 0x01, 0x01, 0xFF]),
            ("an end of nothing", &[0xFF]),
            ("text that is not UTF-8", &[0x61, 0xFF]),
            ("a tag", &[0xC0, 0x01]),
            ("a key twice", &[0xA2, 0x01, 0x01, 0x01, 0x02]),
            (
                "a key twice in two forms",
                &[0xA2, 0x01, 0x01, 0x18, 0x01, 0x02],
            ),
            (
                "a text key twice",
                &[0xA2, 0x61, b'a', 0x01, 0x61, b'a', 0x02],
            ),
            ("a key that is bytes", &[0xA1, 0x41, 0x01, 0x01]),
            ("a key that is an array", &[0xA1, 0x80, 0x01]),
            ("a simple value in the wrong form", &[0xF8, 0x14]),
        ] {
            assert_eq!(parse(bytes), Err(CborError), "{what}");
        }
    }

    #[test]
    fn depth_items_and_bytes_are_bounded() {
        let nested = |depth: usize| [vec![0x81; depth], vec![0x01]].concat();
        assert!(parse(&nested(MAX_DEPTH)).is_ok());
        assert_eq!(parse(&nested(MAX_DEPTH + 1)), Err(CborError));
        let maps = |depth: usize| [[0xA1, 0x01].repeat(depth), vec![0x01]].concat();
        assert!(parse(&maps(MAX_DEPTH)).is_ok());
        assert_eq!(parse(&maps(MAX_DEPTH + 1)), Err(CborError));

        let items = |count: u8| [vec![0x98, count], vec![0x01; count.into()]].concat();
        assert!(parse(&items(255)).is_ok());
        let items = |count: u16| {
            let count_bytes = count.to_be_bytes();
            [vec![0x99], count_bytes.into(), vec![0x01; count.into()]].concat()
        };
        assert_eq!(parse(&items(256)), Err(CborError));

        let text = |length: u16| {
            let length_bytes = length.to_be_bytes();
            [vec![0x59], length_bytes.into(), vec![0; length.into()]].concat()
        };
        assert!(parse(&text(16 * 1024 - 3)).is_ok());
        assert_eq!(parse(&text(16 * 1024 - 2)), Err(CborError));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
            if let Ok((_, rest)) = parse_first(&bytes) {
                prop_assert!(rest.len() < bytes.len());
            }
        }
    }
}
