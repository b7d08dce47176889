//! Questions have numbers, and every answer repeats the number of its question.

use serde_json::{Value, json};
use shared::error::ErrorCode;
use shared::frame::{Anchor, ServerFrame};
use shared::id::{Rev, RoomId, Seq};

use crate::support::command::{self, history, subscribe};
use crate::support::guest::{Guest, enter};
use crate::support::items::Items;
use crate::support::native::Native;
use crate::support::questions::question_of;
use crate::support::raw::Raw;
use crate::support::server::Server;

const LOBBY: RoomId = RoomId::LOBBY;

/// The next frame that answers a question or refuses one.
async fn answer(raw: &mut Raw) -> Value {
    loop {
        let frame = raw.json().await;
        if frame.get("question").is_some() {
            return frame;
        }
    }
}

#[tokio::test]
async fn every_kind_of_answer_repeats_the_number_of_its_question() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut ada = guest.connect(server.address).await;
    let rev = ada.post(LOBBY, "hello").await.rev.unwrap();
    let epoch = ada.epoch();
    let mut raw = Raw::greeted(server.address, &guest.token).await;
    for number in [0, 1, u32::MAX] {
        for (mut question, kind) in [
            (
                json!({"type": "subscribe", "stream": "directory"}),
                "changes",
            ),
            (json!({"type": "subscribe", "stream": "own"}), "changes"),
            (json!({"type": "subscribe", "stream": "room/1"}), "reset"),
            (
                json!({"type": "subscribe", "stream": "room/1", "epoch": epoch, "rev": rev}),
                "changes",
            ),
            (json!({"type": "history", "room": 1, "after": 0}), "history"),
            (json!({"type": "people", "ids": [1, 4711]}), "people"),
            (json!({"type": "watch"}), "heads"),
            (json!({"type": "watch", "rooms": []}), "heads"),
        ] {
            question["question"] = number.into();
            raw.text(&question.to_string()).await;
            let answer = answer(&mut raw).await;
            assert_eq!(answer["type"], kind, "{question}");
            assert_eq!(answer["question"], number, "{question}");
        }
    }
    // What comes live answers no question.
    ada.post(LOBBY, "live").await;
    ada.create_room("garden").await;
    let mut seen = 0;
    while seen < 3 {
        let frame = raw.json().await;
        assert_eq!(frame.get("question"), None, "{frame}");
        seen += usize::from(frame["type"] == "changes");
    }
}

#[tokio::test]
async fn every_refusal_repeats_the_number_of_its_question() {
    let server = Server::start(&["--max-subscriptions", "1"]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut raw = Raw::greeted(server.address, &guest.token).await;
    let mut ada = guest.connect(server.address).await;
    ada.create_room("garden").await;
    let many: Vec<i64> = (0..1_000).collect();
    for (mut question, code) in [
        (
            json!({"type": "subscribe", "stream": "room/4711"}),
            ErrorCode::NoSuchRoom,
        ),
        (
            json!({"type": "subscribe", "stream": "room/1", "rev": "x"}),
            ErrorCode::BadCommand,
        ),
        (
            json!({"type": "history", "room": 4711, "after": 0}),
            ErrorCode::NoSuchRoom,
        ),
        (json!({"type": "history", "room": 1}), ErrorCode::BadCommand),
        (json!({"type": "people"}), ErrorCode::BadCommand),
        (
            json!({"type": "people", "ids": many}),
            ErrorCode::BadCommand,
        ),
        (
            json!({"type": "watch", "rooms": [1.5]}),
            ErrorCode::BadCommand,
        ),
        (
            json!({"type": "watch", "rooms": vec![1; 5_001]}),
            ErrorCode::TooManySubscriptions,
        ),
        (json!({"type": "dance"}), ErrorCode::UnknownCommand),
    ] {
        for number in [0, 77, u32::MAX] {
            question["question"] = number.into();
            raw.text(&question.to_string()).await;
            let refused = answer(&mut raw).await;
            assert_eq!(refused["type"], "error", "{question}");
            assert_eq!(refused["code"], json!(code), "{question}");
            assert_eq!(refused["question"], number, "{question}");
        }
    }
    for (stream, kind) in [("room/1", "reset"), ("room/2", "error")] {
        let question = json!({"type": "subscribe", "question": 5, "stream": stream});
        raw.text(&question.to_string()).await;
        let answer = answer(&mut raw).await;
        assert_eq!(
            (&answer["type"], &answer["question"]),
            (&json!(kind), &json!(5))
        );
    }
}

#[tokio::test]
async fn equal_questions_in_flight_are_each_answered() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    ada.post_numbers(LOBBY, 0..30).await;
    let (epoch, rev) = (ada.epoch(), Rev(2));
    let questions: Vec<_> = (0..60)
        .map(|number| match number % 3 {
            0 => history(LOBBY, Anchor::After(Seq::ZERO), None),
            1 => subscribe(LOBBY, Some(epoch), rev),
            _ => subscribe(LOBBY, None, Rev::ZERO),
        })
        .collect();
    ada.say_all(&questions).await;
    let mut answers = Vec::new();
    while answers.len() < questions.len() {
        let frame = ada.try_next().await.unwrap();
        answers.extend(question_of(&frame).map(|number| (number, frame)));
    }
    answers.sort_by_key(|(number, _)| *number);
    for (question, (number, frame)) in questions.iter().zip(&answers) {
        assert_eq!(*number, command::question(question));
        let items = match frame {
            ServerFrame::History(history) => history.messages(),
            ServerFrame::Changes(changes) => changes.messages(),
            ServerFrame::Reset(reset) => reset.messages(),
            other => panic!("{other:?}"),
        };
        let missed = usize::try_from(rev.0 - 1).unwrap();
        let expected = match frame {
            ServerFrame::Changes(_) => 30 - missed,
            _ => 30,
        };
        assert_eq!(items.len(), expected, "{question:?}");
    }
}

/// The server reads and writes such an answer once for all of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_share_an_answer_get_it_under_their_own_numbers() {
    const CLIENTS: u32 = 40;
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let known = ada.post(LOBBY, "known").await.rev.unwrap();
    ada.post_numbers(LOBBY, 0..100).await;
    let epoch = ada.epoch();
    let resume = async |mut native: Native, number: u32| {
        let question = json!({"type": "subscribe", "question": number, "stream": "room/1",
                              "epoch": epoch, "rev": known});
        native.socket.text(question.to_string()).await;
        let answer = native.answer_to(number).await.unwrap();
        let ServerFrame::Changes(changes) = answer else {
            panic!("{answer:?}");
        };
        (changes.from, changes.head, changes.messages())
    };
    let mut natives = Vec::new();
    for number in 0..CLIENTS {
        natives.push(enter(server.address, &format!("Guest {number}")).await);
    }
    // Numbers of different lengths, so that the frames have.
    let numbers = (0..CLIENTS).map(|number| 7_u32.pow(number % 10) * (number + 1));
    let asked = natives.into_iter().zip(numbers);
    let asked = asked.map(|(native, number)| resume(native, number));
    let answers = futures::future::join_all(asked).await;
    assert_eq!(answers[0].2.len(), 100);
    assert!(answers.iter().all(|answer| *answer == answers[0]));
}
