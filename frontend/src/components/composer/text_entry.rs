//! The text field of the composer and of the message editor, with counter and error.

use std::rc::Rc;

use leptos::html;
use leptos::prelude::*;
use shared::text::TextError;
use web_sys::HtmlTextAreaElement;

use super::composition::FieldAction;
use super::counter::Counter;
use super::key_handling::{OnAct, grow, handle_keys};
use crate::i18n::t;
use crate::view::{DynamicText, Reactive, dynamic_text, on, reactive, set_text};

/// A text that is being written.
#[derive(Clone, Copy)]
pub struct TextEntry {
    /// The field. The page does not change it while someone types.
    pub field: NodeRef<html::Textarea>,
    /// The length of the text: in bytes, in characters.
    pub length: RwSignal<(usize, usize)>,
    /// Why it was refused.
    pub error: RwSignal<Option<TextError>>,
    /// The refused text.
    refused: StoredValue<Option<String>>,
}

impl TextEntry {
    /// Nothing yet.
    #[expect(clippy::new_without_default, reason = "it makes signals: not a value")]
    pub fn new() -> Self {
        TextEntry {
            field: NodeRef::new(),
            length: RwSignal::new((0, 0)),
            error: RwSignal::new(None),
            refused: StoredValue::new(None),
        }
    }

    /// The text of the field.
    pub fn text(self) -> String {
        self.element()
            .map(|field| field.value())
            .unwrap_or_default()
    }

    /// Sets the text of the field.
    pub fn set_text(self, text: &str) {
        if let Some(field) = self.element() {
            field.set_value(text);
            self.measure();
        }
    }

    /// Inserts a text before that of the field, on its own lines. Returns the whole text. The
    /// focus does not change.
    pub fn put_back(self, mut text: String) -> String {
        let present = self.text();
        if !present.is_empty() {
            text = text + "\n" + &present;
        }
        self.set_text(&text);
        text
    }

    /// Measures the text, and makes the field as high as it.
    pub fn measure(self) -> String {
        let text = self.text();
        self.length.set((text.len(), text.chars().count()));
        if let Some(field) = self.element() {
            grow(&field);
        }
        text
    }

    /// The text was refused; it stays in the field.
    pub fn refuse(self, why: TextError) {
        self.refused.set_value(Some(self.text()));
        self.error.set(Some(why));
    }

    /// Removes the line break of the Enter that should have sent. Returns whether the text was
    /// refused; if not, the field has to be emptied.
    pub fn take_back_break(self) -> bool {
        let refused = self.refused.get_value();
        if let Some(text) = &refused {
            self.set_text(text);
        }
        refused.is_some()
    }

    /// Removes the error.
    pub fn accept(self) {
        self.refused.set_value(None);
        self.error.set(None);
    }

    fn changed_to(self, text: &str) {
        // The line break that will be removed is no change.
        let without_breaks = |text: &str| text.replace('\n', "");
        let refused = self.refused.get_value();
        if refused.is_none_or(|refused| without_breaks(&refused) != without_breaks(text)) {
            self.accept();
        }
    }

    /// Moves the focus to the end of the text.
    pub fn focus_end(self) {
        if let Some(field) = self.element() {
            let _ = field.focus();
            let end = field.value().encode_utf16().count();
            let end = u32::try_from(end).unwrap_or(u32::MAX);
            let _ = field.set_selection_range(end, end);
        }
    }

    fn element(self) -> Option<HtmlTextAreaElement> {
        self.field.get_untracked()
    }
}

/// The form: the field, the counter, the buttons, the error.
#[component]
pub fn TextEntryForm(
    /// The text.
    writing: TextEntry,
    /// Unique in the page.
    id: &'static str,
    /// The form's classes.
    #[prop(default = "composer")]
    class: &'static str,
    /// What the field is called.
    label: Reactive<String>,
    /// The placeholder of the field.
    placeholder: Reactive<String>,
    /// Called with the changed text.
    on_text: Box<dyn Fn(&str)>,
    /// Called for Enter, Escape and arrow up, and with [`FieldAction::Send`] for the button.
    /// Returns whether it handled the action.
    on_act: OnAct,
    /// The buttons.
    children: Children,
    /// A hint about the keys.
    #[prop(into)]
    hint: DynamicText,
    /// The hint's class.
    #[prop(default = "composer__hint")]
    hint_class: &'static str,
) -> impl IntoView {
    let TextEntry {
        field,
        length,
        error,
        ..
    } = writing;
    handle_keys(field, Rc::clone(&on_act));
    let typed = move |_: leptos::ev::Event| {
        let text = writing.measure();
        writing.changed_to(&text);
        on_text(&text);
    };
    view! {
        <form
            class=class
            id=id
            on:submit=on(move |event: leptos::ev::SubmitEvent| {
                event.prevent_default();
                on_act(FieldAction::Send);
            })
        >
            <div class="composer__frame">
                <textarea
                    class="composer__input"
                    rows="1"
                    dir="auto"
                    autocomplete="off"
                    enterkeyhint="send"
                    aria-label=label
                    aria-describedby=format!("{id}-error {id}-hint")
                    aria-invalid=reactive(move || error.get().is_some().then_some("true"))
                    placeholder=placeholder
                    node_ref=field
                    on:input=on(typed)
                ></textarea>
                <Counter length />
                {children()}
            </div>
            <p class="composer__error" id=format!("{id}-error") role="alert" use:set_text=dynamic_text(move || {
                error.get().map_or("", |why| (t().refusal)(why.code, Some(why.field)))
            })></p>
            <p class=hint_class id=format!("{id}-hint") use:set_text=hint></p>
        </form>
    }
}
