//! Who is typing: one line above the composer, which is always rendered and mostly empty.
//! While the connection is lost it shows the offline notice.

use leptos::prelude::*;

use crate::components::icons::{Glyph, Icon};
use crate::components::notices::Offline;
use crate::components::room_context::RoomContext;
use crate::i18n::t;
use crate::state::use_client;
use crate::tr;
use crate::view::{dynamic_text, memo, optional_view, set_text};

/// Warns that the browser does not store drafts. Shown only while there is no offline notice.
#[component]
fn Unkept() -> impl IntoView {
    let client = use_client();
    let (keeps, offline) = (client.storage_works(), client.offline_notice());
    let shown = memo(move || !keeps.get() && offline.with(Option::is_none));
    optional_view(move || {
        shown.get().then(|| {
            view! {
                <div class="offline">
                    <Icon glyph=Glyph::Alert />
                    <p use:set_text=tr!(composer.unkept)></p>
                </div>
            }
        })
    })
}

/// The line with the typing people and the notices.
#[component]
pub fn TypingLine() -> impl IntoView {
    let context = RoomContext::expect();
    let typing = context.client.typing(context.room);
    view! {
        <div class="typing">
            <p use:set_text=dynamic_text(move || {
                    typing.with(|people| {
                        let names: Vec<String> = people
                            .iter()
                            .map(|person| context.client.full_name(Some(person.id), &person.name))
                            .collect();
                        let names: Vec<&str> = names.iter().map(String::as_str).collect();
                        if names.is_empty() {
                            String::new()
                        } else {
                            (t().people.typing)(&names)
                        }
                    })
            })></p>
            <div role="status">
                <Offline />
                <Unkept />
            </div>
        </div>
    }
}
