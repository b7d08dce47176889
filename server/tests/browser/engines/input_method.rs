//! An input method at work, in each engine as far as it can be driven.
//!
//! WebDriver knows no input methods. Firefox has a text input processor for its own tests, which
//! does what the system's input method would do. In WebKitGTK the one of GTK itself is there:
//! Ctrl+Shift+U, then the number of a character, is a composition, and Enter confirms it. The event
//! orders of other systems are tested where the rules are
//! (`frontend/src/components/composer/composition/tests`).

use serde_json::json;

use super::actions::ActionKey;
use super::visitor::{Tab, Visitor};

/// What the input method does with the Enter that ends a composition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnterIs {
    /// The input method takes it, to confirm.
    Taken,
    /// It commits what is composed and hands the key on, as those for Hangul do. (Not in WebKitGTK.)
    HandedOn,
}

/// Composes a text step by step.
const COMPOSE: &str = "for (const step of steps) {
    processor.setPendingCompositionString(step);
    processor.appendClauseToPendingComposition(step.length, processor.ATTR_RAW_CLAUSE);
    processor.setCaretInPendingComposition(step.length);
    if (!processor.flushPendingComposition(key('a', 'KeyA', 65))) throw new Error('not composed');
}";
/// Enter inside of the composition, and nothing after it.
const TAKEN: &str = "processor.commitComposition(key('Enter', 'Enter', 13));";
/// The end of the composition; then Enter as itself.
const HANDED_ON: &str = "processor.commitComposition();
    processor.keydown(key('Enter', 'Enter', 13));
    processor.keyup(key('Enter', 'Enter', 13));";

impl Visitor {
    /// Composes `steps`, each in place of the one before. The last one must be a single character.
    #[track_caller]
    pub fn composes(&self, steps: &[&str]) {
        match &self.tab {
            Tab::Firefox(_) => self.process_input(steps, COMPOSE),
            Tab::WebKit(_) => {
                let held = [ActionKey::Control, ActionKey::Shift];
                self.chord(&held, 'u');
                let last = steps.last().and_then(|step| step.chars().next()).unwrap();
                self.types(&format!("{:x}", u32::from(last)));
            }
        }
    }

    /// Ends the composition with Enter.
    #[track_caller]
    pub fn ends_composition(&self, enter: EnterIs) {
        match (&self.tab, enter) {
            (Tab::Firefox(_), EnterIs::Taken) => self.process_input(&[], TAKEN),
            (Tab::Firefox(_), EnterIs::HandedOn) => self.process_input(&[], HANDED_ON),
            (Tab::WebKit(_), _) => self.press(ActionKey::Enter),
        }
    }

    /// Runs a script with Firefox's text input processor.
    fn process_input(&self, steps: &[&str], script: &str) {
        let Tab::Firefox(tab) = &self.tab else {
            return;
        };
        let done = tab.call_in_chrome(&format!(
            "async () => {{
                const steps = {steps};
                const processor = window.testProcessor ??=
                    Cc['@mozilla.org/text-input-processor;1'].createInstance(Ci.nsITextInputProcessor);
                if (!processor.beginInputTransactionForTests(window)) throw new Error('no input');
                const key = (key, code, keyCode) => new KeyboardEvent('', {{ key, code, keyCode }});
                {script}
                return 'done';
            }}",
            steps = json!(steps),
        ));
        assert_eq!(done.as_deref(), Ok("done"));
    }
}
