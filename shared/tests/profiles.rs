//! What a replica knows of people besides their names, and for whom it asks.

use shared::error::ErrorCode;
use shared::frame::{Changes, ClientFrame, People, Refusal, Reset, ServerFrame, Welcome};
use shared::id::{Epoch, Micros, Rev, RoomId, Seq, UserId};
use shared::limits::Limits;
use shared::model::{Author, Message, Posting, Profile, ProfileStatus, Role, Room, RoomKind};
use shared::stream::{Item, StreamKey};
use shared::sync::{Replica, SyncEvent, SyncOutput};

const ME: UserId = UserId(1);
const OLGA: UserId = UserId(2);
const NOW: Micros = Micros(1_000_000);

fn olga(rev: i64, colour: Option<u8>) -> Profile {
    Profile {
        role: Role::Member,
        username: Some("olga".into()),
        colour,
        ..Profile::guest(OLGA, "Olga".into(), Rev(rev))
    }
}

fn changes(stream: StreamKey, from: i64, through: i64, items: Vec<Item>) -> ServerFrame {
    ServerFrame::Changes(Changes {
        stream,
        question: None,
        from: Rev(from),
        through: Rev(through),
        head: None,
        items,
    })
}

/// A replica that is connected and knows the directory up to revision 5.
fn connected() -> Replica {
    let mut replica = Replica::new(Profile::guest(ME, "Ada".into(), Rev::ZERO));
    let asked = replica.connected().send;
    let question = asked.iter().find_map(|frame| match frame {
        ClientFrame::Subscribe {
            question,
            stream: StreamKey::Directory,
            ..
        } => Some(*question),
        _ => None,
    });
    let welcome = Welcome {
        version: 2,
        epoch: Epoch::new([5; 16]),
        user: Some(Profile::guest(ME, "Ada".into(), Rev::ZERO)),
        lobby: RoomId::LOBBY,
        only_room: None,
        now: NOW,
        limits: Limits::default(),
    };
    let _ = replica.receive(ServerFrame::Welcome(Box::new(welcome)), NOW);
    let answer = Changes {
        stream: StreamKey::Directory,
        question,
        from: Rev::ZERO,
        through: Rev(5),
        head: Some(Rev(5)),
        items: Vec::new(),
    };
    let _ = replica.receive(ServerFrame::Changes(answer), NOW);
    replica
}

/// Olga has said something; her profile was last changed at this revision.
fn hears(replica: &mut Replica, rev: i64) {
    let frame = changes(
        StreamKey::Room(RoomId::LOBBY),
        0,
        1,
        vec![Item::Message(said(rev))],
    );
    let _ = replica.receive(frame, NOW);
}

fn said(rev: i64) -> Message {
    Message {
        seq: Seq(1),
        rev: Rev(1),
        content_rev: None,
        author: Author {
            id: Some(OLGA),
            name: "Olga".into(),
            rev: Rev(rev),
        },
        client_id: None,
        body: "hello".into(),
        event: None,
        posted_at: NOW,
        edited_at: None,
        deleted_at: None,
    }
}

fn asked(output: &SyncOutput) -> Option<(u32, Vec<UserId>)> {
    output.send.iter().find_map(|frame| match frame {
        ClientFrame::People { question, ids } => Some((*question, ids.clone())),
        _ => None,
    })
}

fn names(output: &SyncOutput) -> Vec<UserId> {
    let names = output.events.iter().filter_map(|event| match event {
        SyncEvent::Names(people) => Some(people.clone()),
        _ => None,
    });
    names.flatten().collect()
}

#[test]
fn a_profile_is_asked_for_once_and_only_where_there_may_be_more_than_a_name() {
    let mut replica = connected();
    hears(&mut replica, 0);
    assert!(
        !replica.lacks_profile(OLGA, false),
        "nothing was ever changed"
    );
    assert!(replica.lacks_profile(OLGA, true), "she has a namesake");
    hears(&mut replica, 4);
    assert!(replica.lacks_profile(OLGA, false));
    let (question, ids) = asked(&replica.want_profiles(&[OLGA, OLGA], NOW)).unwrap();
    assert_eq!(ids, [OLGA]);
    assert_eq!(
        asked(&replica.want_profiles(&[OLGA], NOW)),
        None,
        "it is asked already"
    );
    let people = vec![olga(4, Some(7))];
    let output = replica.receive(ServerFrame::People(People { question, people }), NOW);
    assert_eq!(names(&output), [OLGA]);
    assert_eq!(replica.colour_and_username(OLGA), (Some(7), Some("olga")));
    assert!(!replica.lacks_profile(OLGA, true));
    assert_eq!(replica.profile(OLGA), Some(olga(4, Some(7))));
}

#[test]
fn a_profile_that_is_not_in_the_answer_is_not_asked_for_again_on_this_connection() {
    let mut replica = connected();
    opens_lobby(&mut replica, 4);
    let (question, _) = asked(&replica.want_profiles(&[OLGA], NOW)).unwrap();
    let nobody = ServerFrame::People(People {
        question,
        people: Vec::new(),
    });
    let _ = replica.receive(nobody, NOW);
    assert!(!replica.lacks_profile(OLGA, true));
    let _ = replica.want_profiles(&[OLGA], NOW);
    assert_eq!(replica.next_timer(), None, "there is nothing to ask");
    // Something newer is known of her.
    let item = Item::Message(Message {
        seq: Seq(2),
        rev: Rev(3),
        ..said(6)
    });
    let frame = changes(StreamKey::Room(RoomId::LOBBY), 2, 3, vec![item]);
    let _ = replica.receive(frame, NOW);
    assert!(replica.lacks_profile(OLGA, false));
    let _ = replica.want_profiles(&[OLGA], NOW);
    let due = replica.next_timer().unwrap();
    let (question, ids) = asked(&replica.poll(due)).unwrap();
    assert_eq!(ids, [OLGA]);
    // A refusal for good is no other answer, and the next connection is asked again.
    let refusal = Refusal {
        question: Some(question),
        ..Refusal::of(ErrorCode::BadCommand)
    };
    let _ = replica.receive(ServerFrame::Error(refusal), due);
    assert!(!replica.lacks_profile(OLGA, true));
    let _ = replica.connected();
    assert!(replica.lacks_profile(OLGA, false));
}

#[test]
fn later_questions_wait_for_others_and_not_for_ever() {
    let mut replica = connected();
    assert_eq!(asked(&replica.want_profiles(&[], NOW)), None);
    hears(&mut replica, 4);
    assert_eq!(asked(&replica.want_profiles(&[OLGA], NOW)), None);
    let due = replica.next_timer().unwrap();
    assert!(due > NOW && due.0 < NOW.0 + 7_000_000, "{due:?}");
    let (_, ids) = asked(&replica.poll(due)).unwrap();
    assert_eq!(ids, [OLGA]);
}

#[test]
fn what_the_directory_says_is_known_and_old_news_change_nothing() {
    let mut replica = connected();
    let status = Some(ProfileStatus {
        emoji: "🍵".into(),
        text: String::new(),
        until: None,
    });
    let busy = Profile {
        status,
        ..olga(6, Some(3))
    };
    let item = vec![Item::Person(busy.clone())];
    let output = replica.receive(changes(StreamKey::Directory, 5, 6, item), NOW);
    assert_eq!(names(&output), [OLGA]);
    // A message from before, and a profile from before.
    hears(&mut replica, 4);
    assert_eq!(replica.profile(OLGA), Some(busy.clone()));
    let old = ServerFrame::Typing {
        room: RoomId::LOBBY,
        people: vec![olga(2, None)],
    };
    assert_eq!(names(&replica.receive(old, NOW)), []);
    assert_eq!(replica.profile(OLGA), Some(busy.clone()));
    // What is left out in brief is not taken away, however new the frame is.
    let people = Some(vec![olga(8, None).brief()]);
    let brief = ServerFrame::Presence {
        room: RoomId::LOBBY,
        count: 1,
        people,
    };
    let _ = replica.receive(brief, NOW);
    let known = replica.profile(OLGA).unwrap();
    assert_eq!((known.colour, known.status), (busy.colour, busy.status));
    // The same again, without the status.
    let item = vec![Item::Person(olga(7, Some(3)))];
    let output = replica.receive(changes(StreamKey::Directory, 6, 7, item), NOW);
    assert_eq!(names(&output), [OLGA]);
    assert_eq!(replica.profile(OLGA).unwrap().status, None);
}

#[test]
fn one_s_own_profile_follows_the_directory() {
    let mut replica = connected();
    let me = Profile {
        colour: Some(2),
        ..Profile::guest(ME, "Ada".into(), Rev(6))
    };
    let item = vec![Item::Person(me.clone())];
    let output = replica.receive(changes(StreamKey::Directory, 5, 6, item), NOW);
    assert!(names(&output).contains(&ME));
    assert_eq!(*replica.user().unwrap(), me);
}

/// Olga's only message in the lobby, which is open.
fn opens_lobby(replica: &mut Replica, rev: i64) {
    let asked = replica.open(RoomId::LOBBY).send;
    let question = asked.iter().find_map(|frame| match frame {
        ClientFrame::Subscribe { question, .. } => Some(*question),
        _ => None,
    });
    let room = Room {
        id: RoomId::LOBBY,
        kind: RoomKind::Public,
        name: "lobby".into(),
        topic: String::new(),
        rev: Rev(1),
        directory_rev: Rev(1),
        seq: Seq(1),
        created_at: NOW,
        created_by: None,
        posting: Posting::Everybody,
        people: Vec::new(),
        archived_at: None,
        removed_at: None,
    };
    let reset = Reset {
        question,
        stream: StreamKey::Room(RoomId::LOBBY),
        rev: Rev(2),
        items: vec![Item::Room(room), Item::Message(said(rev))],
    };
    let _ = replica.receive(ServerFrame::Reset(reset), NOW);
}

fn next_visit(replica: &Replica) -> Replica {
    let snapshot = replica.snapshot(Some(RoomId::LOBBY));
    let mut next = Replica::new(Profile::guest(ME, "Ada".into(), Rev::ZERO));
    let _ = next.restore(snapshot);
    next
}

#[test]
fn the_next_page_knows_the_profiles_and_asks_for_those_that_this_one_did_not_know() {
    let mut replica = connected();
    opens_lobby(&mut replica, 4);
    let next = next_visit(&replica);
    assert_eq!(next.name(OLGA), Some("Olga"));
    assert!(next.lacks_profile(OLGA, false));
    let item = vec![Item::Person(olga(6, Some(3)))];
    let _ = replica.receive(changes(StreamKey::Directory, 5, 6, item), NOW);
    let next = next_visit(&replica);
    assert_eq!(next.profile(OLGA), Some(olga(6, Some(3))));
    assert!(!next.lacks_profile(OLGA, true));
}
