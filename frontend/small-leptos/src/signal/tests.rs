use std::sync::atomic::{AtomicUsize, Ordering};

use upstream::prelude::Owner;

use super::*;

#[test]
fn a_memo_tells_its_readers_of_another_value_only() {
    let owner = Owner::new();
    owner.with(|| {
        let number = RwSignal::new(1);
        let tens = Memo::new(Box::new(move || number.get() / 10));
        let runs = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&runs);
        let text = Memo::new(Box::new(move || {
            counted.fetch_add(1, Ordering::Relaxed);
            tens.get().to_string()
        }));
        assert_eq!(text.get(), "0");
        number.set(9);
        assert_eq!(
            (text.get().as_str(), runs.load(Ordering::Relaxed)),
            ("0", 1)
        );
        number.update(|number| *number += 1);
        assert_eq!(
            (text.get().as_str(), runs.load(Ordering::Relaxed)),
            ("1", 2)
        );
    });
}

#[test]
fn what_is_not_tracked_runs_nobody() {
    let owner = Owner::new();
    owner.with(|| {
        let (loud, quiet) = (RwSignal::new(1), RwSignal::new(1));
        let sum = Memo::new(Box::new(move || loud.get() + quiet.get_untracked()));
        assert_eq!(sum.get(), 2);
        quiet.set(10);
        assert_eq!(sum.get(), 2);
        loud.try_update_untracked(|loud| *loud = 5);
        assert_eq!((sum.get(), loud.get()), (2, 5));
        loud.set(6);
        assert_eq!(sum.get(), 16);
    });
}

#[test]
fn a_value_can_be_changed_while_it_is_read() {
    let owner = Owner::new();
    owner.with(|| {
        let words = RwSignal::new("before".to_owned());
        let reading = words.read();
        assert!(words.try_set("after".to_owned()));
        assert_eq!(
            (reading.as_str(), words.get().as_str()),
            ("before", "after")
        );
        words.with(|now| {
            words.set(format!("{now}wards"));
        });
        assert_eq!(words.read_only().get(), "afterwards");
    });
}

#[test]
fn a_signal_ends_with_its_owner_and_a_counted_one_does_not() {
    let owner = Owner::new();
    let (signal, counted, of_owner) = owner.with(|| {
        let counted = ArcRwSignal::new(1);
        (RwSignal::new(1), counted.clone(), RwSignal::from(counted))
    });
    owner.cleanup();
    assert_eq!(
        (signal.try_get(), of_owner.try_get_untracked()),
        (None, None)
    );
    assert!(!signal.try_set(2));
    assert_eq!(signal.try_update(|value| *value), None);
    assert!(counted.try_set(3));
    assert_eq!(counted.get_untracked(), 3);
}
