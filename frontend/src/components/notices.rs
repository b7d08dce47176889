//! What comes and goes by itself: the word that the line is lost, and toasts. Nothing
//! is pushed by them: toasts lie over the page, and in a room the other word stands in
//! the line above the composer.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use shared::error::ErrorCode;

use super::form::sentence;
use super::icons::{Glyph, Icon};
use crate::browser;
use crate::i18n::t;
use crate::state::{Notice, Why, use_client};
use crate::tr;
use crate::view::{memo, on, part, says, watch, words};

/// How long a toast stays when it asks for nothing.
const TOAST: Duration = Duration::from_secs(6);
/// How long one stays that only says that all went well.
const SHORT_TOAST: Duration = Duration::from_millis(2_500);

/// The region at the top.
#[component]
pub fn Notices() -> impl IntoView {
    let client = use_client();
    let (room, me) = (client.current_room(), client.me());
    let in_room = memo(move || room.get().is_some() && me.with(Option::is_some));
    view! {
        <div class="notices">
            <div role="status">{part(move || (!in_room.get()).then(|| view! { <Offline /> }))}</div>
            <div role="status">
                <Toast />
            </div>
        </div>
    }
}

/// Three lines that stand for what is coming; seen once it takes long.
#[component]
pub(super) fn Skeleton() -> impl IntoView {
    view! {
        <div class="skeleton" aria-hidden="true">
            <div class="skeleton__line"></div>
            <div class="skeleton__line"></div>
            <div class="skeleton__line"></div>
        </div>
    }
}

/// The line is lost, and since a while.
#[component]
pub(super) fn Offline() -> impl IntoView {
    let client = use_client();
    let notice = client.offline_notice();
    let shown = memo(move || notice.with(Option::is_some));
    let me = client.me();
    let why = memo(move || notice.with(|notice| notice.map(|notice| notice.why)));
    let what = move || match why.get() {
        Some(Why::NoNetwork) => t().connection.no_network,
        Some(Why::NoSocket) => t().connection.no_socket,
        Some(Why::Refused(code)) => (t().refusal)(code, None),
        Some(Why::NoAnswer) | None => t().connection.unreachable,
    };
    let waits = move || {
        let strings = &t().connection;
        let keeps = client.keeps().get();
        let text = if keeps {
            strings.waits
        } else {
            strings.waits_open
        };
        if me.with(Option::is_some) { text } else { "" }
    };
    // No other attempt of this page will do.
    let wants_reload = memo(move || why.get() == Some(Why::Refused(ErrorCode::UnsupportedVersion)));
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
    part(move || {
        shown.get().then(|| {
            view! {
                <div class="offline">
                    <Icon glyph=Glyph::Offline />
                    <p><span use:says=words(what)></span><NextAttempt /></p>
                    <small use:says=words(waits)></small>
                    <button
                        class="link-button"
                        type="button"
                        on:click=on(act)
                        use:says=words(button)
                    ></button>
                </div>
            }
        })
    })
}

/// Counts down for the eye only: a screen reader would hear every second.
#[component]
fn NextAttempt() -> impl IntoView {
    let notice = use_client().offline_notice();
    let now = RwSignal::new(browser::unix_ms());
    tick(now);
    let connecting = || format!(" · {}", t().connection.connecting);
    let text = move || match notice.get() {
        None => String::new(),
        Some(notice) if notice.why == Why::NoNetwork => String::new(),
        Some(notice) => match notice.until_ms {
            Some(until) => match until.saturating_sub(now.get()).div_ceil(1000) {
                0 => connecting(),
                seconds => format!(" · {}", (t().connection.next_attempt)(seconds)),
            },
            None => connecting(),
        },
    };
    view! { <small aria-hidden="true" use:says=words(text)></small> }
}

/// Sets the time each second, for as long as someone looks at it.
pub(super) fn tick(now: RwSignal<u64>) {
    browser::after(Duration::from_secs(1), move || {
        if now.try_set(browser::unix_ms()).is_none() {
            tick(now);
        }
    });
}

#[component]
fn Toast() -> impl IntoView {
    let client = use_client();
    let notice = client.notice();
    // What came later must not be taken away by the timer of what came before.
    let shown = Rc::new(Cell::new(0_u32));
    watch(move || {
        let turn = shown.get().wrapping_add(1);
        shown.set(turn);
        let stays = notice.with(|notice| match notice {
            None | Some(Notice::CopyByHand(_)) => None,
            Some(Notice::LinkCopied) => Some(SHORT_TOAST),
            Some(_) => Some(TOAST),
        });
        if let Some(stays) = stays {
            let shown = Rc::clone(&shown);
            browser::after(stays, move || {
                if shown.get() == turn {
                    client.dismiss_notice();
                }
            });
        }
    });
    // In another room it would be about nothing.
    let room = client.current_room();
    watch(move || {
        room.track();
        if notice.with_untracked(|notice| *notice == Some(Notice::LinkCopied)) {
            client.dismiss_notice();
        }
    });
    part(move || {
        notice.get().map(|notice| {
            view! {
                <div class="toast">
                    {words_of(notice)}
                    <button
                        class="icon-button"
                        type="button"
                        aria-label=tr!(notice.dismiss)
                        on:click=on(move |_| client.dismiss_notice())
                    >
                        <Icon glyph=Glyph::Close />
                    </button>
                </div>
            }
        })
    })
}

fn words_of(notice: Notice) -> AnyView {
    match notice {
        Notice::Failed(failure) => {
            view! { <p use:says=words(move || sentence(&failure))></p> }.into_any()
        }
        Notice::EditStale => view! { <p use:says=tr!(notice.edit_stale)></p> }.into_any(),
        Notice::EditReturned => view! { <p use:says=tr!(notice.edit_returned)></p> }.into_any(),
        Notice::LinkCopied => view! { <p use:says=tr!(notice.link_copied)></p> }.into_any(),
        Notice::CopyByHand(link) => view! {
            <p use:says=tr!(notice.copy_by_hand)></p>
            <code class="toast__link" use:says=link></code>
        }
        .into_any(),
    }
}
