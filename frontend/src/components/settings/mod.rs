//! The settings of the account and of the place: a page with a column for each section.
//!
//! Few open them, and seldom, so they are a piece of the page. Each section is a module of its
//! own, and [`section_view`] its only caller.

mod at_provider;
mod confirmation;
mod credentials;
mod devices;
mod identity;
mod invitations;
mod passkeys;
mod people;
mod place;
mod profile;

use std::sync::OnceLock;

use leptos::prelude::*;
use shared::model::Role;

use super::piece_view::PieceView;
use super::room_header::SidebarButton;
use crate::i18n::settings::words;
use crate::piece::{Piece, piece_table};
use crate::route::{Route, SettingsRoute};
use crate::state::use_client;
use crate::tr;
use crate::view::{Entry, dynamic_text, list, memo, reactive, set_text};
use credentials::Credentials;
use identity::Identity;
use invitations::InvitationsSection;
use passkeys::Passkeys;
use people::People;
use place::PlaceSection;
use profile::ProfileSection;

/// The function of the piece, once it is here.
static SHOW: OnceLock<fn(SettingsRoute) -> AnyView> = OnceLock::new();

piece_table!(
    settings,
    fn settings_piece() -> fn(SettingsRoute) -> AnyView {
        show
    }
);

/// The page with a section of the settings, which loads the piece.
#[component]
pub fn SettingsPage(
    /// Which section.
    section: SettingsRoute,
) -> impl IntoView {
    let piece = Piece::new(|| {
        Box::pin(async {
            let show = settings_piece().await.ok();
            show.is_some_and(|show| SHOW.set(show).is_ok() || SHOW.get().is_some())
        })
    });
    if SHOW.get().is_none() {
        piece.load();
    }
    view! {
        <main class="shell__main conversation settings" tabindex="-1">
            <header class="conversation__header">
                <SidebarButton room=None />
                <div class="conversation__title">
                    <h1 class="conversation__name" use:set_text=tr!(app.account)></h1>
                </div>
            </header>
            {reactive(move || match (piece.is_here(), SHOW.get()) {
                (_, Some(show)) => show(section),
                _ => view! { <PieceView piece /> }.into_any(),
            })}
        </main>
    }
}

/// The links to all sections, and one of them.
fn show(section: SettingsRoute) -> AnyView {
    let me = use_client().me();
    let role = memo(move || me.read().as_ref().map(|me| me.role));
    let entries = move || {
        let role = role.get().unwrap_or(Role::Guest);
        let shown = SettingsRoute::ALL
            .into_iter()
            .filter(|&link| is_for(link, role));
        let entry = |(at, link)| Entry::new((at, 0), move || section_link(link, section));
        (0..).zip(shown).map(entry).collect()
    };
    view! {
        <div class="settings__body">
            <nav class="settings__nav" aria-label=tr!(app.account)>
                <ul>{list(entries)}</ul>
            </nav>
            <section class="settings__section" aria-labelledby="settings-title">
                <h2 class="settings__title" id="settings-title" use:set_text=dynamic_text(move || title(section))></h2>
                {reactive(move || match role.get() {
                    Some(role) if is_for(section, role) => section_view(section),
                    Some(_) => view! { <p use:set_text=dynamic_text(|| words().not_for_you)></p> }.into_any(),
                    None => ().into_any(),
                })}
            </section>
        </div>
    }
    .into_any()
}

fn section_link(link: SettingsRoute, shown: SettingsRoute) -> AnyView {
    view! {
        <li>
            <a
                class="settings__link"
                href=Route::Settings(link).path()
                aria-current=(link == shown).then_some("page")
                use:set_text=dynamic_text(move || title(link))
            ></a>
        </li>
    }
    .into_any()
}

/// Whether somebody with this role has something to do there.
fn is_for(section: SettingsRoute, role: Role) -> bool {
    match section {
        SettingsRoute::Profile | SettingsRoute::Devices => true,
        SettingsRoute::SignIn => role != Role::Guest,
        SettingsRoute::Invitations | SettingsRoute::People | SettingsRoute::Place => {
            matches!(role, Role::Owner | Role::Administrator)
        }
    }
}

fn title(section: SettingsRoute) -> &'static str {
    let titles = &words().titles;
    match section {
        SettingsRoute::Profile => titles.profile,
        SettingsRoute::SignIn => titles.sign_in,
        SettingsRoute::Devices => titles.devices,
        SettingsRoute::Invitations => titles.invitations,
        SettingsRoute::People => titles.people,
        SettingsRoute::Place => titles.place,
    }
}

#[allow(clippy::match_same_arms)]
fn section_view(section: SettingsRoute) -> AnyView {
    match section {
        SettingsRoute::Profile => view! { <ProfileSection /> }.into_any(),
        SettingsRoute::SignIn => view! {
            <Credentials />
            <Passkeys />
            <Identity />
        }
        .into_any(),
        SettingsRoute::Devices => devices::devices(),
        SettingsRoute::Invitations => view! { <InvitationsSection /> }.into_any(),
        SettingsRoute::People => view! { <People /> }.into_any(),
        SettingsRoute::Place => view! { <PlaceSection /> }.into_any(),
    }
}
