//! Leaving a room, archiving it, and deleting it with all its messages. A question is asked first.

use leptos::prelude::*;
use leptos::{ev, html};
use shared::command::Command;
use shared::id::RoomId;
use shared::model::{Room, RoomKind};
use shared::permission::Action;

use crate::components::dialogs::{Dialogs, use_dialogs};
use crate::components::focus::focus_on;
use crate::components::form::{FormError, FormState};
use crate::i18n::rooms::words;
use crate::state::{Client, use_client};
use crate::tr;
use crate::view::{dynamic_text, effect, memo, on, optional_view, reactive, set_text};

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Leave,
    Archive,
    Restore,
    Delete,
}

/// The state of the section.
#[derive(Clone, Copy)]
struct Endings {
    client: Client,
    dialogs: Dialogs,
    room: RoomId,
    form: FormState,
    asks: RwSignal<Option<Ending>>,
    is_private: Memo<bool>,
}

impl Ending {
    fn label(self) -> &'static str {
        let words = &words().details;
        match self {
            Ending::Leave => words.leave,
            Ending::Archive => words.archive,
            Ending::Restore => words.restore,
            Ending::Delete => words.delete,
        }
    }

    fn element_id(self) -> &'static str {
        match self {
            Ending::Leave => "details-leave",
            Ending::Archive => "details-archive",
            Ending::Restore => "details-restore",
            Ending::Delete => "details-delete",
        }
    }
}

impl Endings {
    fn choose(self, ending: Ending) {
        self.form.clear();
        match ending {
            // It takes nothing from anybody.
            Ending::Restore => self.act(ending),
            Ending::Leave | Ending::Archive | Ending::Delete => self.asks.set(Some(ending)),
        }
    }

    fn act(self, ending: Ending) {
        let (client, room) = (self.client, self.room);
        let me = client.me().get_untracked().map(|me| me.id);
        let command = match (ending, me) {
            (Ending::Leave, Some(user)) => Command::RemoveMember { room, user },
            (Ending::Leave, None) => return,
            (Ending::Archive, _) => Command::ArchiveRoom {
                room,
                archived: true,
            },
            (Ending::Restore, _) => Command::ArchiveRoom {
                room,
                archived: false,
            },
            (Ending::Delete, _) => Command::RemoveRoom { room },
        };
        let leaves_for_good = ending == Ending::Leave && self.is_private.get_untracked();
        self.form.submit(async move {
            if leaves_for_good {
                client.leave_private_room(room).await?;
            } else {
                client.give(command).await?;
            }
            let _ = self.asks.try_set(None);
            if self.form.is_here() && ending != Ending::Restore {
                self.dialogs.close();
            }
            if ending == Ending::Delete && client.current_room().get_untracked() == Some(room) {
                client.open_room(RoomId::LOBBY);
            }
            Ok(())
        });
    }

    fn question(self, ending: Ending) -> String {
        let words = &words().details;
        match ending {
            Ending::Leave => words.leave_sure.to_owned(),
            Ending::Archive => words.archive_sure.to_owned(),
            Ending::Restore => String::new(),
            Ending::Delete => {
                let state = self.client.room(self.room);
                let name = |room: &Room| (words.delete_sure)(&room.name);
                state.with(|state| state.here().map(name).unwrap_or_default())
            }
        }
    }

    fn text(self, ending: Ending) -> &'static str {
        let words = &words().details;
        match ending {
            Ending::Leave if self.is_private.get() => words.leave_private_text,
            Ending::Leave => words.leave_public_text,
            Ending::Archive => words.archive_text,
            Ending::Restore => "",
            Ending::Delete => words.delete_text,
        }
    }
}

/// The section; none if nothing of it may be done. The form lives as long as the dialog.
pub(super) fn endings(room: RoomId, form: FormState) -> AnyView {
    let client = use_client();
    let state = client.room(room);
    let part = Endings {
        client,
        dialogs: use_dialogs(),
        room,
        form,
        asks: RwSignal::new(None),
        is_private: memo(move || {
            let kind = state.with(|state| state.here().map(|room| room.kind));
            kind == Some(RoomKind::Private)
        }),
    };
    let is_archived = memo(move || {
        state.with(|state| state.here().is_some_and(|room| room.archived_at.is_some()))
    });
    let [may_leave, may_archive, may_remove] =
        [Action::Leave, Action::Archive, Action::Remove].map(|action| client.may(action, room));
    let offered = memo(move || {
        let archive = if is_archived.get() {
            Ending::Restore
        } else {
            Ending::Archive
        };
        let offered = [
            may_leave.get().then_some(Ending::Leave),
            may_archive.get().then_some(archive),
            may_remove.get().then_some(Ending::Delete),
        ];
        offered.into_iter().flatten().collect::<Vec<_>>()
    });
    optional_view(move || {
        let offered = offered.get();
        (!offered.is_empty()).then(|| {
            let buttons: Vec<AnyView> = offered.into_iter().map(|ending| button(part, ending)).collect();
            view! {
                <section class="dialog__section" aria-labelledby="details-endings">
                    <h3 class="visually-hidden" id="details-endings" use:set_text=dynamic_text(|| words().details.endings)></h3>
                    <div class="settings__row">{buttons}</div>
                    {optional_view(move || part.asks.get().map(|ending| question(part, ending)))}
                    <FormError form=part.form fields=&[] />
                </section>
            }
        })
    })
    .into_any()
}

fn button(part: Endings, ending: Ending) -> AnyView {
    let class = match ending {
        Ending::Delete => "button button--quiet button--danger",
        Ending::Leave | Ending::Archive | Ending::Restore => "button button--quiet",
    };
    view! {
        <button
            class=class
            id=ending.element_id()
            type="button"
            aria-expanded=reactive(move || {
                (ending != Ending::Restore).then(|| (part.asks.get() == Some(ending)).to_string())
            })
            on:click=on(move |_| part.choose(ending))
            use:set_text=dynamic_text(move || ending.label())
        ></button>
    }
    .into_any()
}

/// What is lost, and the button that does it.
fn question(part: Endings, ending: Ending) -> AnyView {
    let node = NodeRef::<html::Button>::new();
    effect(move || {
        if let Some(button) = node.get() {
            let _ = button.focus();
        }
    });
    let class = match ending {
        Ending::Archive | Ending::Restore => "button",
        Ending::Leave | Ending::Delete => "button button--alarm",
    };
    let close = move || {
        part.asks.set(None);
        focus_on(&format!("#{}", ending.element_id()));
    };
    let escape = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" {
            // Not the dialog.
            event.prevent_default();
            close();
        }
    };
    view! {
        <div class="question" role="group" aria-labelledby="ending-question" on:keydown=on(escape)>
            <p class="question__title" id="ending-question" use:set_text=dynamic_text(move || part.question(ending))></p>
            <p class="dialog__note" id="ending-text" use:set_text=dynamic_text(move || part.text(ending))></p>
            <div class="settings__row">
                <button
                    class=class
                    type="button"
                    node_ref=node
                    aria-describedby="ending-question ending-text"
                    aria-disabled=reactive(move || part.form.busy().then_some("true"))
                    on:click=on(move |_| part.act(ending))
                    use:set_text=dynamic_text(move || ending.label())
                ></button>
                <button
                    class="button button--quiet"
                    type="button"
                    on:click=on(move |_| close())
                    use:set_text=tr!(app.cancel)
                ></button>
            </div>
        </div>
    }
    .into_any()
}
