//! The root of the page.

use leptos::prelude::*;

use crate::components::dialogs::provide_dialogs;
use crate::components::overlays::Overlays;
use crate::components::sign_in::SignIn;
use crate::pages::Shell;
use crate::state::{Client, SessionState, SignedOut};
use crate::view::{memo, reactive};
use crate::{browser, i18n, navigation};

/// The whole page. Contexts provided here live as long as the page.
#[component]
pub fn App() -> impl IntoView {
    let client = Client::new(navigation::follow());
    provide_context(client);
    i18n::follow(client.language(), browser::languages);
    provide_dialogs();
    client.start();
    on_cleanup(move || client.stop());

    let session = client.session();
    // A new name is not another session.
    let who = memo(move || match session.get() {
        SessionState::Unknown => Who::Unknown,
        SessionState::SignedOut(reason) => Who::Nobody(reason),
        SessionState::SignedIn(profile) => Who::Person(profile.id),
    });
    view! {
        {reactive(move || match who.get() {
            Who::Unknown => ().into_any(),
            Who::Nobody(reason) => view! { <SignIn reason /> }.into_any(),
            Who::Person(_) => view! { <Shell /> }.into_any(),
        })}
        <Overlays />
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    Unknown,
    Nobody(SignedOut),
    Person(shared::id::UserId),
}
