//! A line about the room, or several that are folded into one, which opens.
//!
//! ```text
//! li.row.row--line
//!   p.line > svg.icon, span.line__text, time
//!   button.line[aria-expanded] > the same; ul.line__all > li        if there is more to show
//! ```

use leptos::prelude::*;
use web_sys::FocusEvent;

use super::body::make_current;
use super::head::Time;
use super::row_context::RowContext;
use super::rules::rules;
use crate::components::icons::{Glyph, Icon};
use crate::i18n::lines::{self, LineName};
use crate::state::Client;
use crate::state::timeline::line::{LineEvent, LinePerson};
use crate::view::{Entry, dynamic_text, list, memo, on, optional_view, reactive, set_text};

/// So many people are named where there is not much room.
const NAMED: usize = 3;

/// The row.
pub(super) fn line_row(context: RowContext) -> AnyView {
    let (message, client) = (context.content, context.room.client);
    let line = memo(move || {
        let line = message.with(|message| message.line.clone());
        line.map_or_else(Vec::new, |line| line.events)
    });
    // Those of the last line.
    let at = memo(move || message.with(|message| message.at));
    let seq = memo(move || message.with(|message| message.seq));
    let has_more = memo(move || line.with(|events| has_more(events)));
    let is_open = RwSignal::new(false);
    let words = move || {
        view! {
            <Icon glyph=Glyph::People />
            <span
                class="line__text"
                use:set_text=dynamic_text(move || line.with(|events| summary(client, events)))
            ></span>
            {reactive(move || view! { <Time at=at.get() short=false /> }.into_any())}
        }
    };
    let shown = reactive(move || {
        if has_more.get() {
            view! {
                <button
                    class="line"
                    type="button"
                    // One tab stop, not one per line.
                    tabindex="-1"
                    aria-expanded=reactive(move || is_open.get().to_string())
                    on:click=on(move |_: leptos::ev::MouseEvent| is_open.update(|open| *open = !*open))
                >
                    {words()}
                </button>
            }
            .into_any()
        } else {
            view! { <p class="line">{words()}</p> }.into_any()
        }
    });
    let entry = move |event: &LineEvent| {
        let event = event.clone();
        Entry::new((event.seq.0, 0), move || {
            let text = dynamic_text(move || sentence(client, &event, usize::MAX));
            view! { <li use:set_text=text></li> }
        })
    };
    let all = move || {
        let entries = move || line.with(|events| events.iter().map(entry).collect());
        (has_more.get() && is_open.get())
            .then(|| view! { <ul class="line__all">{list(entries)}</ul> })
    };
    view! {
        <li
            class="row row--line"
            tabindex="-1"
            data-seq=reactive(move || seq.get().map(|seq| seq.to_string()))
            on:focusin=on(move |event: FocusEvent| make_current(&event))
        >
            {rules(context)}
            {shown}
            {optional_view(all)}
        </li>
    }
    .into_any()
}

/// Whether the line says less than there is to know.
fn has_more(events: &[LineEvent]) -> bool {
    events.len() > 1 || events.iter().any(|event| event.people.len() > NAMED)
}

/// What happened, with few names.
fn summary(client: Client, events: &[LineEvent]) -> String {
    let [event] = events else {
        return together(client, events);
    };
    sentence(client, event, NAMED)
}

/// Several events: of each kind once, whom it was about.
fn together(client: Client, events: &[LineEvent]) -> String {
    let mut parts: Vec<(&LineEvent, Vec<&LinePerson>)> = Vec::new();
    for event in events {
        let at = parts.iter().position(|(first, _)| first.kind == event.kind);
        let at = at.unwrap_or_else(|| {
            parts.push((event, Vec::new()));
            parts.len() - 1
        });
        let Some((_, people)) = parts.get_mut(at) else {
            continue;
        };
        for person in event.subjects() {
            if !people.iter().any(|known| known.id == person.id) {
                people.push(person);
            }
        }
    }
    let sentences = parts.into_iter().map(|(event, people)| {
        let (names, others) = names(client, people.into_iter(), NAMED);
        lines::of_people(event.kind, &names, others)
    });
    sentences.collect::<Vec<_>>().join(" · ")
}

fn sentence(client: Client, event: &LineEvent, most: usize) -> String {
    let by = name(client, &event.by);
    let (people, others) = names(client, event.people.iter(), most);
    lines::sentence(event.kind, &by, (&people, others), &event.text)
}

/// The first names, and how many there are besides.
fn names<'a>(
    client: Client,
    people: impl ExactSizeIterator<Item = &'a LinePerson>,
    most: usize,
) -> (Vec<LineName>, usize) {
    let count = people.len();
    // "And one other" is no shorter than the name.
    let shown = if count > most { most - 1 } else { count };
    let names = people.take(shown).map(|person| name(client, person));
    (names.collect(), count - shown)
}

fn name(client: Client, person: &LinePerson) -> LineName {
    match person.id {
        _ if person.is_me => LineName::Me,
        None if person.name.is_empty() => LineName::Operator,
        id => LineName::Named(client.full_name(id, &person.name)),
    }
}
