//! The offline notice and toasts. They move nothing: toasts are over the page, and in a room
//! the offline notice is in the line above the composer.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use shared::error::ErrorCode;

use super::countdown::tick;
use super::form::sentence;
use super::icons::{Glyph, Icon};
use crate::browser;
use crate::i18n::t;
use crate::route::Route;
use crate::state::{OfflineReason, ToastMessage, use_client};
use crate::tr;
use crate::view::{dynamic_text, effect, memo, on, optional_view, set_text};

/// How long a toast stays.
const TOAST: Duration = Duration::from_secs(6);
/// How long a toast stays that offers to undo something.
const LONG_TOAST: Duration = Duration::from_secs(12);
/// How long a toast about a success stays.
const SHORT_TOAST: Duration = Duration::from_millis(2_500);

/// The region at the top.
#[component]
pub fn Notices() -> impl IntoView {
    let client = use_client();
    let (room, me) = (client.current_room(), client.me());
    let in_room =
        memo(move || room.get().is_some() && (client.is_reading() || me.with(Option::is_some)));
    view! {
        <div class="notices">
            <div role="status">{optional_view(move || (!in_room.get()).then(|| view! { <Offline /> }))}</div>
            <div role="status">
                <ToastBox />
            </div>
        </div>
    }
}

/// The offline notice.
#[component]
pub(super) fn Offline() -> impl IntoView {
    let client = use_client();
    let notice = client.offline_notice();
    let shown = memo(move || notice.with(Option::is_some));
    let me = client.me();
    let why = memo(move || notice.with(|notice| notice.map(|notice| notice.why)));
    let what = move || match why.get() {
        Some(OfflineReason::NoNetwork) => t().connection.no_network,
        Some(OfflineReason::NoSocket) => t().connection.no_socket,
        Some(OfflineReason::Refused(code)) => (t().refusal)(code, None),
        Some(OfflineReason::NoAnswer) | None => t().connection.unreachable,
    };
    let waits = move || {
        let strings = &t().connection;
        let keeps = client.storage_works().get();
        let text = if keeps {
            strings.waits
        } else {
            strings.waits_open
        };
        if me.with(Option::is_some) { text } else { "" }
    };
    // Another attempt of this page version would fail too.
    let wants_reload =
        memo(move || why.get() == Some(OfflineReason::Refused(ErrorCode::UnsupportedVersion)));
    let act = move |_| {
        if wants_reload.get_untracked() {
            let _ = browser::window().location().reload();
        } else {
            client.reconnect_now();
        }
    };
    let button = move || {
        if wants_reload.get() {
            t().app.reload
        } else {
            t().connection.reconnect
        }
    };
    optional_view(move || {
        shown.get().then(|| {
            view! {
                <div class="offline">
                    <Icon glyph=Glyph::Offline />
                    <p><span use:set_text=dynamic_text(what)></span><NextAttempt /></p>
                    <small use:set_text=dynamic_text(waits)></small>
                    <button
                        class="link-button"
                        type="button"
                        on:click=on(act)
                        use:set_text=dynamic_text(button)
                    ></button>
                </div>
            }
        })
    })
}

/// The countdown, hidden from screen readers, which would announce every second.
#[component]
fn NextAttempt() -> impl IntoView {
    let notice = use_client().offline_notice();
    let now = RwSignal::new(browser::unix_ms());
    tick(now);
    let connecting = || format!(" · {}", t().connection.connecting);
    let text = move || match notice.get() {
        None => String::new(),
        Some(notice) if notice.why == OfflineReason::NoNetwork => String::new(),
        Some(notice) => match notice.until_ms {
            Some(until) => match until.saturating_sub(now.get()).div_ceil(1000) {
                0 => connecting(),
                seconds => format!(" · {}", (t().connection.next_attempt)(seconds)),
            },
            None => connecting(),
        },
    };
    view! { <small aria-hidden="true" use:set_text=dynamic_text(text)></small> }
}

#[component]
fn ToastBox() -> impl IntoView {
    let client = use_client();
    let notice = client.toast();
    // The timer of an earlier toast must not remove a later one.
    let shown = Rc::new(Cell::new(0_u32));
    effect(move || {
        let turn = shown.get().wrapping_add(1);
        shown.set(turn);
        let stays = notice.with(|notice| match notice {
            // They hold what the person needs to go on.
            None | Some(ToastMessage::CopyByHand(_) | ToastMessage::EditKept(_)) => None,
            Some(
                ToastMessage::LinkCopied | ToastMessage::CodeCopied | ToastMessage::TextCopied,
            ) => Some(SHORT_TOAST),
            Some(ToastMessage::AllRead(_)) => Some(LONG_TOAST),
            Some(_) => Some(TOAST),
        });
        if let Some(stays) = stays {
            let shown = Rc::clone(&shown);
            browser::after(stays, move || {
                if shown.get() == turn {
                    client.dismiss_toast();
                }
            });
        }
    });
    // In another room it would make no sense.
    let room = client.current_room();
    effect(move || {
        room.track();
        if notice.with_untracked(|notice| *notice == Some(ToastMessage::LinkCopied)) {
            client.dismiss_toast();
        }
    });
    optional_view(move || {
        notice.get().map(|notice| {
            view! {
                <div class="toast">
                    {toast_content(notice)}
                    <button
                        class="icon-button"
                        type="button"
                        aria-label=tr!(toast.dismiss)
                        on:click=on(move |_| client.dismiss_toast())
                    >
                        <Icon glyph=Glyph::Close />
                    </button>
                </div>
            }
        })
    })
}

fn toast_content(message: ToastMessage) -> AnyView {
    let text = match message {
        ToastMessage::Failed(failure) => dynamic_text(move || sentence(&failure)),
        ToastMessage::EditStale => tr!(toast.edit_stale).into(),
        ToastMessage::EditReturned => tr!(toast.edit_returned).into(),
        ToastMessage::DeleteExpired => tr!(toast.delete_expired).into(),
        ToastMessage::EditKept(room) => {
            return view! {
                <p use:set_text=tr!(toast.edit_kept)></p>
                <a class="link-button" href=Route::Room(room).path() use:set_text=tr!(toast.show)></a>
            }
            .into_any();
        }
        ToastMessage::AllRead(rooms) => {
            let client = use_client();
            let undo = move |_: leptos::ev::MouseEvent| {
                client.undo_all_read();
                client.dismiss_toast();
            };
            return view! {
                <p use:set_text=dynamic_text(move || (t().toast.all_read)(rooms))></p>
                <button class="link-button" type="button" on:click=on(undo) use:set_text=tr!(toast.undo)></button>
            }
            .into_any();
        }
        ToastMessage::NothingUnread => tr!(toast.nothing_unread).into(),
        ToastMessage::AlreadySent => tr!(toast.already_sent).into(),
        ToastMessage::Left(room) => dynamic_text(move || (t().toast.left)(&room)),
        ToastMessage::LanguageMissing => tr!(toast.language_missing).into(),
        ToastMessage::LinkCopied => tr!(toast.link_copied).into(),
        ToastMessage::CodeCopied => tr!(toast.code_copied).into(),
        ToastMessage::TextCopied => tr!(toast.text_copied).into(),
        ToastMessage::CopyByHand(link) => {
            return view! {
                <p use:set_text=tr!(toast.copy_by_hand)></p>
                <code class="toast__link" use:set_text=link></code>
            }
            .into_any();
        }
    };
    view! { <p use:set_text=text></p> }.into_any()
}
