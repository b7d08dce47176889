//! Editing a message in its row.

use leptos::prelude::*;

use super::row_context::RowContext;
use crate::browser;
use crate::components::composer::{FieldAction, FieldKey, TextEntry, TextEntryForm};
use crate::components::focus::focus_row;
use crate::components::icons::{Glyph, Icon};
use crate::i18n::t;
use crate::state::timeline::Editing;
use crate::tr;
use crate::view::{effect, on, provided_context, reactive};

/// A composer in place of the text. The typed text survives changing the room.
#[component]
pub(super) fn Editor(context: RowContext, editing: RwSignal<Option<Editing>>) -> impl IntoView {
    let (client, room) = (context.room.client, context.room.room);
    let (writing, composer) = (TextEntry::new(), provided_context::<TextEntry>());
    let begun = editing.get_untracked();
    // The focus returns to where it was: the composer, or the message.
    let asked_in_composer = browser::document()
        .active_element()
        .is_some_and(|field| field.matches("#composer textarea").unwrap_or(false));

    let close = move || {
        let Some(begun) = editing.get_untracked() else {
            return;
        };
        client.keep_edit(room, None);
        editing.set(None);
        if asked_in_composer {
            // On a narrow screen it is hidden while the editor is there.
            browser::next_frame(move || composer.focus_end());
        } else if context.room.touch {
            focus_row(begun.seq);
        } else {
            context.room.focus_composer();
        }
    };
    let save = move || {
        let Some(begun) = editing.get_untracked() else {
            return;
        };
        let text = writing.text();
        let same = context
            .content
            .with_untracked(|content| content.body.trim_end() == text.trim_end());
        if same {
            return close();
        }
        match client.edit(room, (begun.seq, begun.rev), text) {
            Ok(()) => close(),
            Err(why) => writing.refuse(why),
        }
    };
    let on_act = move |act| {
        match act {
            FieldAction::Send => save(),
            FieldAction::Clear => return writing.take_back_break(),
            FieldAction::Key(FieldKey::Escape) => close(),
            _ => return false,
        }
        true
    };
    let on_text = move |text: &str| {
        // Untracked. If the row is removed and rendered again, the editor starts with this text.
        let begun = editing.try_update_untracked(|editing| {
            text.clone_into(&mut editing.as_mut()?.text);
            editing.clone()
        });
        client.keep_edit(room, begun.flatten().as_ref());
    };
    effect(move || {
        if writing.field.get().is_some() {
            if let Some(begun) = &begun {
                writing.set_text(&begun.text);
            }
            writing.focus_end();
        }
    });
    view! {
        <div class="message__editor">
            <TextEntryForm
                writing
                id="editor"
                class="composer composer--editing"
                label=reactive(|| t().composer.edit_label.to_owned())
                placeholder=reactive(String::new)
                on_text
                on_act
                hint=tr!(composer.edit_hint)
            >
                <button
                    class="icon-button"
                    type="button"
                    aria-label=tr!(composer.edit_cancel)
                    on:click=on(move |_| close())
                >
                    <Icon glyph=Glyph::Close />
                </button>
                <button
                    class="composer__send icon-button"
                    type="submit"
                    aria-label=tr!(composer.edit_save)
                >
                    <Icon glyph=Glyph::Check />
                </button>
            </TextEntryForm>
        </div>
    }
}
