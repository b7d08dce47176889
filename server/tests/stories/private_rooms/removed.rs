//! Who is removed, or leaves, gets nothing of the room from that commit on.

use shared::frame::{Anchor, ClientFrame, ServerFrame};
use shared::id::{Epoch, Rev, RoomId, Seq};
use shared::stream::StreamKey;
use tokio::task::JoinHandle;

use super::PrivateRoom;
use crate::support::command::{self, history, remove_member, send, subscribe, typing, watch};
use crate::support::guest::{Guest, enter};
use crate::support::items::Items;
use crate::support::mirror::Mirror;
use crate::support::native::Native;
use crate::support::questions::question_of;
use crate::support::within;

const LOBBY: RoomId = RoomId::LOBBY;
/// Posts around the end of the membership, and posts that are surely later.
const AROUND: usize = 400;
const LATER: usize = 1_000;
/// What is said last in the lobby, where everybody is.
const LAST_WORD: &str = "that is all";

/// Everything that a connection got, as it was written.
type Record = Vec<String>;

/// The connections of somebody whose membership will end.
struct Connections(Vec<JoinHandle<Record>>);

impl Connections {
    /// Opens one of each kind. `known` is a revision of the room that the person knows.
    async fn open(place: &PrivateRoom, epoch: Epoch, known: Rev, garden: RoomId) -> Self {
        let (room, address) = (place.room, place.server.address);
        let member = || async {
            let mut native = place.member.connect(address).await;
            native.subscribe(LOBBY).await;
            native
        };
        let mut open = Vec::new();
        let mut subscribed = member().await;
        subscribed.own(None, Rev::ZERO).await;
        subscribed.subscribe(room).await;
        open.push(tokio::spawn(record(subscribed, is_last_word)));
        let mut watching = member().await;
        let heads = watching.watch_with_notices(Some(&[room, garden])).await;
        let heads = heads.heads;
        assert!(heads.iter().any(|head| head.room == room));
        let heads_of_garden = move |frame: &ServerFrame| match frame {
            ServerFrame::Heads(heads) => heads.heads.iter().any(|head| head.room == garden),
            _ => false,
        };
        open.push(tokio::spawn(record(watching, heads_of_garden)));
        let mut other = place.member.connect(address).await;
        let sent = send(room, "sent again and again");
        other.ask(&sent).await.unwrap();
        let questions: [Box<dyn Fn() -> ClientFrame + Send>; 5] = [
            Box::new(move || subscribe(room, None, Rev::ZERO)),
            Box::new(move || subscribe(room, Some(epoch), known)),
            Box::new(move || history(room, Anchor::Before(Seq(i64::MAX)), Some(20))),
            Box::new(move || watch(Some(&[room]), true)),
            Box::new(move || sent.clone()),
        ];
        for question in questions {
            open.push(tokio::spawn(keep_asking(member().await, question)));
        }
        Connections(open)
    }

    async fn records(self) -> Vec<Record> {
        let mut records = Vec::new();
        for connection in self.0 {
            records.push(within("the last word", connection).await.unwrap());
        }
        records
    }
}

fn is_last_word(frame: &ServerFrame) -> bool {
    let ServerFrame::Changes(changes) = frame else {
        return false;
    };
    let messages = changes.messages();
    messages.iter().any(|message| message.body == LAST_WORD)
}

/// What comes, through the frame that is the last.
async fn record(mut native: Native, is_last: impl Fn(&ServerFrame) -> bool) -> Record {
    let mut record = Record::new();
    native
        .record_until(&mut record, "the last frame", |frame| {
            is_last(frame).then_some(())
        })
        .await;
    record
}

/// Asks the same again after each answer, to the last word.
async fn keep_asking(mut native: Native, question: Box<dyn Fn() -> ClientFrame + Send>) -> Record {
    let mut record = Record::new();
    loop {
        let question = question();
        native.say(&question).await;
        let is_over = native
            .record_until(&mut record, "an answer", |frame| {
                let is_answer = match &question {
                    ClientFrame::Command { client_id, .. } => match frame {
                        ServerFrame::Ack(ack) => Some(ack.client_id) == *client_id,
                        ServerFrame::Error(refusal) => refusal.client_id == *client_id,
                        _ => false,
                    },
                    question => question_of(frame) == Some(command::question(question)),
                };
                let is_over = is_last_word(frame);
                (is_answer || is_over).then_some(is_over)
            })
            .await;
        if is_over {
            return record;
        }
    }
}

/// Asserts that a record holds nothing of the room from this revision on. The last message before
/// it is `last`.
fn assert_nothing_since(record: &Record, room: RoomId, end: Rev, last: Seq) {
    for text in record {
        for later in ["later", "Dora"] {
            assert!(!text.contains(later), "{text}");
        }
        let is_before = match serde_json::from_str(text).unwrap() {
            ServerFrame::Changes(changes) if changes.stream == StreamKey::Room(room) => {
                changes.through < end
            }
            ServerFrame::Reset(reset) if reset.stream == StreamKey::Room(room) => reset.rev < end,
            ServerFrame::History(history) => history.rev < end,
            ServerFrame::Notice(notice) if notice.room == room => notice.seq <= last,
            ServerFrame::Heads(heads) => {
                let mut heads = heads.heads.iter().filter(|head| head.room == room);
                heads.all(|head| head.seq <= last)
            }
            _ => true,
        };
        assert!(is_before, "the end was at {end}, after {last}: {text}");
    }
}

/// Somebody's membership ends by what `person` of the room says, while others post.
async fn a_membership_ends_among_posts(person: impl Fn(&PrivateRoom) -> &Guest) {
    let mut place = PrivateRoom::new().await;
    let (room, ben) = (place.room, place.member_id());
    let garden = place.ada.create_room("garden").await;
    let cora = place.outsider().await;
    place.ada.add_members(room, &[cora.profile.id]).await;
    let mut witness = cora.connect(place.server.address).await;
    let mut witnessed = Mirror::subscribe(&mut witness, room).await;
    let mut returning = Mirror::subscribe(&mut place.ben, room).await;
    place.ben.socket.close().await;
    place.ben = place.member.connect(place.server.address).await;
    let known = place.ben.own(None, Rev::ZERO).await.through;
    let mut ending = person(&place).connect(place.server.address).await;
    ending.subscribe(room).await;
    ending.subscribe(LOBBY).await;
    let (epoch, rev) = (returning.epoch, returning.rev);
    let connections = Connections::open(&place, epoch, rev, garden).await;

    let end = async {
        // Some posts have come by then, and many are on their way.
        while ending.changes(room).await.through < Rev(rev.0 + 50) {}
        ending.remove_member(room, ben).await
    };
    let posts = (0..AROUND).map(|number| format!("around {number}"));
    let (acks, end) = tokio::join!(place.ada.post_all(room, posts), end);
    let before = acks.iter().filter(|ack| ack.rev.unwrap() < end);
    let last = before.map(|ack| ack.seq.unwrap()).max().unwrap();
    let mut dora = enter(place.server.address, "Dora").await;
    place.ada.add_members(room, &[dora.user().id]).await;
    dora.subscribe(room).await;
    dora.say(&typing(room)).await;
    let posts = (0..LATER).map(|number| format!("later {number}"));
    let acks = place.ada.post_all(room, posts).await;
    let head = acks.last().unwrap().rev.unwrap();
    witnessed.read_to(&mut witness, head).await;
    place.ada.post(LOBBY, LAST_WORD).await;
    place.ada.post(garden, LAST_WORD).await;

    let mut records = connections.records().await;
    // The one that watches gets nothing within the first second.
    for record in records.iter().take(1).chain(&records[2..]) {
        let names = [format!("room/{room}"), format!(r#""room":{room}"#)];
        let is_about = |text: &String| names.iter().any(|name| text.contains(name));
        assert!(record.iter().any(is_about), "nothing before: {record:?}");
    }
    if ending.user().id == ben {
        records.push(record(ending, is_last_word).await);
    }
    for record in &records {
        assert_nothing_since(record, room, end, last);
    }
    let tombstone = records[0].iter().filter(|text| text.contains("left_at"));
    assert_eq!(tombstone.count(), 1, "in the own stream, live");
    assert_eq!(witnessed.members[&ben].rev, end);
    assert!(witnessed.members[&ben].left_at.is_some());

    // A new membership gives all back.
    place.ada.add_members(room, &[ben]).await;
    let [own] = place.ben.own(Some(epoch), known).await.memberships()[..] else {
        panic!("one membership");
    };
    assert_eq!((own.room, own.left_at), (room, None));
    returning.catch_up(&mut place.ben).await;
    returning.assert_whole();
    witnessed.read_to(&mut witness, returning.rev).await;
    assert_eq!(returning.bodies(), witnessed.bodies());
    let live = place.ada.post(room, "welcome back").await.rev.unwrap();
    returning.read_to(&mut place.ben, live).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removed_member_gets_nothing_from_the_removal_on() {
    a_membership_ends_among_posts(|place| &place.manager).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_leaves_gets_nothing_from_then_on() {
    a_membership_ends_among_posts(|place| &place.member).await;
}

#[tokio::test]
async fn a_subscription_is_as_if_it_had_never_been_once_the_membership_has_ended() {
    let mut place = PrivateRoom::new().await;
    let room = place.room;
    place.ada.subscribe(room).await;
    place.ben.subscribe(room).await;
    let here = async |ada: &mut Native, expected: usize| {
        ada.expect("presence", |frame| match frame {
            ServerFrame::Presence { count, .. } if *count == expected => Some(()),
            _ => None,
        })
        .await;
    };
    here(&mut place.ada, 2).await;
    let removal = remove_member(room, place.member_id());
    place.ada.ask(&removal).await.unwrap();
    // They are not present there, and cannot type.
    here(&mut place.ada, 1).await;
    place.ben.say(&typing(room)).await;
    place.ben.settle().await;
    place.ada.say(&typing(room)).await;
    let people = place
        .ada
        .expect("who types", |frame| match frame {
            ServerFrame::Typing { people, .. } => Some(people.clone()),
            _ => None,
        })
        .await;
    assert_eq!(people, [place.manager.profile.clone()]);
}
