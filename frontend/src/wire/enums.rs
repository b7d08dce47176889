//! Enums: a string for a variant without fields, else an object with one pair.

use serde::de::{DeserializeSeed, Deserializer, EnumAccess, VariantAccess, Visitor};

use super::reader::{Broken, Reader};

/// Reads which variant it is.
pub(super) struct Choice<'a, 'de>(pub(super) &'a mut Reader<'de>);

/// Reads the content of the variant.
pub(super) struct Chosen<'a, 'de> {
    reader: &'a mut Reader<'de>,
    has_content: bool,
}

impl<'a, 'de> EnumAccess<'de> for Choice<'a, 'de> {
    type Error = Broken;
    type Variant = Chosen<'a, 'de>;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Chosen<'a, 'de>), Broken> {
        let has_content = self.0.peek() == Some(b'{');
        if has_content {
            self.0.expect(b'{')?;
        }
        let variant = seed.deserialize(&mut *self.0)?;
        if has_content {
            self.0.expect(b':')?;
        }
        let chosen = Chosen {
            reader: self.0,
            has_content,
        };
        Ok((variant, chosen))
    }
}

impl<'de> Chosen<'_, 'de> {
    fn content<T>(
        self,
        read: impl FnOnce(&mut Reader<'de>) -> Result<T, Broken>,
    ) -> Result<T, Broken> {
        if !self.has_content {
            return Err(Broken);
        }
        let content = read(self.reader)?;
        self.reader.expect(b'}')?;
        Ok(content)
    }
}

impl<'de> VariantAccess<'de> for Chosen<'_, 'de> {
    type Error = Broken;

    fn unit_variant(self) -> Result<(), Broken> {
        if self.has_content {
            Err(Broken)
        } else {
            Ok(())
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Broken> {
        self.content(|reader| seed.deserialize(reader))
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Broken> {
        self.content(|reader| reader.deserialize_tuple(length, visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Broken> {
        self.content(|reader| reader.deserialize_map(visitor))
    }
}
