//! Times and numbers in the current language and in local time.
//!
//! Of the chosen language the browser's own variant is used: dates differ between Britain and
//! America.
//!
//! The formatters of `Intl` are slow to make and fast to use, so they are made once per language.
//! Native tests have no `Intl` and get plain values.

#[cfg(target_arch = "wasm32")]
pub use intl::{compare, day, exact, number, time};
#[cfg(not(target_arch = "wasm32"))]
pub use plain::{compare, day, exact, number, time};

/// At most `99+`: a count in a small badge.
pub fn badge(count: u64) -> String {
    if count > 99 {
        "99+".to_owned()
    } else {
        count.to_string()
    }
}

/// The digits of a time: `3:07` of `3:07 PM` and of `오후 3:07`.
pub fn digits(time: &str) -> &str {
    time.trim_matches(|c: char| !c.is_ascii_digit())
}

#[cfg(target_arch = "wasm32")]
mod intl {
    use std::cell::RefCell;
    use std::cmp::Ordering;

    use js_sys::{Array, Date, Function, Intl, Object, Reflect};
    use shared::id::Micros;
    use wasm_bindgen::prelude::*;

    use crate::i18n::current::{language, preferred};
    use crate::i18n::strings::When;

    const DAY_MS: f64 = 86_400_000.0;

    /// One language's formatters. Each is the bound function that `Intl` hands out.
    struct Formats {
        tag: &'static str,
        time: Function,
        day: Function,
        day_and_year: Function,
        exact: Function,
        number: Function,
        compare: Function,
    }

    thread_local! {
        static FORMATS: RefCell<Option<Formats>> = const { RefCell::new(None) };
    }

    fn with<T>(tag: &'static str, read: impl FnOnce(&Formats) -> T) -> T {
        FORMATS.with_borrow_mut(|kept| {
            if kept.as_ref().is_none_or(|formats| formats.tag != tag) {
                *kept = None;
            }
            read(kept.get_or_insert_with(|| Formats::new(tag)))
        })
    }

    impl Formats {
        fn new(tag: &'static str) -> Self {
            let locales = locales(tag);
            let date = |options: &[(&str, &str)]| {
                Intl::DateTimeFormat::new(&locales, &object(options)).format()
            };
            Formats {
                tag,
                time: date(&[("hour", "numeric"), ("minute", "2-digit")]),
                day: date(&[("weekday", "long"), ("month", "long"), ("day", "numeric")]),
                day_and_year: date(&[
                    ("year", "numeric"),
                    ("month", "long"),
                    ("day", "numeric"),
                    ("weekday", "long"),
                ]),
                exact: date(&[("dateStyle", "full"), ("timeStyle", "medium")]),
                number: Intl::NumberFormat::new(&locales, &Object::new()).format(),
                compare: Intl::Collator::new(&locales, &object(&[("numeric", "true")])).compare(),
            }
        }
    }

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(catch, js_namespace = Intl, js_name = getCanonicalLocales)]
        fn canonical(tag: &str) -> Result<Array, JsValue>;
    }

    /// The browser's own variant of a language, such as `en-GB` for `en`, then the language.
    fn locales(tag: &'static str) -> Array {
        let wanted = preferred().into_iter();
        // `Intl` throws for an invalid tag.
        let own = wanted
            .filter(|own| own.split('-').next() == Some(tag))
            .find_map(|own| canonical(&own).ok());
        own.unwrap_or_default()
            .concat(&Array::of1(&JsValue::from_str(tag)))
    }

    fn object(pairs: &[(&str, &str)]) -> Object {
        let object = Object::new();
        for (key, value) in pairs {
            // Setting a field of a fresh object cannot fail.
            let _ = Reflect::set(&object, &JsValue::from_str(key), &JsValue::from_str(value));
        }
        object
    }

    fn call(format: &Function, value: &JsValue) -> String {
        // `Intl` throws for a date out of range: then nothing is shown.
        format
            .call1(&JsValue::UNDEFINED, value)
            .ok()
            .and_then(|text| text.as_string())
            .unwrap_or_default()
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a date has no more than 53 bits of milliseconds"
    )]
    fn date(at: Micros) -> Date {
        Date::new(&JsValue::from_f64((at.0 / 1_000) as f64))
    }

    /// The hour and minute: `3:07 PM`, `오후 3:07`.
    pub fn time(at: Micros) -> String {
        with(language().tag(), |formats| call(&formats.time, &date(at)))
    }

    /// The exact moment, for a tooltip and for screen readers.
    pub fn exact(at: Micros) -> String {
        with(language().tag(), |formats| call(&formats.exact, &date(at)))
    }

    /// The day, for the divider between days: today, yesterday, or its name, with the year if it
    /// is not the current one.
    pub fn day(at: Micros, now: Micros, when: &When) -> String {
        let (then, today) = (date(at), date(now));
        let same_day = |a: &Date, b: &Date| {
            (a.get_full_year(), a.get_month(), a.get_date())
                == (b.get_full_year(), b.get_month(), b.get_date())
        };
        if same_day(&then, &today) {
            return when.today.to_owned();
        }
        // A day before noon is always yesterday, even if a clock change was at night.
        let noon = Date::new_with_year_month_day_hr(
            today.get_full_year(),
            i32::try_from(today.get_month()).unwrap_or_default(),
            i32::try_from(today.get_date()).unwrap_or_default(),
            12,
        );
        if same_day(
            &then,
            &Date::new(&JsValue::from_f64(noon.get_time() - DAY_MS)),
        ) {
            return when.yesterday.to_owned();
        }
        with(language().tag(), |formats| {
            let format = if then.get_full_year() == today.get_full_year() {
                &formats.day
            } else {
                &formats.day_and_year
            };
            call(format, &then)
        })
    }

    /// The order of two names in the current language: Hangul comes first in Korean, and 2
    /// before 10.
    pub fn compare(a: &str, b: &str) -> Ordering {
        let (a, b) = (JsValue::from_str(a), JsValue::from_str(b));
        with(language().tag(), |formats| {
            let order = formats.compare.call2(&JsValue::UNDEFINED, &a, &b);
            order
                .ok()
                .and_then(|order| order.as_f64()?.partial_cmp(&0.0))
        })
        .unwrap_or(Ordering::Equal)
    }

    /// A number with its separators, as the language `tag` writes it.
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
    pub fn number(tag: &'static str, value: u64) -> String {
        with(tag, |formats| {
            call(&formats.number, &JsValue::from_f64(value as f64))
        })
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod plain {
    use std::cmp::Ordering;

    use shared::id::Micros;

    use crate::i18n::strings::When;

    /// Stands in for the hour and minute.
    pub fn time(at: Micros) -> String {
        at.to_string()
    }

    /// Stands in for the exact moment.
    pub fn exact(at: Micros) -> String {
        at.to_string()
    }

    /// Stands in for the day.
    pub fn day(at: Micros, _now: Micros, _when: &When) -> String {
        at.to_string()
    }

    /// The order of two names, by their characters.
    pub fn compare(a: &str, b: &str) -> Ordering {
        a.cmp(b)
    }

    /// A number; without `Intl` there are no separators.
    pub fn number(_tag: &'static str, value: u64) -> String {
        value.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_margin_has_room_for_the_digits_of_a_time() {
        assert_eq!(digits("3:07\u{202f}PM"), "3:07");
        assert_eq!(digits("오후 12:07"), "12:07");
    }

    #[test]
    fn a_badge_stays_small() {
        assert_eq!(badge(99), "99");
        assert_eq!(badge(100), "99+");
    }
}
