//! What can be done with a section of the person's own.

use leptos::prelude::*;
use shared::model::SidebarChange;

use super::menu_frame::{MenuAction, menu_frame};
use super::{Dialog, use_dialogs};
use crate::components::icons::Glyph;
use crate::i18n::arranging::words;
use crate::state::use_client;
use crate::view::dynamic_text;

/// The menu of the section that the dialog is about.
pub(super) fn section_menu() -> AnyView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let name = dialogs.subject();
    let sections = client.arrangement().sections;
    let at = sections.iter().position(|section| section.name == name);
    // As an identifier in a selector; a name may have any character.
    let anchor = format!(".sidebar__toggle[data-section={}]", quoted(&name));
    let change = move |change: SidebarChange| {
        client.arrange(change);
        dialogs.close();
    };
    let actions = {
        let name = name.clone();
        move || {
            let words = words();
            let text = |text: &'static str| dynamic_text(move || text);
            let rename = {
                let name = name.clone();
                move || dialogs.next_about(Dialog::RenameSection, name.clone())
            };
            let mut actions = vec![MenuAction::new(Glyph::Edit, text(words.rename), rename)];
            for (glyph, label, step) in [(Glyph::Up, words.up, -1), (Glyph::Down, words.down, 1)] {
                if let Some(next) = at.and_then(|at| after_step(at, step, sections.len())) {
                    let before = sections.get(next).map(|section| section.name.clone());
                    let name = name.clone();
                    actions.push(MenuAction::new(glyph, text(label), move || {
                        let (name, before) = (name.clone(), before.clone());
                        change(SidebarChange::MoveSection { name, before });
                    }));
                }
            }
            let remove = {
                let name = name.clone();
                move || {
                    client.remove_section(name.clone());
                    dialogs.close();
                }
            };
            let remove = MenuAction::new(Glyph::Trash, text(words.remove_section), remove);
            actions.push(remove.alarming());
            actions
        }
    };
    menu_frame(name, anchor, actions)
}

/// Which of so many sections follows the one at an index once it has gone a step up or down (their
/// number: none does); `None`: it cannot go there.
fn after_step(at: usize, step: isize, count: usize) -> Option<usize> {
    let neighbour = at.checked_add_signed(step).filter(|at| *at < count)?;
    Some(if step < 0 { neighbour } else { neighbour + 1 })
}

/// A text as a string of CSS.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted + "\""
}
