//! Which frames a watcher gets.

use shared::id::Rev;
use shared::model::UnreadHead;

use super::*;
use crate::gateway::delivery::watch::encoded_head::EncodedHead;

fn head(room: i64) -> Arc<EncodedHead> {
    let head = UnreadHead {
        room: RoomId(room),
        seq: Seq(9),
        at: None,
        room_rev: Rev::ZERO,
        counted: vec![(Seq(5), Seq(9))],
    };
    Arc::new(EncodedHead::new(head).unwrap())
}

fn update(room: i64, author: i64) -> HeadUpdate {
    HeadUpdate {
        room: RoomId(room),
        head: head(room),
        notice: Some((Seq(9), Bytes::from(format!("notice of {room}")))),
        author: Some(UserId(author)),
    }
}

fn watcher(rooms: &[i64]) -> Watcher {
    Watcher {
        outbox: Arc::new(Outbox::new(1_000)),
        user: UserId(1),
        first_message: Seq::ZERO,
        wants_notices: true,
        rooms: rooms.iter().map(|room| RoomId(*room)).collect(),
        subscribed: SmallVec::from_slice(&[RoomId(4)]),
        evicted: None,
    }
}

#[test]
fn a_watcher_gets_the_heads_of_its_rooms_in_one_frame_and_notices_of_others_messages() {
    let updates = [update(2, 9), update(3, 9), update(4, 9), update(5, 1)];
    for rooms in [&[1, 2, 4, 5, 6, 7][..], &[2, 4, 5]] {
        let frames = watcher(rooms).frames(&updates);
        let texts: Vec<_> = frames
            .iter()
            .map(|frame| String::from_utf8_lossy(frame).into_owned())
            .collect();
        assert_eq!(texts.len(), 2, "{texts:?}");
        let heads = [2, 4, 5]
            .map(|room| format!(r#"{{"room":{room},"seq":9,"room_rev":0,"counted":[[5,9]]}}"#));
        let expected = format!(r#"{{"type":"heads","heads":[{}]}}"#, heads.join(","));
        assert!(texts[0].ends_with(&expected), "{texts:?}");
        assert_eq!(texts[1], "notice of 2");
    }
    assert!(watcher(&[1, 9]).frames(&updates).is_empty());
}

#[test]
fn heads_that_are_too_long_for_one_frame_come_in_several_and_only_the_last_says_so() {
    let head = format!("\"{}\"", "x".repeat(MAX_HEADS_BYTES / 2));
    let frames = heads_frames(Some(7), std::iter::repeat_n(Cow::Borrowed(&*head), 5));
    let parts: Vec<_> = frames
        .iter()
        .map(|frame| {
            let start = frame.iter().position(|byte| *byte == b'{').unwrap();
            let json: serde_json::Value = serde_json::from_slice(&frame[start..]).unwrap();
            assert_eq!(json["question"], 7);
            (
                json["heads"].as_array().unwrap().len(),
                json["more"] == true,
            )
        })
        .collect();
    assert_eq!(parts, [(2, true), (2, true), (1, false)]);
    assert_eq!(heads_frames(Some(7), std::iter::empty()).len(), 1);
}
