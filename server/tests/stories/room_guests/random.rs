//! Whatever happens in a place, in any order: nothing that a guest of one room gets is about another
//! room, or about a message from before.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use shared::frame::Anchor;
use shared::id::{RoomId, Seq};

use super::Place;
use crate::support::command::{delete, edit, rename, typing, update_room};
use crate::support::guest::Guest;
use crate::support::items::Items;
use crate::support::native::Native;
use crate::support::raw::Raw;
use crate::support::within;

/// How many messages there are when the guest comes.
const EARLIER: i64 = 4;
/// In the texts of those messages, and of those that come later.
const HIDDEN: &str = "before-the-guest";
const SHOWN: &str = "since-the-guest";
/// In the names and texts of all other rooms, and in the name of who is there alone.
const ELSEWHERE: &str = "elsewhere";

#[derive(Clone, Debug)]
enum Step {
    Post,
    /// Of the message with about this number.
    Edit(i64),
    Delete(i64),
    /// The room's topic, and its owner's name.
    Change,
    Typing,
    /// Something in another room.
    Other(bool),
    /// The guest asks for messages.
    History(i64),
    Watch,
    /// The guest comes back and asks for what was missed, from a revision that is so much older.
    Reconnect(i64),
    Restart,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => Just(Step::Post),
        4 => (1..14_i64).prop_map(Step::Edit),
        3 => (1..14_i64).prop_map(Step::Delete),
        1 => Just(Step::Change),
        1 => Just(Step::Typing),
        2 => any::<bool>().prop_map(Step::Other),
        2 => (0..14_i64).prop_map(Step::History),
        1 => Just(Step::Watch),
        3 => (0..8_i64).prop_map(Step::Reconnect),
        1 => Just(Step::Restart),
    ];
    prop::collection::vec(step, 10..30)
}

/// The guest's connection, and all that came over it.
struct Tap {
    raw: Raw,
    seen: Vec<Value>,
    question: u32,
    /// Up to where the room is known.
    rev: i64,
}

impl Tap {
    async fn new(place: &Place, guest: &Guest) -> Self {
        Tap {
            raw: Raw::greeted(place.server.address, &guest.token).await,
            seen: Vec::new(),
            question: 0,
            rev: 0,
        }
    }

    /// Asks, and reads to the answer. Its type.
    async fn ask(&mut self, mut question: Value) -> String {
        self.question += 1;
        question["question"] = json!(self.question);
        self.raw.text(&question.to_string()).await;
        loop {
            let frame = self.raw.json().await;
            self.note(&frame);
            self.seen.push(frame.clone());
            if frame["question"] == json!(self.question) {
                return frame["type"].as_str().unwrap().to_owned();
            }
        }
    }

    /// Reads all that was delivered until now.
    async fn settle(&mut self) {
        self.raw.text(r#"{"type":"ping"}"#).await;
        loop {
            let frame = self.raw.json().await;
            self.note(&frame);
            if frame["type"] == "pong" {
                return;
            }
            self.seen.push(frame);
        }
    }

    fn note(&mut self, frame: &Value) {
        if frame["stream"]
            .as_str()
            .is_some_and(|key| key.starts_with("room/"))
        {
            let rev = frame["through"].as_i64().or(frame["rev"].as_i64());
            self.rev = self.rev.max(rev.unwrap_or_default());
        }
    }

    /// Follows all that the page follows.
    async fn follow(&mut self, place: &Place, epoch: &Value, rev: i64) {
        for stream in ["directory", "own"] {
            let follow =
                json!({ "type": "subscribe", "stream": stream, "epoch": epoch, "rev": rev });
            assert_eq!(self.ask(follow).await, "changes");
        }
        let mut follow = json!({ "type": "subscribe", "stream": format!("room/{}", place.room) });
        if rev > 0 {
            follow["epoch"] = epoch.clone();
            follow["rev"] = json!(rev);
        }
        self.ask(follow).await;
        let watch = json!({ "type": "watch", "notices": true });
        assert_eq!(self.ask(watch).await, "heads");
    }
}

/// Everything that a frame says about a message, a room or a head.
fn check(frame: &Value, room: RoomId) -> Result<(), TestCaseError> {
    let text = frame.to_string();
    for hidden in [HIDDEN, ELSEWHERE] {
        prop_assert!(!text.contains(hidden), "{text}");
    }
    if let Some(key) = frame["stream"]
        .as_str()
        .and_then(|key| key.strip_prefix("room/"))
    {
        prop_assert_eq!(key, room.to_string());
    }
    // A refusal names the room that was asked for.
    if frame["type"] == "error" {
        prop_assert_eq!(&frame["code"], "no_such_room");
        return Ok(());
    }
    let heads = frame["heads"].as_array().into_iter().flatten();
    for of in heads.clone().chain([frame]) {
        prop_assert!(
            of["room"].is_null() || of["room"] == json!(room),
            "{}",
            text
        );
    }
    for counted in heads
        .filter_map(|head| head["counted"].as_array())
        .flatten()
    {
        prop_assert!(counted[0].as_i64() > Some(EARLIER), "{}", text);
    }
    for item in frame["items"].as_array().into_iter().flatten() {
        for (kind, state) in item.as_object().unwrap() {
            match &**kind {
                "message" => prop_assert!(state["seq"].as_i64() > Some(EARLIER), "{}", text),
                "room" => prop_assert_eq!(&state["id"], &json!(room)),
                // Of the room's people: those of elsewhere have a name that says so.
                "person" => {}
                _ => prop_assert!(state["room"].is_null() || state["room"] == json!(room)),
            }
        }
    }
    Ok(())
}

/// The last state of each message that the guest got, by its number.
fn last_states(seen: &[Value]) -> BTreeMap<i64, Value> {
    let mut states: BTreeMap<i64, Value> = BTreeMap::new();
    let items = seen.iter().filter_map(|frame| frame["items"].as_array());
    for message in items.flatten().filter_map(|item| item.get("message")) {
        let seq = message["seq"].as_i64().unwrap();
        let newer = |held: &Value| held["rev"].as_i64() < message["rev"].as_i64();
        if states.get(&seq).is_none_or(newer) {
            states.insert(seq, message.clone());
        }
    }
    states
}

async fn messages(native: &mut Native, room: RoomId) -> Vec<shared::model::Message> {
    let page = native.history(room, Anchor::After(Seq(0)), Some(100)).await;
    page.unwrap().messages()
}

/// Edits or deletes the message with about this number. It may be deleted already.
async fn change_message(place: &mut Place, seq: i64, edit_number: Option<usize>) {
    let all = messages(&mut place.olga, place.room).await;
    let message = &all[usize::try_from(seq).unwrap() % all.len()];
    let word = if message.seq.0 > EARLIER {
        SHOWN
    } else {
        HIDDEN
    };
    let change = match edit_number {
        Some(number) => {
            let body = format!("{word} {number}");
            edit(place.room, message.seq, message.content_rev(), &body)
        }
        None => delete(place.room, message.seq),
    };
    let _done = place.olga.ask(&change).await;
}

/// The guest asks for messages of the own room and of another.
async fn ask_for_history(tap: &mut Tap, (room, other): (RoomId, RoomId), seq: i64) {
    for anchor in ["before", "after", "around"] {
        let mut question = json!({ "type": "history", "room": room, "limit": 3 });
        question[anchor] = json!(seq);
        assert_eq!(tap.ask(question).await, "history");
    }
    let question = json!({ "type": "history", "room": other, "before": 99 });
    assert_eq!(tap.ask(question).await, "error");
}

/// Carries out the steps. What the guest got, and what the room holds at the end.
async fn run(is_public: bool, steps: &[Step]) -> (RoomId, Vec<Value>, Vec<Value>) {
    let mut place = Place::new().await;
    let other = place.olga.create_room(ELSEWHERE).await;
    let stranger = place.member(ELSEWHERE).await;
    if is_public {
        place.room = place.olga.create_room("yard").await;
    } else {
        place.room = place.olga.create_private_room("yard").await;
    }
    let room = place.room;
    for _ in 0..EARLIER {
        place.olga.post(room, HIDDEN).await;
    }
    let guest = place.guest_of(room, false).await;
    let mut tap = Tap::new(&place, &guest).await;
    let mut epoch = serde_json::to_value(place.olga.epoch()).unwrap();
    tap.follow(&place, &epoch, 0).await;
    let mut seen = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        match step {
            Step::Post => {
                place.olga.post(room, SHOWN).await;
            }
            Step::Edit(seq) | Step::Delete(seq) => {
                let is_edit = matches!(step, Step::Edit(_));
                change_message(&mut place, *seq, is_edit.then_some(number)).await;
            }
            Step::Change => {
                let rev = place.olga.subscribe(room).await.room().rev;
                let topic = format!("topic {number}");
                let change = update_room(room, rev, None, Some(&topic));
                place.olga.ask(&change).await.unwrap();
                let name = format!("Olga {number}");
                place.olga.ask(&rename(&name)).await.unwrap();
            }
            Step::Typing => {
                place.olga.subscribe(room).await;
                place.olga.say(&typing(room)).await;
            }
            Step::Other(makes_room) => {
                let mut there = stranger.connect(place.server.address).await;
                there.post(other, ELSEWHERE).await;
                let name = format!("{ELSEWHERE} {number}");
                there.ask(&rename(&name)).await.unwrap();
                if *makes_room {
                    place
                        .olga
                        .create_room(&format!("{ELSEWHERE} {number}"))
                        .await;
                }
            }
            Step::History(seq) => ask_for_history(&mut tap, (room, other), *seq).await,
            Step::Watch => {
                let watch = json!({ "type": "watch", "rooms": [1, other, room] });
                assert_eq!(tap.ask(watch).await, "heads");
            }
            Step::Reconnect(older) => {
                tap.settle().await;
                let rev = (tap.rev - older).max(0);
                seen.append(&mut tap.seen);
                tap = Tap::new(&place, &guest).await;
                tap.follow(&place, &epoch, rev).await;
            }
            Step::Restart => {
                tap.settle().await;
                let rev = tap.rev;
                seen.append(&mut tap.seen);
                drop(tap);
                place = place.restart().await;
                tap = Tap::new(&place, &guest).await;
                tap.follow(&place, &epoch, rev).await;
                epoch = serde_json::to_value(place.olga.epoch()).unwrap();
            }
        }
    }
    // After this nothing is under way.
    let last = place.olga.post(room, SHOWN).await;
    within("the last message", async {
        while tap.rev < last.rev.unwrap().0 {
            tap.settle().await;
        }
    })
    .await;
    seen.append(&mut tap.seen);
    let all = messages(&mut place.olga, room).await;
    let stored = all.iter().filter(|message| message.seq.0 > EARLIER);
    let stored = stored.map(|message| serde_json::to_value(message).unwrap());
    (room, seen, stored.collect())
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 16, ..ProptestConfig::with_cases(8) })]

    #[test]
    fn nothing_of_what_a_guest_gets_is_about_an_earlier_message_or_another_room(
        is_public: bool,
        steps in steps(),
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (room, seen, stored) = runtime.block_on(run(is_public, &steps));
        for frame in &seen {
            check(frame, room)?;
        }
        // And all that exists for the guest has come, in its last state but for the author's name.
        let states = last_states(&seen);
        for message in &stored {
            let held = &states[&message["seq"].as_i64().unwrap()];
            for field in ["rev", "body", "deleted_at"] {
                prop_assert_eq!(&held[field], &message[field]);
            }
        }
        prop_assert_eq!(states.len(), stored.len());
    }
}
