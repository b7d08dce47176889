//! Signals and memos, with one type for the values of all of them.
//!
//! In Leptos the code that keeps, reads, changes and drops a value is compiled again for each type
//! of value, and the page has some sixty. Here all values are behind a pointer of one type,
//! [`AnyValue`], and only the functions that a caller sees know more. Signals have the names and
//! the methods that they have in Leptos, as far as the page uses them.

use std::any::Any;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use upstream::prelude as typed;

use crate::function::Compute;
use upstream::prelude::{Get as _, GetUntracked as _, Set as _, Write as _};

/// The value of a signal, without its type. Who reads it shares it: so the signal can be
/// changed meanwhile.
type AnyValue = Arc<dyn Any + Send + Sync>;

/// A value that a signal can have.
pub trait SignalValue: Send + Sync + 'static {}

impl<T: Send + Sync + 'static> SignalValue for T {}

/// The value behind the pointer.
// Not inlined: the number that stands for a type is in the program once for each type.
#[inline(never)]
fn value<T: SignalValue>(any: &AnyValue) -> &T {
    match (**any).downcast_ref() {
        Some(value) => value,
        None => unreachable!("a signal has values of one type"),
    }
}

/// The value of a signal that must still exist.
fn present(any: Option<AnyValue>) -> AnyValue {
    match any {
        Some(any) => any,
        None => gone(),
    }
}

#[cold]
fn gone() -> ! {
    unreachable!("a signal was used after its owner had ended")
}

/// A value while it is read.
pub struct ReadValue<T>(AnyValue, PhantomData<fn() -> T>);

impl<T: SignalValue> Deref for ReadValue<T> {
    type Target = T;

    fn deref(&self) -> &T {
        value(&self.0)
    }
}

/// What has a value that can be read. Reading it in an effect, a memo or a view makes them run again
/// when it changes, unless the method is called `…_untracked`. The methods that begin with `try_`
/// return `None` if its owner has ended; the others panic.
pub trait Readable {
    /// The type of the value.
    type Value: SignalValue;

    #[doc(hidden)]
    fn tracked(&self) -> Option<AnyValue>;

    #[doc(hidden)]
    fn untracked(&self) -> Option<AnyValue>;

    /// Makes the reader depend on it.
    fn track(&self) {
        drop(self.tracked());
    }

    /// The value.
    fn read(&self) -> ReadValue<Self::Value> {
        ReadValue(present(self.tracked()), PhantomData)
    }

    /// The value.
    fn read_untracked(&self) -> ReadValue<Self::Value> {
        ReadValue(present(self.untracked()), PhantomData)
    }

    /// A copy of the value.
    fn get(&self) -> Self::Value
    where
        Self::Value: Clone,
    {
        value::<Self::Value>(&present(self.tracked())).clone()
    }

    /// A copy of the value.
    fn try_get(&self) -> Option<Self::Value>
    where
        Self::Value: Clone,
    {
        Some(value::<Self::Value>(&self.tracked()?).clone())
    }

    /// A copy of the value.
    fn get_untracked(&self) -> Self::Value
    where
        Self::Value: Clone,
    {
        value::<Self::Value>(&present(self.untracked())).clone()
    }

    /// A copy of the value.
    fn try_get_untracked(&self) -> Option<Self::Value>
    where
        Self::Value: Clone,
    {
        Some(value::<Self::Value>(&self.untracked()?).clone())
    }

    /// What the function makes of the value.
    fn with<U>(&self, read: impl FnOnce(&Self::Value) -> U) -> U {
        read(value(&present(self.tracked())))
    }

    /// What the function makes of the value.
    fn with_untracked<U>(&self, read: impl FnOnce(&Self::Value) -> U) -> U {
        read(value(&present(self.untracked())))
    }

    /// What the function makes of the value.
    fn try_with_untracked<U>(&self, read: impl FnOnce(&Self::Value) -> U) -> Option<U> {
        Some(read(value(&self.untracked()?)))
    }
}

/// What has a value that can be changed. Nothing happens if its owner has ended.
pub trait Writable: Readable {
    /// Returns whether it still exists.
    #[doc(hidden)]
    fn put(&self, value: AnyValue) -> bool;

    #[doc(hidden)]
    fn put_untracked(&self, value: AnyValue);

    /// Changes the value, which whoever has read it is told.
    fn set(&self, value: Self::Value) {
        self.put(Arc::new(value));
    }

    /// Changes the value, which whoever has read it is told. Returns whether the signal still exists.
    fn try_set(&self, value: Self::Value) -> bool {
        self.put(Arc::new(value))
    }

    /// Changes a copy of the value and sets it.
    fn update(&self, change: impl FnOnce(&mut Self::Value))
    where
        Self::Value: Clone,
    {
        self.try_update(change);
    }

    /// Changes a copy of the value and sets it. Returns what the function returns.
    fn try_update<U>(&self, change: impl FnOnce(&mut Self::Value) -> U) -> Option<U>
    where
        Self::Value: Clone,
    {
        let mut value = self.try_get_untracked()?;
        let result = change(&mut value);
        self.set(value);
        Some(result)
    }

    /// Changes the value, and tells nobody.
    fn try_update_untracked<U>(&self, change: impl FnOnce(&mut Self::Value) -> U) -> Option<U>
    where
        Self::Value: Clone,
    {
        let mut value = self.try_get_untracked()?;
        let result = change(&mut value);
        self.put_untracked(Arc::new(value));
        Some(result)
    }
}

/// Defines a kind of signal over the one of Leptos that keeps its value.
macro_rules! signal {
    ($(#[$doc:meta])* $name:ident over $inner:ident) => {
        $(#[$doc])*
        pub struct $name<T>(typed::$inner<AnyValue>, PhantomData<fn() -> T>);

        impl<T> PartialEq for $name<T> {
            fn eq(&self, other: &Self) -> bool {
                self.0 == other.0
            }
        }

        impl<T: SignalValue> Readable for $name<T> {
            type Value = T;

            fn tracked(&self) -> Option<AnyValue> {
                self.0.try_get()
            }

            fn untracked(&self) -> Option<AnyValue> {
                self.0.try_get_untracked()
            }
        }
    };
}

/// Lets a kind of signal be made and changed.
macro_rules! writable {
    ($name:ident over $inner:ident) => {
        impl<T: SignalValue> $name<T> {
            /// A signal with this value.
            pub fn new(value: T) -> Self {
                $name(typed::$inner::new(Arc::new(value)), PhantomData)
            }
        }

        impl<T: SignalValue + Default> Default for $name<T> {
            fn default() -> Self {
                $name::new(T::default())
            }
        }

        impl<T: SignalValue> Writable for $name<T> {
            fn put(&self, value: AnyValue) -> bool {
                self.0.try_set(value).is_none()
            }

            fn put_untracked(&self, value: AnyValue) {
                if let Some(mut now) = self.0.try_write_untracked() {
                    *now = value;
                }
            }
        }
    };
}

signal! {
    /// A value that can be read and changed. It ends with its owner.
    RwSignal over RwSignal
}
writable! { RwSignal over RwSignal }

signal! {
    /// A signal that cannot be changed in this place.
    ReadSignal over RwSignal
}

signal! {
    /// A signal that exists as long as somebody has it.
    ArcRwSignal over ArcRwSignal
}
writable! { ArcRwSignal over ArcRwSignal }

signal! {
    /// A value that is computed from signals, when one of them has changed. Whoever has read it is told
    /// only if it is another value then.
    Memo over Memo
}

/// Lets kinds of signals be copied: they are only references.
macro_rules! copied {
    ($($name:ident)+) => {
        $(
            impl<T> Copy for $name<T> {}

            impl<T> Clone for $name<T> {
                fn clone(&self) -> Self {
                    *self
                }
            }
        )+
    };
}
copied! { RwSignal ReadSignal Memo }

impl<T> Clone for ArcRwSignal<T> {
    fn clone(&self) -> Self {
        ArcRwSignal(self.0.clone(), PhantomData)
    }
}

impl<T> RwSignal<T> {
    /// The same signal, only to be read.
    pub fn read_only(&self) -> ReadSignal<T> {
        ReadSignal(self.0, PhantomData)
    }
}

/// The signal belongs to the current owner too.
impl<T> From<ArcRwSignal<T>> for RwSignal<T> {
    fn from(signal: ArcRwSignal<T>) -> Self {
        RwSignal(signal.0.into(), PhantomData)
    }
}

/// The signal belongs to the current owner too.
impl<T> From<ArcRwSignal<T>> for ReadSignal<T> {
    fn from(signal: ArcRwSignal<T>) -> Self {
        ReadSignal(signal.0.into(), PhantomData)
    }
}

/// Computes a value without its type.
trait ComputeAny: Send + Sync {
    /// `None`: it is the same as before.
    fn compute(&self, before: Option<&AnyValue>) -> Option<AnyValue>;
}

impl<T: SignalValue + PartialEq> ComputeAny for Box<dyn Compute<T> + Send + Sync> {
    fn compute(&self, before: Option<&AnyValue>) -> Option<AnyValue> {
        let now = (**self).compute();
        let is_same = before.is_some_and(|before| *value::<T>(before) == now);
        (!is_same).then(|| Arc::new(now) as AnyValue)
    }
}

impl<T: SignalValue + PartialEq> Memo<T> {
    /// A memo of what the function returns.
    pub fn new(compute: Box<dyn Compute<T> + Send + Sync>) -> Self {
        Memo(memo(Box::new(compute)), PhantomData)
    }
}

fn memo(compute: Box<dyn ComputeAny>) -> typed::Memo<AnyValue> {
    typed::Memo::new_owning(move |before: Option<AnyValue>| {
        match (compute.compute(before.as_ref()), before) {
            (None, Some(before)) => (before, false),
            (Some(now), _) => (now, true),
            (None, None) => unreachable!("the first value is another one"),
        }
    })
}

#[cfg(test)]
mod tests;
