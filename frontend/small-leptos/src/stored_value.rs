//! Values that live as long as their owner, with one type for all of them, as `signal` has it.

use std::any::Any;
use std::marker::PhantomData;
use std::rc::Rc;

use upstream::prelude::{GetValue as _, LocalStorage, SetValue as _};

/// A value, without its type.
type AnyValue = Rc<dyn Any>;

/// A value that lives as long as its owner. It is no signal: nobody is told when it changes.
pub struct StoredValue<T>(
    upstream::prelude::StoredValue<AnyValue, LocalStorage>,
    PhantomData<fn() -> T>,
);

impl<T> Copy for StoredValue<T> {}

impl<T> Clone for StoredValue<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> PartialEq for StoredValue<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

/// The value behind the pointer.
#[inline(never)]
fn value<T: 'static>(any: &AnyValue) -> &T {
    match (**any).downcast_ref() {
        Some(value) => value,
        None => unreachable!("a stored value has one type"),
    }
}

impl<T: 'static> StoredValue<T> {
    /// Stores a value with the current owner.
    pub fn new(value: T) -> Self {
        let any: AnyValue = Rc::new(value);
        StoredValue(upstream::prelude::StoredValue::new_local(any), PhantomData)
    }

    /// The value. Panics if its owner has ended.
    fn any(self) -> AnyValue {
        match self.0.try_get_value() {
            Some(any) => any,
            None => unreachable!("a stored value was used after its owner had ended"),
        }
    }

    /// What the function makes of the value. Panics if its owner has ended.
    pub fn with_value<U>(self, read: impl FnOnce(&T) -> U) -> U {
        read(value(&self.any()))
    }

    /// A copy of the value. Panics if its owner has ended.
    pub fn get_value(self) -> T
    where
        T: Clone,
    {
        value::<T>(&self.any()).clone()
    }

    /// A copy of the value, unless its owner has ended.
    pub fn try_get_value(self) -> Option<T>
    where
        T: Clone,
    {
        Some(value::<T>(&self.0.try_get_value()?).clone())
    }

    /// Changes the value, unless its owner has ended. Returns whether it has not.
    pub fn set_value(self, value: T) -> bool {
        self.0.try_set_value(Rc::new(value)).is_none()
    }

    /// Changes a copy of the value and stores it. Returns what the function returns, unless the owner
    /// has ended.
    pub fn update_value<U>(self, change: impl FnOnce(&mut T) -> U) -> Option<U>
    where
        T: Clone,
    {
        let mut value = self.try_get_value()?;
        let result = change(&mut value);
        self.set_value(value);
        Some(result)
    }
}

#[cfg(test)]
mod tests {
    use upstream::prelude::Owner;

    use super::*;

    #[test]
    fn a_value_lives_as_long_as_its_owner() {
        let owner = Owner::new();
        let (kept, words) = (Rc::new(()), vec!["a"]);
        let (value, words) =
            owner.with(|| (StoredValue::new(Rc::clone(&kept)), StoredValue::new(words)));
        assert_eq!(words.update_value(Vec::pop), Some(Some("a")));
        assert!(words.get_value().is_empty());
        assert_eq!(
            (value.with_value(Rc::strong_count), Rc::strong_count(&kept)),
            (2, 2)
        );
        owner.cleanup();
        assert_eq!(Rc::strong_count(&kept), 1);
        assert!(value.try_get_value().is_none());
        assert!(!words.set_value(Vec::new()));
    }
}
