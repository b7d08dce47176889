//! What a screen reader says of new messages: those only, never history that was
//! loaded, which is why the rows themselves are no live region.

use leptos::html;
use leptos::prelude::*;

use super::RoomContext;
use crate::browser;
use crate::i18n::t;
use crate::view::effect;

/// The log, hidden from sight. A line that comes is read out; that one goes, since its
/// message was deleted or is old, is not.
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
        // Both stand in the same order: what matches stays as it is.
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
