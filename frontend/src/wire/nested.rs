//! Lists and objects.

use serde::de::{DeserializeSeed, MapAccess, SeqAccess};

use super::reader::{Broken, Reader};

/// The items of a list, after its opening bracket.
pub(super) struct Items<'a, 'de> {
    reader: &'a mut Reader<'de>,
    state: ListPosition,
}

/// The pairs of an object, after its opening brace.
pub(super) struct Pairs<'a, 'de> {
    reader: &'a mut Reader<'de>,
    state: ListPosition,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ListPosition {
    First,
    Later,
    Over,
}

/// Whether there is another item; skips the comma before it, or the end.
fn has_next(reader: &mut Reader<'_>, state: &mut ListPosition, end: u8) -> Result<bool, Broken> {
    if *state == ListPosition::Over {
        return Ok(false);
    }
    if reader.peek() == Some(end) {
        *state = ListPosition::Over;
        reader.expect(end)?;
        return Ok(false);
    }
    if *state == ListPosition::Later {
        reader.expect(b',')?;
    }
    *state = ListPosition::Later;
    Ok(true)
}

impl<'a, 'de> Items<'a, 'de> {
    pub(super) fn new(reader: &'a mut Reader<'de>) -> Self {
        Items {
            reader,
            state: ListPosition::First,
        }
    }
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Broken;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Broken> {
        if has_next(self.reader, &mut self.state, b']')? {
            seed.deserialize(&mut *self.reader).map(Some)
        } else {
            Ok(None)
        }
    }
}

impl<'a, 'de> Pairs<'a, 'de> {
    pub(super) fn new(reader: &'a mut Reader<'de>) -> Self {
        Pairs {
            reader,
            state: ListPosition::First,
        }
    }
}

impl<'de> MapAccess<'de> for Pairs<'_, 'de> {
    type Error = Broken;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Broken> {
        if has_next(self.reader, &mut self.state, b'}')? {
            seed.deserialize(&mut *self.reader).map(Some)
        } else {
            Ok(None)
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Broken> {
        self.reader.expect(b':')?;
        seed.deserialize(&mut *self.reader)
    }
}
