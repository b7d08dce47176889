//! How a part of the settings saves what the person changes, and says that it did.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;

use crate::api::Failure;
use crate::components::form::FormState;
use crate::i18n::settings::words;
use crate::view::{dynamic_text, set_text};

/// A change that is saved by itself.
pub(super) trait Change: Clone + 'static {
    /// Makes it.
    async fn make(&self) -> Result<(), Failure>;

    /// Whether an earlier change need not be made any more, because this one is about the same.
    fn replaces(&self, earlier: &Self) -> bool;
}

/// A form that saves each change at once, and whether its last change was made.
pub(super) struct Saving<C> {
    pub form: FormState,
    pub is_saved: RwSignal<bool>,
    queue: StoredValue<Rc<RefCell<ChangeQueue<C>>>>,
}

impl<C> Copy for Saving<C> {}

impl<C> Clone for Saving<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C: Change> Saving<C> {
    pub fn new() -> Self {
        Saving {
            form: FormState::new(),
            is_saved: RwSignal::new(false),
            queue: StoredValue::new(Rc::default()),
        }
    }

    /// Makes a change, after the one that is being made, and says so. Of several about the same that
    /// wait, the last one is made, also if the part is left meanwhile.
    pub fn save(self, change: C) {
        self.is_saved.set(false);
        let queue = self.queue.get_value();
        queue.borrow_mut().push(change);
        self.form.submit(async move {
            loop {
                let next = queue.borrow_mut().next();
                let Some(change) = next else { break };
                let result = change.make().await;
                queue.borrow_mut().made(change, result);
            }
            let failed = queue.borrow_mut().failed.take();
            if let Some((_, failure)) = failed {
                return Err(failure);
            }
            self.is_saved.try_set(true);
            Ok(())
        });
    }

    /// That the change was made, for eyes and screen readers.
    pub fn note(self) -> AnyView {
        view! {
            <p
                class="settings__saved"
                role="status"
                use:set_text=dynamic_text(move || {
                    if self.is_saved.get() { words().profile.saved } else { "" }
                })
            ></p>
        }
        .into_any()
    }
}

/// The changes that wait for the one that is being made.
struct ChangeQueue<C> {
    waiting: Vec<C>,
    /// What was not made, and why.
    failed: Option<(C, Failure)>,
}

impl<C> Default for ChangeQueue<C> {
    fn default() -> Self {
        ChangeQueue {
            waiting: Vec::new(),
            failed: None,
        }
    }
}

impl<C: Change> ChangeQueue<C> {
    fn push(&mut self, change: C) {
        self.waiting.retain(|earlier| !change.replaces(earlier));
        self.waiting.push(change);
    }

    fn next(&mut self) -> Option<C> {
        (!self.waiting.is_empty()).then(|| self.waiting.remove(0))
    }

    /// Notes what came of a change. A failure does not count any more once a later change about the
    /// same was made.
    fn made(&mut self, change: C, result: Result<(), Failure>) {
        match result {
            Err(failure) => self.failed = Some((change, failure)),
            Ok(()) => {
                self.failed.take_if(|(failed, _)| change.replaces(failed));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of which thing, and the value.
    #[derive(Clone, Debug, PartialEq, Eq)]
    struct Choice(char, u8);

    impl Change for Choice {
        async fn make(&self) -> Result<(), Failure> {
            Ok(())
        }

        fn replaces(&self, earlier: &Self) -> bool {
            self.0 == earlier.0
        }
    }

    #[test]
    fn of_several_choices_that_wait_the_last_one_of_each_thing_is_made() {
        let mut queue = ChangeQueue::default();
        for choice in [Choice('a', 1), Choice('b', 1), Choice('a', 2)] {
            queue.push(choice);
        }
        assert_eq!(queue.next(), Some(Choice('b', 1)));
        queue.push(Choice('a', 3));
        assert_eq!(queue.next(), Some(Choice('a', 3)));
        assert_eq!(queue.next(), None);
    }

    #[test]
    fn a_failure_counts_until_a_later_choice_of_the_same_thing_is_made() {
        let mut queue = ChangeQueue::default();
        queue.made(Choice('a', 1), Err(Failure::Unreachable));
        queue.made(Choice('b', 1), Ok(()));
        assert!(queue.failed.is_some());
        queue.made(Choice('a', 2), Ok(()));
        assert!(queue.failed.is_none());
    }
}
