//! Making a section of one's own, and renaming one.

use leptos::prelude::*;
use leptos::{ev, html};
use shared::error::{ErrorCode, Field};
use shared::id::RoomId;
use shared::model::{Sidebar, SidebarChange, SidebarError, SidebarPlace};
use shared::text::{self, TextError};

use super::frame::{CancelButton, DialogFrame};
use super::use_dialogs;
use crate::components::form::{FormError, FormState, Submit, TextField, value_of};
use crate::i18n::arranging::words;
use crate::state::{Client, use_client};
use crate::tr;
use crate::view::on;

const FIELDS: &[Field] = &[Field::Name];

/// Makes a section for a room.
pub(super) fn new_section(room: RoomId) -> AnyView {
    section_form(
        || words().new_section_title,
        String::new(),
        move |client, name| {
            let changes = [
                SidebarChange::AddSection { name: name.clone() },
                SidebarChange::Move {
                    room,
                    to: SidebarPlace::Section(name.clone()),
                    before: None,
                },
            ];
            // One of this name may be there.
            let changes = &changes[usize::from(client.has_section(&name))..];
            check(client.arrangement(), changes)?;
            changes
                .iter()
                .cloned()
                .for_each(|change| client.arrange(change));
            Ok(())
        },
    )
}

/// Renames the section that the dialog is about.
pub(super) fn rename_section() -> AnyView {
    let before = use_dialogs().subject();
    section_form(
        || words().rename,
        before.clone(),
        move |client, to| {
            let change = SidebarChange::RenameSection {
                name: before.clone(),
                to: to.clone(),
            };
            check(client.arrangement(), &[change])?;
            client.rename_section(before.clone(), to);
            Ok(())
        },
    )
}

/// Whether all these changes can be made. If not, none of them is given, and the form says why: the
/// server would refuse each that follows as well.
fn check(mut arrangement: Sidebar, changes: &[SidebarChange]) -> Result<(), ErrorCode> {
    let mut changes = changes.iter();
    let made = changes.try_for_each(|change| arrangement.apply(change).map(drop));
    made.map_err(|error| match error {
        SidebarError::NoSuchSection => ErrorCode::NoSuchSection,
        SidebarError::SectionTaken => ErrorCode::NameTaken,
        SidebarError::TooLarge => ErrorCode::TooMany,
    })
}

/// A form with a name. What it changes is shown at once, so it does not wait for the server; what is
/// known here is checked here.
fn section_form(
    title: fn() -> &'static str,
    before: String,
    change: impl Fn(Client, String) -> Result<(), ErrorCode> + Send + 'static,
) -> AnyView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let (form, node) = (FormState::new(), NodeRef::<html::Input>::new());
    let old = before.clone();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let limits = client.limits().get_untracked();
        match text::name(&value_of(node), &limits) {
            Ok(name) if name == old => dialogs.close(),
            Ok(name) => match change(client, name) {
                Ok(()) => dialogs.close(),
                Err(code) => form.refuse(TextError {
                    code,
                    field: Field::Name,
                }),
            },
            Err(error) => form.refuse(error),
        }
    };
    view! {
        <DialogFrame title=title>
            <form class="dialog__form" novalidate on:submit=on(submit)>
                <div class="dialog__body">
                    <TextField
                        form
                        field=Field::Name
                        id="section-name"
                        label=|| words().section_name
                        hint=|| words().section_hint
                        node
                        value=before
                        autofocus=true
                    />
                    <FormError form fields=FIELDS />
                </div>
                <div class="dialog__foot">
                    <CancelButton />
                    <Submit form label=tr!(app.save) />
                </div>
            </form>
        </DialogFrame>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_section_too_many_is_one_refusal() {
        let mut arrangement = Sidebar::default();
        let add = |name: &str| SidebarChange::AddSection { name: name.into() };
        let put = |name: &str| SidebarChange::Move {
            room: RoomId(1),
            to: SidebarPlace::Section(name.into()),
            before: None,
        };
        assert_eq!(check(arrangement.clone(), &[add("a"), put("a")]), Ok(()));
        for number in 0..Sidebar::MAX_SECTIONS {
            arrangement.apply(&add(&number.to_string())).unwrap();
        }
        let check = |changes: &[SidebarChange]| check(arrangement.clone(), changes);
        assert_eq!(check(&[add("a"), put("a")]), Err(ErrorCode::TooMany));
        assert_eq!(check(&[put("7")]), Ok(()));
        assert_eq!(check(&[put("a")]), Err(ErrorCode::NoSuchSection));
        let rename = SidebarChange::RenameSection {
            name: "7".into(),
            to: "8".into(),
        };
        assert_eq!(check(&[rename]), Err(ErrorCode::NameTaken));
    }
}
