//! Editing a message: in its row, on touch screens in place of the composer.

use std::rc::Rc;

use leptos::prelude::*;

use crate::browser;
use crate::components::composer::{FieldAction, FieldKey, TextEntry, TextEntryForm};
use crate::components::focus::focus_row;
use crate::components::icons::{Glyph, Icon};
use crate::components::room_context::RoomContext;
use crate::i18n::t;
use crate::tr;
use crate::view::{Handler, effect, memo, on, optional_view, provided_context, reactive, set_text};

/// The editor below the messages, on touch screens.
pub(in crate::components) fn editor_on_touch() -> AnyView {
    let room = RoomContext::expect();
    let editing = RwSignal::from(room.view().editing.clone());
    let edited = memo(move || editing.with(|editing| editing.as_ref().map(|it| it.seq)));
    optional_view(move || (room.touch && edited.get().is_some()).then(|| editor(room))).into_any()
}

/// A field with the text of the message that is being edited. The typed text survives changing
/// the room.
pub(in crate::components) fn editor(context: RoomContext) -> AnyView {
    let (client, room) = (context.client, context.room);
    let editing = RwSignal::from(context.view().editing.clone());
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
        } else if context.touch {
            focus_row(begun.seq);
        } else {
            context.focus_composer();
        }
    };
    let save = move || {
        let Some(begun) = editing.get_untracked() else {
            return;
        };
        let text = writing.text();
        let row = context.view().find(begun.seq);
        let same = row.is_some_and(|(_, row)| {
            row.content
                .with_untracked(|content| content.body.trim_end() == text.trim_end())
        });
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
    let cancel = cancel_button(on(move |_| close()));
    let (class, bar, cancel) = if context.touch {
        ("composer", Some(bar(cancel)), None)
    } else {
        ("composer composer--editing", None, Some(cancel))
    };
    view! {
        <div class="message__editor">
            {bar}
            <TextEntryForm
                writing
                id="editor"
                class
                label=reactive(|| t().composer.edit_label.to_owned())
                placeholder=reactive(String::new)
                on_text=Box::new(on_text)
                on_act=Rc::new(on_act)
                hint=tr!(composer.edit_hint)
            >
                {cancel}
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
    .into_any()
}

fn cancel_button(cancel: Handler<leptos::ev::MouseEvent>) -> AnyView {
    view! {
        <button class="icon-button" type="button" aria-label=tr!(composer.edit_cancel) on:click=cancel>
            <Icon glyph=Glyph::Close />
        </button>
    }
    .into_any()
}

/// Says above the field that it holds a message that is there already.
fn bar(cancel: AnyView) -> AnyView {
    view! {
        <div class="message__editing">
            <Icon glyph=Glyph::Edit />
            <span use:set_text=tr!(composer.editing)></span>
            {cancel}
        </div>
    }
    .into_any()
}
