//! Who is typing: one line above the composer, always there, mostly empty. Without a
//! connection it says that: nobody is heard typing then.

use leptos::prelude::*;

use crate::components::notices::Offline;
use crate::components::timeline::RoomContext;
use crate::i18n::t;
use crate::view::live;

/// The line.
#[component]
pub fn TypingLine() -> impl IntoView {
    let context = RoomContext::expect();
    let typing = context.client.typing(context.room);
    view! {
        <div class="typing">
            <p>
                {live(move || {
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
                })}
            </p>
            <div role="status">
                <Offline />
            </div>
        </div>
    }
}
