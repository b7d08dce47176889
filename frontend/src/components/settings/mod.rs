//! The settings of the account and of the place: a page with a column for each section.
//!
//! Few open them, and seldom, so they are pieces of the page: one for one's own account, one for
//! whoever manages the place. Each section is a module of its own.

mod at_provider;
mod confirmation;
mod credentials;
mod devices;
mod identity;
mod invitations;
mod known_account;
mod made_link;
mod mail_address;
mod passkeys;
mod people;
mod place;
mod profile;
mod qr_picture;
mod saving;
pub mod sections;
mod shown_once;
mod typed;
mod unanswered;

use std::sync::OnceLock;

use leptos::html;
use leptos::prelude::*;
use shared::model::Role;

use super::focus::{focus_quietly, scroll_to_nearest};
use super::piece_view::PieceView;
use super::room_header::SidebarButton;
use crate::browser::{self, document, next_frame};
use crate::i18n::provider;
use crate::i18n::settings::words;
use crate::navigation;
use crate::piece::{LoadPiece, Piece, piece_table};
use crate::route::{Route, SettingsRoute};
use crate::state::use_client;
use crate::tr;
use crate::view::{Entry, dynamic_text, effect, list, memo, reactive, set_text};
use credentials::Credentials;
use identity::Identity;
use invitations::InvitationsSection;
use known_account::KnownAccount;
use mail_address::MailAddressPart;
use passkeys::Passkeys;
use people::People;
use place::PlaceSection;
use profile::ProfileSection;
use sections::{is_for, title};

/// What a piece has.
#[derive(Clone, Copy)]
struct Sections {
    show: fn(SettingsRoute) -> AnyView,
    /// Of both pieces.
    styles: &'static str,
}

/// The sections of one's own account, once they are here.
static OWN: OnceLock<Sections> = OnceLock::new();
/// The sections of the place, once they are here.
static PLACE: OnceLock<Sections> = OnceLock::new();

piece_table!(
    settings,
    fn settings_piece() -> Sections {
        Sections {
            show: show_own,
            styles: STYLES,
        }
    }
);

piece_table!(
    management,
    fn management_piece() -> Sections {
        Sections {
            show: show_place,
            styles: STYLES,
        }
    }
);

const STYLES: &str = include_str!("../../../styles/settings.css");

/// The page with a section of the settings, which loads its piece.
#[component]
pub fn SettingsPage(
    /// Which section.
    section: SettingsRoute,
) -> impl IntoView {
    let (here, load): (_, LoadPiece) = if is_own(section) {
        (&OWN, || {
            Box::pin(async { settings_piece().await.is_ok_and(|piece| keep(&OWN, piece)) })
        })
    } else {
        (&PLACE, || {
            Box::pin(async {
                management_piece()
                    .await
                    .is_ok_and(|piece| keep(&PLACE, piece))
            })
        })
    };
    let piece = Piece::new(load);
    if here.get().is_none() {
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
            {reactive(move || match (piece.is_here(), here.get()) {
                (_, Some(sections)) => (sections.show)(section),
                _ => view! { <PieceView piece /> }.into_any(),
            })}
        </main>
    }
}

fn keep(here: &OnceLock<Sections>, piece: Sections) -> bool {
    let is_first = OWN.get().or(PLACE.get()).is_none();
    let is_here = here.set(piece).is_ok() || here.get().is_some();
    if is_first && is_here {
        browser::add_styles(piece.styles);
    }
    is_here
}

/// Whether a section is about one's own account.
fn is_own(section: SettingsRoute) -> bool {
    match section {
        SettingsRoute::Profile | SettingsRoute::SignIn | SettingsRoute::Devices => true,
        SettingsRoute::Invitations | SettingsRoute::People | SettingsRoute::Place => false,
    }
}

fn show_own(section: SettingsRoute) -> AnyView {
    show(section, |section| match section {
        SettingsRoute::Profile => view! { <ProfileSection /> }.into_any(),
        SettingsRoute::SignIn => {
            let account: KnownAccount = RwSignal::new(None);
            view! {
                <Credentials account />
                <Passkeys />
                <Identity />
                <MailAddressPart account />
            }
            .into_any()
        }
        SettingsRoute::Devices => devices::devices(),
        SettingsRoute::Invitations | SettingsRoute::People | SettingsRoute::Place => ().into_any(),
    })
}

fn show_place(section: SettingsRoute) -> AnyView {
    show(section, |section| match section {
        SettingsRoute::Invitations => view! { <InvitationsSection /> }.into_any(),
        SettingsRoute::People => view! { <People /> }.into_any(),
        SettingsRoute::Place => view! { <PlaceSection /> }.into_any(),
        SettingsRoute::Profile | SettingsRoute::SignIn | SettingsRoute::Devices => ().into_any(),
    })
}

/// The links to all sections, and one of them.
fn show(section: SettingsRoute, section_view: fn(SettingsRoute) -> AnyView) -> AnyView {
    let me = use_client().me();
    let role = memo(move || me.read().as_ref().map(|me| me.role));
    let entries = move || {
        let role = role.get().unwrap_or(Role::Guest);
        let shown = SettingsRoute::ALL
            .into_iter()
            .filter(|&link| is_for(link, role));
        let entry = |link| Entry::new((link as i64, 0), move || section_link(link, section));
        shown.map(entry).collect()
    };
    // The link that was followed is made anew with the section; who works by keyboard goes on here.
    let heading = NodeRef::<html::H2>::new();
    effect(move || {
        if let Some(heading) = heading.get()
            && document().active_element() == document().body().map(Into::into)
        {
            focus_quietly(&heading);
        }
    });
    // On a phone the links scroll to the side.
    effect(move || {
        role.track();
        next_frame(|| {
            if let Ok(Some(link)) = document().query_selector(".settings__link[aria-current]") {
                scroll_to_nearest(&link);
            }
        });
    });
    typed::restore();
    // What has failed at the identity provider, which has sent the browser back to this section.
    let refusal = navigation::take_refused().map(|code| {
        view! {
            <p
                class="dialog__error"
                role="alert"
                use:set_text=dynamic_text(move || provider::refusal(code))
            ></p>
        }
        .into_any()
    });
    view! {
        <div class="settings__body">
            <nav class="settings__nav" aria-label=tr!(app.account)>
                <ul>{list(entries)}</ul>
            </nav>
            <section class="settings__section" aria-labelledby="settings-title">
                <h2 class="settings__title" id="settings-title" tabindex="-1" node_ref=heading use:set_text=dynamic_text(move || title(section))></h2>
                {refusal}
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
