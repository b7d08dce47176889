//! The actions of a message.

use leptos::prelude::*;
use shared::id::Seq;

use super::row_context::RowContext;
use crate::components::dialogs::Dialog;
use crate::components::icons::{Glyph, Icon};
use crate::components::room_context::RoomContext;
use crate::i18n::t;
use crate::state::timeline::{Delivery, Editing, RowContent, RowKey};
use crate::tr;
use crate::view::{Entry, list, memo, on, reactive, set_text};

/// An action of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Change one's own.
    Edit,
    /// Delete it: one's own, and who manages the room also those of others.
    Delete,
    /// Copy its text. Only on touch screens, where a long press opens the actions and selects
    /// nothing.
    CopyText,
    /// Copy a link to it.
    CopyLink,
    /// Count it and all later ones as unread.
    UnreadFromHere,
}

impl Action {
    /// The actions in the order of the buttons.
    pub const BUTTONS: [Action; 3] = [Action::Edit, Action::CopyLink, Action::Delete];
    /// Those of the menu.
    pub const MENU: [Action; 4] = [
        Action::Edit,
        Action::CopyLink,
        Action::UnreadFromHere,
        Action::Delete,
    ];
    /// The same on touch screens.
    pub const ON_TOUCH: [Action; 5] = [
        Action::Edit,
        Action::CopyText,
        Action::CopyLink,
        Action::UnreadFromHere,
        Action::Delete,
    ];

    /// Whether this message allows it.
    pub fn fits(self, content: &RowContent) -> bool {
        let there = content.seq.is_some() && !content.deleted && content.line.is_none();
        match self {
            Action::CopyText | Action::CopyLink | Action::UnreadFromHere => there,
            Action::Edit => there && content.mine && content.delivery == Delivery::Sent,
            Action::Delete => there && content.delivery == Delivery::Sent,
        }
    }

    /// Whether the room as it is allows it with this message; tracked.
    fn is_allowed_in(self, room: RoomContext, content: &RowContent) -> bool {
        match self {
            Action::Edit => room.may_edit.get(),
            Action::Delete if content.mine => room.may_delete.get(),
            Action::Delete => room.may_delete_others.get(),
            Action::CopyText | Action::CopyLink => true,
            Action::UnreadFromHere => !room.client.is_reading(),
        }
    }

    /// Its icon.
    pub fn glyph(self) -> Glyph {
        match self {
            Action::Edit => Glyph::Edit,
            Action::Delete => Glyph::Trash,
            Action::CopyText => Glyph::Copy,
            Action::CopyLink => Glyph::Link,
            Action::UnreadFromHere => Glyph::Unread,
        }
    }

    /// What it is called.
    pub fn label(self) -> fn() -> &'static str {
        match self {
            Action::Edit => tr!(message.edit),
            Action::Delete => tr!(message.delete),
            Action::CopyText => tr!(message.copy_text),
            Action::CopyLink => tr!(message.copy_link),
            Action::UnreadFromHere => tr!(message.unread_from_here),
        }
    }

    /// Runs it, if the message allows it. Returns whether it did.
    pub fn run(self, room: RoomContext, content: &RowContent) -> bool {
        let is_allowed = self.fits(content) && untrack(|| self.is_allowed_in(room, content));
        let Some(seq) = content.seq.filter(|_| is_allowed) else {
            return false;
        };
        match self {
            Action::Edit => {
                let _ = room.view().editing.try_set(Some(Editing {
                    seq,
                    rev: content.rev,
                    text: content.body.clone(),
                }));
            }
            Action::Delete => {
                // Somebody else's is asked about by the name.
                let author = if content.mine {
                    String::new()
                } else {
                    untrack(|| room.client.full_name(content.author_id, &content.author))
                };
                let question = Dialog::DeleteMessage(room.room, seq);
                room.dialogs.next_about(question, author);
            }
            Action::CopyText => room.client.copy_text(content.body.clone()),
            Action::CopyLink => room.client.copy_link(room.room, Some(seq)),
            Action::UnreadFromHere => room.client.mark_unread_from(room.room, seq),
        }
        true
    }

    /// Runs it with a message by its `seq`.
    pub fn run_at(self, room: RoomContext, seq: Seq) -> bool {
        let row = room.view().find(seq);
        row.is_some_and(|(_, row)| {
            row.content
                .with_untracked(|content| self.run(room, content))
        })
    }

    /// Runs it with the message of a row.
    pub fn run_on(self, room: RoomContext, key: RowKey) -> bool {
        let row = room.view().row(key);
        row.is_some_and(|row| {
            row.content
                .with_untracked(|content| self.run(room, content))
        })
    }
}

/// The actions that a message allows, one below the other.
pub(super) fn action_rows(
    actions: &'static [Action],
    room: RoomContext,
    content: RowContent,
    role: Option<&'static str>,
    choose: impl Fn(Action) + Copy + Send + Sync + 'static,
) -> AnyView {
    let row = move |&action: &Action| {
        let class = if action == Action::Delete {
            "menu__item menu__item--alarm"
        } else {
            "menu__item"
        };
        let view = move || {
            view! {
                <button class=class type="button" role=role on:click=on(move |_| choose(action))>
                    <Icon glyph=action.glyph() />
                    <span use:set_text=action.label()></span>
                </button>
            }
        };
        (action.fits(&content) && action.is_allowed_in(room, &content))
            .then(|| Entry::new((action as i64, 0), view))
    };
    list(move || actions.iter().filter_map(&row).collect())
}

/// The buttons of the message under the pointer or with the focus.
pub(in crate::components) fn toolbar(context: RowContext) -> AnyView {
    let message = context.content;
    let fitting = memo(move || {
        message.with(|content| {
            Action::BUTTONS
                .map(|action| action.fits(content) && action.is_allowed_in(context.room, content))
        })
    });
    view! {
        <div
            class="message__actions"
            role="toolbar"
            aria-label=reactive(move || message.with(|content| {
                let author = context.room.client.full_name(content.author_id, &content.author);
                (t().message.actions)(&author)
            }))
        >
            {reactive(move || {
                Action::BUTTONS
                    .into_iter()
                    .zip(fitting.get())
                    .filter(|(_, fits)| *fits)
                    .map(|(action, _)| {
                        view! {
                            <button
                                class="icon-button"
                                type="button"
                                aria-label=action.label()
                                title=action.label()
                                on:click=on(move |_| {
                                    action.run_on(context.room, context.key);
                                })
                            >
                                <Icon glyph=action.glyph() />
                            </button>
                        }
                    })
                    .collect_view()
                    .into_any()
            })}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use shared::id::{Micros, Rev, UserId};

    use super::*;
    use crate::state::timeline::line::Line;

    #[test]
    fn what_others_wrote_can_be_deleted_and_not_changed_and_lines_and_what_is_gone_neither() {
        let theirs = RowContent {
            seq: Some(Seq(1)),
            rev: Rev(1),
            client_id: None,
            author_id: Some(UserId(2)),
            author: "Ben".into(),
            mine: false,
            body: "words".into(),
            at: Micros(0),
            edited_at: None,
            deleted: false,
            delivery: Delivery::Sent,
            line: None,
        };
        let mine = RowContent {
            mine: true,
            ..theirs.clone()
        };
        let fits = |content: &RowContent| [Action::Edit, Action::Delete].map(|it| it.fits(content));
        assert_eq!(fits(&mine), [true, true]);
        assert_eq!(fits(&theirs), [false, true]);
        let gone = RowContent {
            deleted: true,
            ..theirs.clone()
        };
        let line = RowContent {
            line: Some(Box::new(Line { events: Vec::new() })),
            ..theirs.clone()
        };
        let waiting = RowContent {
            delivery: Delivery::Waiting,
            ..mine
        };
        for content in [gone, line, waiting] {
            assert_eq!(fits(&content), [false, false], "{content:?}");
        }
    }
}
