//! Who is typing: one line above the composer, always there, mostly empty. Without a
//! connection it says that: nobody is heard typing then.

use leptos::prelude::*;

use crate::components::icons::{Glyph, Icon};
use crate::components::notices::Offline;
use crate::components::timeline::RoomContext;
use crate::i18n::t;
use crate::state::use_client;
use crate::tr;
use crate::view::{dynamic_text, memo, optional_view, set_text};

/// What is written here would not outlive the page. Said where one writes, and only when
/// the line has nothing to say.
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

/// The line.
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
