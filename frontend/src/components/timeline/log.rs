//! What a screen reader says of new messages: those only, never history that was
//! loaded, which is why the rows themselves are no live region.

use leptos::html;
use leptos::prelude::*;

use super::RoomContext;
use crate::browser;
use crate::i18n::t;
use crate::view::watch;

/// Lines that are kept; a screen reader has read the older ones.
const MOST_LINES: u32 = 6;

/// The log, hidden from sight.
#[component]
pub(super) fn Log() -> impl IntoView {
    let context = RoomContext::expect();
    let said = RwSignal::from(context.view().said.clone());
    let log = NodeRef::<html::Div>::new();
    watch(move || {
        let news = said.get();
        let Some(log) = log.get_untracked() else {
            return;
        };
        for (author, text) in &news {
            let Ok(line) = browser::document().create_element("p") else {
                return;
            };
            line.set_text_content(Some(&(t().timeline.announce)(author, text)));
            let _ = log.append_child(&line);
        }
        while log.child_element_count() > MOST_LINES {
            match log.first_element_child() {
                Some(line) => line.remove(),
                None => break,
            }
        }
    });
    view! { <div class="visually-hidden" role="log" aria-live="polite" node_ref=log></div> }
}
