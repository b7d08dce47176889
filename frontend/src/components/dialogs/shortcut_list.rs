//! The list of keyboard shortcuts.

use leptos::prelude::*;

use super::frame::DialogFrame;
use crate::browser;
use crate::state::{SendKey, use_client};
use crate::tr;
use crate::view::{reactive, set_text};

/// Separates alternative keys.
const OR: &str = "·";

/// The list of keys.
#[component]
pub(super) fn ShortcutList() -> impl IntoView {
    let modifier = browser::modifier();
    let alt = if browser::is_apple() { "⌥" } else { "Alt" };
    let client = use_client();
    let writing = reactive(move || {
        let (send, line): (&[_], &[_]) = match client.settings().get().send_key {
            SendKey::Enter => (&["Enter"], &["Shift", "Enter"]),
            SendKey::ModEnter => (&[modifier, "Enter"], &["Enter"]),
        };
        view! {
            {line_of(tr!(shortcuts.send), send)}
            {line_of(tr!(shortcuts.new_line), line)}
        }
        .into_any()
    });
    view! {
        <DialogFrame title=tr!(shortcuts.title) light=true>
            <div class="dialog__body">
                <section class="dialog__section">
                    <h3 use:set_text=tr!(shortcuts.anywhere)></h3>
                    <dl class="keys">
                        {line_of(tr!(shortcuts.switcher), &[modifier, "K"])}
                        {line_of(tr!(shortcuts.next_room), &[alt, "↓"])}
                        {line_of(tr!(shortcuts.previous_room), &[alt, "↑"])}
                        {line_of(tr!(shortcuts.next_unread), &[alt, "Shift", "↓"])}
                        {line_of(tr!(shortcuts.previous_unread), &[alt, "Shift", "↑"])}
                        {line_of(tr!(shortcuts.mark_read), &["Shift", "Esc"])}
                        {line_of(tr!(shortcuts.mark_all_read), &[alt, "Shift", "R"])}
                        {line_of(tr!(shortcuts.place_menu), &["Shift", "F10"])}
                        {line_of(tr!(shortcuts.next_pane), &["F6"])}
                        {line_of(tr!(shortcuts.cancel), &["Esc"])}
                        {line_of(tr!(shortcuts.show), &["?", OR, modifier, "/"])}
                    </dl>
                </section>
                <section class="dialog__section">
                    <h3 use:set_text=tr!(shortcuts.writing)></h3>
                    <dl class="keys">
                        {writing} {line_of(tr!(shortcuts.edit_last), &["↑"])}
                    </dl>
                </section>
                <section class="dialog__section">
                    <h3 use:set_text=tr!(shortcuts.reading)></h3>
                    <dl class="keys">
                        {line_of(tr!(shortcuts.step), &["↑", "↓"])}
                        {line_of(tr!(shortcuts.edit), &["E"])}
                        {line_of(tr!(shortcuts.copy_link), &["C"])}
                        {line_of(tr!(shortcuts.unread_from_here), &["Shift", "U"])}
                        {line_of(tr!(shortcuts.delete), &["Delete"])}
                        {line_of(tr!(message.more), &["Enter"])}
                        {line_of(tr!(shortcuts.latest), &["End"])}
                        {line_of(tr!(shortcuts.write), &["Esc"])}
                    </dl>
                </section>
            </div>
        </DialogFrame>
    }
}

fn line_of(what: fn() -> &'static str, keys: &[&'static str]) -> impl IntoView + use<> {
    let keys: Vec<_> = keys
        .iter()
        .map(|key| {
            let class = if *key == OR { "" } else { "key" };
            view! { <kbd class=class>{*key}</kbd>" " }
        })
        .collect();
    view! {
        <dt use:set_text=what></dt>
        <dd>{keys}</dd>
    }
}
