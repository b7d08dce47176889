//! What comes and goes by itself: the word that the line is lost, and toasts. They
//! lie over the page, so that nothing is pushed.

use std::cell::Cell;
use std::time::Duration;

use leptos::prelude::*;

use super::form::sentence;
use super::icons::{Glyph, Icon};
use crate::browser;
use crate::i18n::t;
use crate::state::{Notice, OfflineNotice, use_client};
use crate::tr;
use crate::view::{live, memo, on, part, watch};

/// How long a toast stays when it asks for nothing.
const TOAST: Duration = Duration::from_secs(6);

/// The region at the top.
#[component]
pub fn Notices() -> impl IntoView {
    view! {
        <div class="notices">
            <div role="status">
                <Offline />
            </div>
            <div role="status">
                <Toast />
            </div>
        </div>
    }
}

#[component]
fn Offline() -> impl IntoView {
    let client = use_client();
    let notice = client.offline_notice();
    let shown = memo(move || notice.with(Option::is_some));
    let me = client.me();
    let someone = memo(move || me.with(Option::is_some));
    let what = move || match notice.get() {
        Some(OfflineNotice::NoNetwork) => t().connection.no_network,
        _ => t().connection.unreachable,
    };
    part(move || {
        shown.get().then(|| {
            view! {
                <div class="offline">
                    <Icon glyph=Glyph::Offline />
                    <div class="offline__words">
                        <p>{live(what)} <NextAttempt /></p>
                        {part(move || {
                            someone.get().then(|| view! { <small>{tr!(connection.waits)}</small> })
                        })}
                    </div>
                    <button
                        class="button button--quiet"
                        type="button"
                        on:click=on(move |_| client.reconnect_now())
                    >
                        {tr!(connection.reconnect)}
                    </button>
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
    if let Ok(ticking) = set_interval_with_handle(
        move || {
            now.try_set(browser::unix_ms());
        },
        Duration::from_secs(1),
    ) {
        on_cleanup(move || ticking.clear());
    }
    let connecting = || format!("· {}", t().connection.connecting);
    let words = move || match notice.get() {
        Some(OfflineNotice::Unreachable {
            until_ms: Some(until),
        }) => match until.saturating_sub(now.get()).div_ceil(1000) {
            0 => connecting(),
            seconds => format!("· {}", (t().connection.next_attempt)(seconds)),
        },
        Some(OfflineNotice::Unreachable { until_ms: None }) => connecting(),
        Some(OfflineNotice::NoNetwork) | None => String::new(),
    };
    view! { <small aria-hidden="true">" " {live(words)}</small> }
}

#[component]
fn Toast() -> impl IntoView {
    let client = use_client();
    let notice = client.notice();
    // What came later must not be taken away by the timer of what came before.
    let timer = Cell::new(None::<TimeoutHandle>);
    watch(move || {
        if let Some(running) = timer.take() {
            running.clear();
        }
        let passing = notice.with(|notice| match notice {
            None | Some(Notice::CopyByHand(_)) => false,
            Some(_) => true,
        });
        if passing {
            let handle = set_timeout_with_handle(move || client.dismiss_notice(), TOAST);
            timer.set(handle.ok());
        }
    });
    part(move || {
        notice.get().map(|notice| {
            view! {
                <div class="toast">
                    {words(notice)}
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

fn words(notice: Notice) -> AnyView {
    match notice {
        Notice::Failed(failure) => view! { <p>{live(move || sentence(&failure))}</p> }.into_any(),
        Notice::EditStale => view! { <p>{tr!(notice.edit_stale)}</p> }.into_any(),
        Notice::LinkCopied => view! { <p>{tr!(notice.link_copied)}</p> }.into_any(),
        Notice::CopyByHand(link) => view! {
            <p>{tr!(notice.copy_by_hand)}</p>
            <code class="toast__link">{link}</code>
        }
        .into_any(),
    }
}
