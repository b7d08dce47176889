//! A guest of one room comes back: with `shared::sync`, as the page does.

use std::net::SocketAddr;

use shared::frame::{Anchor, ClientFrame, ServerFrame};
use shared::id::{Micros, Rev, RoomId, Seq, UserId};
use shared::model::Message;
use shared::stream::Item;
use shared::sync::{Replica, SyncEvent, SyncOutput};

use super::{EARLIER, Place};
use crate::support::command::{new_id, rename};
use crate::support::guest::Guest;
use crate::support::items::Items;
use crate::support::native::PATH;
use crate::support::process::admin;
use crate::support::socket::{Event, Socket};
use crate::support::within;

const NOW: Micros = Micros(1_700_000_000_000_000);

/// A replica with its room open, on a socket.
struct Client {
    guest: Guest,
    room: RoomId,
    replica: Replica,
    socket: Socket,
    /// Of this connection.
    events: Vec<SyncEvent>,
    sent: Vec<ClientFrame>,
}

impl Client {
    /// A first visit.
    async fn new(address: SocketAddr, guest: Guest, room: RoomId) -> Self {
        let mut replica = Replica::new(guest.profile.clone());
        replica.set_token(Some(guest.token.clone()));
        let _asked_once_connected = replica.open(room);
        let mut client = Client {
            guest,
            room,
            replica,
            socket: Socket::open(address, PATH, &[]).await.unwrap(),
            events: Vec::new(),
            sent: Vec::new(),
        };
        client.greet().await;
        client
    }

    /// The next connection.
    async fn reconnect(&mut self, address: SocketAddr) {
        self.lose_connection();
        self.socket = Socket::open(address, PATH, &[]).await.unwrap();
        self.greet().await;
    }

    fn lose_connection(&mut self) {
        let _nothing_to_send = self.replica.disconnected();
        self.events.clear();
        self.sent.clear();
    }

    async fn greet(&mut self) {
        let output = self.replica.connected();
        self.carry_out(output).await;
        // What is answered first may be asked about.
        self.settle().await;
        self.settle().await;
    }

    async fn carry_out(&mut self, output: SyncOutput) {
        for frame in output.send {
            let text = serde_json::to_string(&frame).unwrap();
            self.socket.text(text).await;
            self.sent.push(frame);
        }
        self.events.extend(output.events);
    }

    async fn post(&mut self, body: &str) {
        let output = self.replica.post(new_id(), self.room, body.into(), NOW);
        self.carry_out(output).await;
    }

    /// Receives one frame. Returns whether it is a pong.
    async fn receive(&mut self) -> bool {
        let Event::Text(text) = self.socket.event().await else {
            panic!("the connection has ended");
        };
        let frame: ServerFrame = serde_json::from_str(&text).unwrap();
        let is_pong = frame == ServerFrame::Pong {};
        let output = self.replica.receive(frame, NOW);
        self.carry_out(output).await;
        is_pong
    }

    /// Waits until the server has handled everything that was sent before.
    async fn settle(&mut self) {
        let ping = serde_json::to_string(&ClientFrame::Ping {}).unwrap();
        self.socket.text(ping).await;
        within("a pong", async { while !self.receive().await {} }).await;
    }

    fn asks_for_people(&self) -> bool {
        let mut sent = self.sent.iter();
        sent.any(|frame| matches!(frame, ClientFrame::People { .. }))
    }

    /// Whose names have changed on this connection, or have become void.
    fn renamed(&self) -> Vec<UserId> {
        let names = self.events.iter().filter_map(|event| match event {
            SyncEvent::Names(people) => Some(people.clone()),
            _ => None,
        });
        names.flatten().collect()
    }
}

/// The rooms of three guests: a public one with and without what was said before, and a private one.
async fn guests(place: &mut Place) -> Vec<Client> {
    place.olga.ask(&rename("Olga the gardener")).await.unwrap();
    let den = place.olga.create_private_room("den").await;
    place.olga.post(den, EARLIER).await;
    let mut clients = Vec::new();
    for (room, with_history) in [(place.room, true), (place.room, false), (den, false)] {
        let guest = place.guest_of(room, with_history).await;
        place.olga.post(room, "welcome").await;
        clients.push(Client::new(place.server.address, guest, room).await);
    }
    clients
}

/// What a guest has written.
async fn written_by(place: &mut Place, client: &Client) -> Vec<String> {
    let page = place.olga.history(client.room, Anchor::After(Seq(0)), None);
    let messages = page.await.unwrap().messages().into_iter();
    let own = messages.filter(|message| message.author.id == Some(client.guest.profile.id));
    own.map(|message| message.body).collect()
}

#[tokio::test]
async fn what_a_guest_wrote_around_a_restart_is_sent_and_stored_once() {
    let mut place = Place::new().await;
    let mut clients = guests(&mut place).await;
    for client in &mut clients {
        // It is stored, but the answer never arrives.
        place.olga.subscribe(client.room).await;
        client.post("just before").await;
        let is_it = |message: &Message| message.body == "just before";
        while !place
            .olga
            .changes(client.room)
            .await
            .messages()
            .iter()
            .any(is_it)
        {}
        client.lose_connection();
        client.post("meanwhile").await;
    }
    let mut place = place.restart().await;
    let olga = place.owner.profile.id;
    for client in &mut clients {
        client.reconnect(place.server.address).await;
        within("all answers", async {
            while client.replica.all_pending().next().is_some() {
                client.receive().await;
            }
        })
        .await;
        let is_refusal = |event: &SyncEvent| matches!(event, SyncEvent::Refused { .. });
        assert!(!client.events.iter().any(is_refusal), "{:?}", client.events);
        let written = written_by(&mut place, client).await;
        assert_eq!(written, ["just before", "meanwhile"]);
        // The names are those of before, too.
        assert_eq!(client.replica.name(olga), Some("Olga the gardener"));
        assert!(!client.asks_for_people(), "{:?}", client.sent);
    }
}

#[tokio::test]
async fn a_guest_who_comes_back_keeps_the_names_and_learns_of_those_that_have_changed() {
    let mut place = Place::new().await;
    let address = place.server.address;
    let silent = place.member("mina").await;
    let mut clients = guests(&mut place).await;
    let olga = place.owner.profile.id;
    for client in &mut clients {
        client.reconnect(address).await;
        assert_eq!(client.replica.name(olga), Some("Olga the gardener"));
        assert_eq!(client.renamed(), []);
        client.lose_connection();
    }
    place.olga.ask(&rename("Olga of the yard")).await.unwrap();
    let mut mina = silent.connect(address).await;
    mina.ask(&rename("Mina of elsewhere")).await.unwrap();
    for client in &mut clients {
        client.reconnect(address).await;
        assert_eq!(client.replica.name(olga), Some("Olga of the yard"));
        assert_eq!(client.renamed(), [olga]);
        assert!(!client.asks_for_people(), "{:?}", client.sent);
        assert_eq!(client.replica.name(silent.profile.id), None);
    }
}

#[tokio::test]
async fn the_directory_of_a_guest_goes_on_where_it_is_known_and_passes_other_rooms_over() {
    let mut place = Place::new().await;
    let address = place.server.address;
    let garden = place.room;
    let guest = place.guest_of(garden, false).await;
    let mut gus = guest.connect(address).await;
    let epoch = Some(gus.epoch());
    let first = gus.directory(None, Rev::ZERO).await;
    assert_eq!((first.from, first.items().len()), (Rev::ZERO, 1));
    assert_eq!(first.room().id, garden);
    assert_eq!(Some(first.through), first.head);

    place.olga.create_room("orchard").await;
    place.olga.ask(&rename("Olga the gardener")).await.unwrap();
    let passed = gus.directory(epoch, first.through).await;
    assert_eq!(passed.from, first.through);
    // She manages the garden: the guest sees her among its members.
    let [Item::Person(olga)] = passed.items() else {
        panic!("{passed:?}");
    };
    assert_eq!(olga.name, "Olga the gardener");
    assert_eq!(passed.through, Rev(first.through.0 + 2));
    // She writes in what the guest sees, and the room ends.
    place.olga.post(garden, "welcome").await;
    let folder = place.server.folder.path();
    admin(folder, &["remove-room", &garden.to_string()]).await;
    let missed = gus.directory(epoch, passed.through).await;
    assert_eq!(missed.from, passed.through);
    assert!(missed.room().removed_at.is_some(), "{missed:?}");
    assert_eq!(gus.directory(None, Rev::ZERO).await.items().len(), 0);
}
