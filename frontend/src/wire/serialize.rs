//! The `serde` serializer of the page.
//!
//! The traits are generic over the value, so each field of each type is compiled here once. What
//! a field needs beside its value is in functions that are not generic.

use serde::ser::{self, Serialize};

use super::reader::Broken;

/// Writes a value as JSON.
///
/// # Errors
/// If the value has a floating-point number, bytes, or a map whose keys are no texts.
pub fn to_string<T: Serialize + ?Sized>(value: &T) -> Result<String, Broken> {
    let mut writer = Writer(String::new());
    value.serialize(&mut writer)?;
    Ok(writer.0)
}

struct Writer(String);

impl Writer {
    #[inline(never)]
    fn text(&mut self, text: &str) {
        self.0.push('"');
        for c in text.chars() {
            match c {
                '"' | '\\' => {
                    self.0.push('\\');
                    self.0.push(c);
                }
                c if c < ' ' => {
                    let code = c as u8;
                    self.0.push_str("\\u00");
                    for digit in [code >> 4, code & 15] {
                        self.0
                            .push(char::from(b"0123456789abcdef"[usize::from(digit)]));
                    }
                }
                c => self.0.push(c),
            }
        }
        self.0.push('"');
    }

    #[inline(never)]
    fn integer(&mut self, number: i64) {
        self.0.push_str(&number.to_string());
    }

    /// Begins an element of what was opened with this character.
    #[inline(never)]
    fn next(&mut self, opened: char) {
        if !self.0.ends_with(opened) {
            self.0.push(',');
        }
    }

    #[inline(never)]
    fn key(&mut self, key: &str) {
        self.next('{');
        self.text(key);
        self.0.push(':');
    }

    #[inline(never)]
    fn open(&mut self, variant: Option<&str>, opened: char, closes: &'static str) -> Nested<'_> {
        if let Some(variant) = variant {
            self.0.push('{');
            self.key(variant);
        }
        self.0.push(opened);
        Nested {
            writer: self,
            closes,
        }
    }
}

/// An array or an object that is being written.
struct Nested<'a> {
    writer: &'a mut Writer,
    closes: &'static str,
}

impl Nested<'_> {
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Broken> {
        self.writer.next('[');
        value.serialize(&mut *self.writer)
    }

    fn field<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), Broken> {
        self.writer.key(key);
        value.serialize(&mut *self.writer)
    }

    fn close(self) {
        self.writer.0.push_str(self.closes);
    }
}

macro_rules! integers {
    ($($method:ident $type:ty)*) => {
        $(fn $method(self, number: $type) -> Result<(), Broken> {
            self.integer(i64::try_from(number).map_err(|_| Broken)?);
            Ok(())
        })*
    };
}

/// Types that the page does not use.
macro_rules! unknown {
    ($($method:ident $type:ty)*) => {
        $(fn $method(self, _: $type) -> Result<(), Broken> {
            Err(Broken)
        })*
    };
}

impl<'a> ser::Serializer for &'a mut Writer {
    type Ok = ();
    type Error = Broken;
    type SerializeSeq = Nested<'a>;
    type SerializeTuple = Nested<'a>;
    type SerializeTupleStruct = Nested<'a>;
    type SerializeTupleVariant = Nested<'a>;
    type SerializeMap = Nested<'a>;
    type SerializeStruct = Nested<'a>;
    type SerializeStructVariant = Nested<'a>;

    integers! {
        serialize_i8 i8 serialize_i16 i16 serialize_i32 i32 serialize_i64 i64
        serialize_u8 u8 serialize_u16 u16 serialize_u32 u32 serialize_u64 u64
    }

    unknown! { serialize_f32 f32 serialize_f64 f64 serialize_bytes &[u8] }

    fn serialize_bool(self, value: bool) -> Result<(), Broken> {
        self.0.push_str(if value { "true" } else { "false" });
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Broken> {
        self.text(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), Broken> {
        self.text(value);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Broken> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Broken> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Broken> {
        self.0.push_str("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Broken> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Broken> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Broken> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Broken> {
        let mut object = self.open(None, '{', "}");
        object.field(variant, value)?;
        object.close();
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Nested<'a>, Broken> {
        Ok(self.open(None, '[', "]"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Nested<'a>, Broken> {
        Ok(self.open(None, '[', "]"))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Nested<'a>, Broken> {
        Ok(self.open(None, '[', "]"))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Nested<'a>, Broken> {
        Ok(self.open(Some(variant), '[', "]}"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Nested<'a>, Broken> {
        Ok(self.open(None, '{', "}"))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Nested<'a>, Broken> {
        Ok(self.open(None, '{', "}"))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Nested<'a>, Broken> {
        Ok(self.open(Some(variant), '{', "}}"))
    }
}

macro_rules! nested {
    ($($kind:ident $method:ident)*) => {
        $(impl ser::$kind for Nested<'_> {
            type Ok = ();
            type Error = Broken;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Broken> {
                self.element(value)
            }

            fn end(self) -> Result<(), Broken> {
                self.close();
                Ok(())
            }
        })*
    };
}

nested! {
    SerializeSeq serialize_element
    SerializeTuple serialize_element
    SerializeTupleStruct serialize_field
    SerializeTupleVariant serialize_field
}

macro_rules! objects {
    ($($kind:ident)*) => {
        $(impl ser::$kind for Nested<'_> {
            type Ok = ();
            type Error = Broken;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<(), Broken> {
                self.field(key, value)
            }

            fn end(self) -> Result<(), Broken> {
                self.close();
                Ok(())
            }
        })*
    };
}

objects! { SerializeStruct SerializeStructVariant }

impl ser::SerializeMap for Nested<'_> {
    type Ok = ();
    type Error = Broken;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Broken> {
        self.writer.next('{');
        key.serialize(&mut *self.writer)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Broken> {
        self.writer.0.push(':');
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result<(), Broken> {
        self.close();
        Ok(())
    }
}
