//! The elements and lists of views: what stays, and what is made anew.

use std::cell::Cell;
use std::rc::Rc;

use crate::page::{Page, focused, html, until};
use leptos::prelude::*;
use leptos::{List, ListEntry, Reactive};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn an_element_with_other_values_stays_with_its_focus_and_has_one_listener() {
    let state = RwSignal::new(1);
    let clicks = Rc::new(Cell::new(Vec::new()));
    let heard = Rc::clone(&clicks);
    let page = Page::open(move |_| {
        let heard = leptos::prelude::StoredValue::new(heard);
        let view: Reactive<AnyView> = Reactive::new(move || {
            let now = state.get();
            let title: Reactive<Option<String>> =
                Reactive::new(move || (now < 3).then(|| now.to_string()));
            let is_odd: Reactive<bool> = Reactive::new(move || now % 2 == 1);
            view! {
                <button
                    id="it"
                    class="button"
                    class:odd=is_odd
                    title=title
                    tabindex=(now > 1).then_some("0")
                    on:click=move |_| {
                        let heard = heard.get_value();
                        heard.set([heard.take(), vec![now]].concat());
                    }
                >
                    <span>{now.to_string()}</span>
                </button>
            }
            .into_any()
        });
        view! { <div>{view}</div> }
    });
    let button = html(page.wait_for("#it.odd[title='1']").await);
    assert!(!button.has_attribute("tabindex"));
    button.focus().unwrap();
    state.set(2);
    page.wait_for_text("#it", "2").await;
    page.wait_for("#it.button[title='2'][tabindex='0']").await;
    assert!(!button.class_list().contains("odd"));
    state.set(3);
    page.wait_for_text("#it", "3").await;
    page.wait_for("#it.odd:not([title])").await;
    assert_eq!(page.find("#it").as_ref(), Some(&*button));
    assert_eq!(focused().as_ref(), Some(&*button));
    button.click();
    assert_eq!(clicks.take(), [3]);
}

#[wasm_bindgen_test]
async fn another_element_takes_the_place_of_the_one_before() {
    let is_link = RwSignal::new(false);
    let page = Page::open(move |_| {
        let view: Reactive<AnyView> = Reactive::new(move || {
            if is_link.get() {
                view! { <a class="it" href="/">"link"</a> }.into_any()
            } else {
                view! { <p class="it" role="note">"text"</p> }.into_any()
            }
        });
        view! {
            <div id="around">
                <i>"before"</i>
                {view}
                <i>"after"</i>
            </div>
        }
    });
    page.wait_for("i + p.it[role=note] + i").await;
    is_link.set(true);
    page.wait_for("i + a.it[href] + i").await;
    is_link.set(false);
    page.wait_for("i + p.it[role=note] + i").await;
    let around = page.find("#around").unwrap();
    assert_eq!(around.text_content().unwrap(), "beforetextafter");
}

#[wasm_bindgen_test]
async fn entries_of_a_list_keep_their_elements_in_any_order() {
    let numbers = RwSignal::new(vec![1_i64, 2, 3]);
    let made = Rc::new(Cell::new(0));
    let count = Rc::clone(&made);
    let page = Page::open(move |_| {
        let entry = move |number: i64| {
            let count = Rc::clone(&count);
            let view = Box::new(move || {
                count.set(count.get() + 1);
                view! { <li>{number.to_string()}</li> }.into_any()
            });
            ListEntry {
                key: (number, 0),
                view,
            }
        };
        let list = List::new(Box::new(move || {
            numbers.get().into_iter().map(&entry).collect()
        }));
        view! { <ul><li>"first"</li>{list}<li>"last"</li></ul> }
    });
    let list = page.wait_for("ul").await;
    let shows = |expected: &'static str| {
        let list = list.clone();
        async move {
            until(expected, || {
                (list.text_content().as_deref() == Some(expected)).then_some(())
            })
            .await;
        }
    };
    shows("first123last").await;
    let two = list.children().item(2).unwrap();
    for (now, text) in [
        (vec![3, 2, 1], "first321last"),
        (vec![], "firstlast"),
        (vec![2], "first2last"),
        (vec![1, 2, 4], "first124last"),
        (vec![2, 4, 1], "first241last"),
    ] {
        numbers.set(now);
        shows(text).await;
    }
    assert!(!two.is_connected(), "it was removed in between");
    // 1, 2, 3, then after all were removed 2, 1 and 4.
    assert_eq!(made.get(), 6);
}

#[wasm_bindgen_test]
async fn the_effects_of_a_view_end_when_another_takes_its_place() {
    let room = RwSignal::new(1);
    let people = ArcRwSignal::new(vec![1_i64, 2]);
    let page = Page::open(move |_| {
        let view: Reactive<AnyView> = Reactive::new(move || {
            let number = room.get();
            let here = RwSignal::from(people.clone());
            let left = people.clone();
            // As when a room is left: what it shows changes with it.
            on_cleanup(move || left.update(|people| people.push(3)));
            let pane: Reactive<AnyView> = Reactive::new(move || {
                let entry = |person: i64| ListEntry {
                    key: (person, 0),
                    view: Box::new(move || view! { <li>{person.to_string()}</li> }.into_any()),
                };
                let entries = move || here.get().into_iter().map(entry).collect();
                view! { <ul>{List::new(Box::new(entries))}</ul> }.into_any()
            });
            view! { <div id="room" title=number.to_string()>{pane}</div> }.into_any()
        });
        view! { <main>{view}</main> }
    });
    page.wait_for_text("#room[title='1']", "12").await;
    for number in 2..5 {
        room.set(number);
        page.wait_for(&format!("#room[title='{number}']")).await;
    }
    // 3 came with each room that was left.
    page.wait_for_text("#room", "12333").await;
}
