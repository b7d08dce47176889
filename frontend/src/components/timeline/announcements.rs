//! Announcements of new messages for screen readers. The rows themselves are no live region,
//! because loaded history must not be announced.

use leptos::html;
use leptos::prelude::*;

use crate::browser;
use crate::components::room_context::RoomContext;
use crate::i18n::t;
use crate::view::effect;

/// The invisible log. Screen readers announce added lines. Removed lines (deleted or old
/// messages) are not announced.
#[component]
pub(super) fn Announcements() -> impl IntoView {
    let context = RoomContext::expect();
    let said = RwSignal::from(context.view().announcements.clone());
    let log = NodeRef::<html::Div>::new();
    effect(move || {
        let said = said.read();
        let Some(log) = log.get_untracked() else {
            return;
        };
        // Both are in the same order: matching lines stay.
        let mut line = log.first_element_child();
        for news in said.iter() {
            let id = news.seq.to_string();
            while let Some(gone) =
                line.take_if(|line| line.get_attribute("data-seq").as_deref() != Some(&id))
            {
                line = gone.next_element_sibling();
                gone.remove();
            }
            if let Some(there) = line {
                line = there.next_element_sibling();
                continue;
            }
            let Ok(new) = browser::document().create_element("p") else {
                return;
            };
            let _ = new.set_attribute("data-seq", &id);
            new.set_text_content(Some(&(t().timeline.announce)(&news.author, &news.text)));
            let _ = log.append_child(&new);
        }
        while let Some(gone) = line {
            line = gone.next_element_sibling();
            gone.remove();
        }
    });
    view! { <div class="visually-hidden" role="log" aria-live="polite" node_ref=log></div> }
}
