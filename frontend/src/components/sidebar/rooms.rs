//! All sections of rooms: one tab stop, with arrows inside. Buttons above and below lead to unread
//! rooms that are out of sight.

use leptos::prelude::*;
use leptos::{ev, html};
use shared::id::RoomId;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::place::{PlaceButton, element_id, room_of};
use super::section::{entry_key, section, title_id};
use super::tab_stop::TabStop;
use crate::browser::{document, matches, next_frame};
use crate::components::dialogs::{Dialog, Dialogs, use_dialogs};
use crate::components::focus::scroll_to_nearest;
use crate::components::menu::{on_list_key, shown_items};
use crate::components::skeleton::Skeleton;
use crate::components::tools::use_tools;
use crate::state::{ListedSection, SectionKey, use_client};
use crate::view::{Entry, effect, list, memo, on, optional_view};

/// What arrows move the focus between.
const ITEMS: &str = ".place, .sidebar__toggle";

/// The list.
#[component]
pub(super) fn Rooms() -> impl IntoView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let scroller = NodeRef::<html::Div>::new();
    let (known, sections) = (client.list_known(), client.sections());
    let (only_room, stop) = (client.only_room(), tab_stop());
    let keys = memo(move || {
        if !known.get() {
            return Vec::new();
        }
        // For a guest of one room there is nothing to add to an empty one.
        let is_guest = only_room.get().is_some();
        sections.with(|all| {
            let shown = all
                .iter()
                .filter(|section| !is_guest || !section.rooms.is_empty());
            shown.map(|section| section.key.clone()).collect::<Vec<_>>()
        })
    });
    let entries = move || {
        let entry = |key: &SectionKey| {
            let of = key.clone();
            Entry::new(entry_key(key), move || section(of, stop))
        };
        keys.with(|keys| keys.iter().map(entry).collect())
    };
    follow_current(stop);
    let touch = matches("(hover: none)");
    let tools = use_tools();
    if touch {
        let find = |target: &Element| target.closest(ITEMS).ok().flatten();
        effect(move || {
            if let Some(tools) = tools.here() {
                (tools.on_long_press)(find, Box::new(move |item| open_menu(dialogs, item)));
            }
        });
    }
    let skeleton = optional_view(move || (!known.get()).then(|| view! { <Skeleton /> }));
    let button = PlaceButton::new();
    let entered = move |event: web_sys::Event| button.follow(&event);
    let focused = keep_focus(scroller);
    let context_menu = move |event: ev::MouseEvent| {
        // On touch screens it is a part of the long press.
        if !touch && item_of(&event).is_some_and(|item| open_menu(dialogs, &item)) {
            event.prevent_default();
        }
    };
    view! {
        <div class="sidebar__rooms">
            <div
                class="sidebar__scroller"
                node_ref=scroller
                on:keydown=on(move |event: ev::KeyboardEvent| on_key(dialogs, &event))
                on:contextmenu=on(context_menu)
                on:pointerover=on(move |event: ev::PointerEvent| entered(event.into()))
                on:focusin=on(move |event: ev::FocusEvent| {
                    focused(&event);
                    entered(event.into());
                })
            >
                {skeleton}
                {list(entries)}
            </div>
            {button.view(dialogs)}
            {tools.view(move |tools| (tools.unread_hints)(scroller))}
        </div>
    }
}

/// When the row or title with the focus goes, the focus goes to what has taken its place: the same room in
/// another section, or what follows. Returns what is to be called when something gets the focus.
fn keep_focus(scroller: NodeRef<html::Div>) -> impl Fn(&web_sys::Event) + 'static {
    let last = StoredValue::new(None::<(Element, usize)>);
    let shown = move || {
        let scroller = scroller.get_untracked();
        scroller.map_or_else(Vec::new, |scroller| shown_items(&scroller, ITEMS))
    };
    let sections = use_client().sections();
    effect(move || {
        sections.track();
        // When the list is rendered, and a dialog has given the focus back.
        next_frame(move || {
            let gone = last.try_get_value().flatten();
            let Some((item, at)) = gone.filter(|(item, _)| !item.is_connected()) else {
                return;
            };
            last.set_value(None);
            let focused = document().active_element();
            if focused.is_some_and(|focused| focused.tag_name() != "BODY") {
                return;
            }
            let shown = shown();
            let same = shown.iter().find(|other| other.id() == item.id());
            if let Some(next) = same.or_else(|| shown.get(at)).or_else(|| shown.last()) {
                let _ = next.focus();
            }
        });
    });
    move |event| {
        // The buttons of a row or title go together with it.
        let Some(row) = closest(event, ".sidebar__row, .sidebar__bar") else {
            return;
        };
        let mut items = shown().into_iter().zip(0..);
        if let Some((item, at)) = items.find(|(item, _)| row.contains(Some(item))) {
            last.set_value(Some((item.into(), at)));
        }
    }
}

fn tab_stop() -> TabStop {
    let client = use_client();
    let (current, sections) = (client.current_room(), client.sections());
    memo(move || {
        let current = current.get();
        sections.with(|all| stop_in(all, current, |section| client.is_collapsed(section)))
    })
}

/// The row of the current room, or the first row. The title of a collapsed section stands for the rows
/// that it hides.
fn stop_in(
    sections: &[ListedSection],
    current: Option<RoomId>,
    is_collapsed: impl Fn(&SectionKey) -> bool,
) -> Option<String> {
    let is_in = |room: &RoomId| sections.iter().any(|section| section.rooms.contains(room));
    if let Some(current) = current.filter(is_in) {
        return Some(element_id(current));
    }
    let section = sections.iter().find(|section| !section.rooms.is_empty())?;
    if is_collapsed(&section.key) {
        Some(title_id(&section.key))
    } else {
        section.rooms.first().map(|first| element_id(*first))
    }
}

/// Marks the row of the current room, and brings it into sight when another room is shown. A row
/// that is rendered later marks itself.
fn follow_current(stop: TabStop) {
    let client = use_client();
    let (current, known) = (client.current_room(), client.list_known());
    effect(move || {
        let (current, stop) = (current.get(), stop.get());
        known.track();
        for place in elements(".place[aria-current], .sidebar__scroller [tabindex='0']") {
            let _ = place.remove_attribute("aria-current");
            let _ = place.set_attribute("tabindex", "-1");
        }
        let find = |id: String| document().get_element_by_id(&id);
        if let Some(place) = current.map(element_id).and_then(find) {
            let _ = place.set_attribute("aria-current", "page");
        }
        if let Some(item) = stop.and_then(find) {
            let _ = item.set_attribute("tabindex", "0");
        }
        // A room that was opened by a key or a link comes into sight.
        next_frame(|| {
            for place in elements(".place[aria-current]") {
                scroll_to_nearest(&place);
            }
        });
    });
}

fn elements(selector: &str) -> Vec<Element> {
    let Ok(found) = document().query_selector_all(selector) else {
        return Vec::new();
    };
    let found = (0..found.length()).filter_map(|at| found.get(at)?.dyn_into().ok());
    found.collect()
}

/// The row or title that an event is about.
fn item_of(event: &web_sys::Event) -> Option<Element> {
    closest(event, ITEMS)
}

fn closest(event: &web_sys::Event, selector: &str) -> Option<Element> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest(selector).ok().flatten()
}

fn on_key(dialogs: Dialogs, event: &ev::KeyboardEvent) {
    // Not of the buttons beside them.
    let Some(item) = item_of(event) else { return };
    let done = match event.key().as_str() {
        "ContextMenu" => open_menu(dialogs, &item),
        "F10" if event.shift_key() => open_menu(dialogs, &item),
        "ArrowLeft" => press_if(&item, "[aria-expanded=true]"),
        "ArrowRight" => press_if(&item, "[aria-expanded=false]"),
        _ => {
            if let Ok(Some(scroller)) = item.closest(".sidebar__scroller") {
                on_list_key(&scroller, ITEMS, event);
            }
            false
        }
    };
    if done {
        event.prevent_default();
    }
}

/// Presses a title that matches a selector.
fn press_if(item: &Element, selector: &str) -> bool {
    let is_meant = item.matches(selector).unwrap_or(false);
    if is_meant {
        item.unchecked_ref::<HtmlElement>().click();
    }
    is_meant
}

/// Opens the menu of a row or of a section of the person's own. Returns whether it has one.
fn open_menu(dialogs: Dialogs, item: &Element) -> bool {
    if let Some(room) = room_of(item) {
        dialogs.open(Dialog::PlaceMenu(room));
        return true;
    }
    let name = item.get_attribute("data-section");
    name.map(|name| dialogs.open_about(Dialog::SectionMenu, name))
        .is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tab_stop_is_the_current_room_or_the_first_that_can_be_seen() {
        let section = |key, rooms: &[i64]| ListedSection {
            key,
            rooms: rooms.iter().copied().map(RoomId).collect(),
        };
        let sections = [
            section(SectionKey::Own("empty".into()), &[]),
            section(SectionKey::Rooms, &[1, 2]),
            section(SectionKey::Direct, &[3]),
        ];
        let stop = |current: Option<i64>, collapsed: &[SectionKey]| {
            stop_in(&sections, current.map(RoomId), |key| {
                collapsed.contains(key)
            })
            .unwrap()
        };
        let collapsed = [SectionKey::Rooms];
        let title = title_id(&SectionKey::Rooms);
        assert_eq!(stop(Some(3), &[]), element_id(RoomId(3)));
        assert_eq!(stop(None, &[]), element_id(RoomId(1)));
        assert_eq!(stop(None, &collapsed), title);
        assert_eq!(stop(Some(9), &collapsed), title, "one that is not listed");
        // The current room is shown in a collapsed section too.
        assert_eq!(stop(Some(2), &collapsed), element_id(RoomId(2)));
    }
}
