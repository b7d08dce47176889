//! Keeps parts of the document outside of the view up to date: language, theme and density of
//! the root element, the colour of the browser's bars, the texts of the failure banner.
//! `assets/first.js` sets the first three before the first paint.

use leptos::prelude::*;

use super::message::label_copy_buttons;
use crate::browser::document;
use crate::i18n::t;
use crate::state::{Client, Density, SessionState, Theme};
use crate::view::effect;

/// Updates the document whenever language, theme or density change.
pub fn follow(client: Client) {
    let keeps = client.storage_works();
    effect(move || {
        let strings = t();
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("lang", strings.tag);
        }
        label_copy_buttons(strings.message.copy_code);
        let app = &strings.app;
        for (id, text) in [
            ("failure-title", app.failed_title),
            (
                "failure-text",
                if keeps.get() {
                    app.failed_text
                } else {
                    app.failed_text_unkept
                },
            ),
            ("failure-reload", app.reload),
        ] {
            if let Some(element) = document().get_element_by_id(id) {
                element.set_text_content(Some(text));
            }
        }
    });
    // Whoever is signed in has the title of what is shown.
    effect(move || {
        if matches!(client.session().get(), SessionState::SignedOut(_)) {
            document().set_title(&client.place_title());
        }
    });
    let settings = client.settings();
    effect(move || {
        let settings = settings.get();
        show(settings.theme, settings.density);
    });
}

fn show(theme: Theme, density: Density) {
    if let Some(root) = document().document_element() {
        for (name, value) in [
            ("data-theme", theme.attribute()),
            ("data-density", density.attribute()),
        ] {
            let _ = match value {
                Some(value) => root.set_attribute(name, value),
                None => root.remove_attribute(name),
            };
        }
    }
    // There is one `meta` element per theme, chosen by the system's theme. If a theme is chosen
    // in the settings, only its element applies.
    for (of, by_system) in [
        (Theme::Light, "(prefers-color-scheme: light)"),
        (Theme::Dark, "(prefers-color-scheme: dark)"),
    ] {
        let name = of.attribute().unwrap_or_default();
        let selector = format!("meta[name=theme-color][data-for={name}]");
        let Ok(Some(bar)) = document().query_selector(&selector) else {
            continue;
        };
        let media = match theme {
            Theme::System => by_system,
            chosen if chosen == of => "all",
            _ => "not all",
        };
        let _ = bar.set_attribute("media", media);
    }
}
