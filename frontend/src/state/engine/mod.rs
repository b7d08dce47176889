//! The engine behind the [`Client`]: it connects the replica, the socket and the signals.
//!
//! Every change takes the same path: an action ([`Engine::act`]) or a frame changes the
//! replica, the returned frames go to the socket, the returned events set signals. Setting a
//! signal only marks its readers, so no page code runs while the replica is borrowed.

mod apply_output;
mod attention;
mod frame_queue;
mod frames;
mod offline;
mod persistence;
mod profiles;
mod reading;
mod refusals;
mod session;
mod update_signals;
mod visit;

use std::cell::{Cell, OnceCell, Ref, RefCell};
use std::rc::Rc;
use std::time::Duration;

use futures::channel::oneshot;
use leptos::prelude::*;
use shared::frame::Ack;
use shared::id::{ClientId, Micros, RoomId, UserId};
use shared::permission::Standing;
use shared::sync::{Replica, SyncOutput};

use super::authentication::Authentication;
use super::drafts::Drafts;
use super::pending::PendingStore;
use super::people::People;
use super::room_list::{PlaceRow, RoomList};
use super::signals::Signals;
use super::tab::Tab;
use super::timeline::{RoomView, ViewRequest};
use super::types::{
    MarkedRoom, OfflineReason, RoomPresence, RoomStatus, ToastMessage, TypingPeople,
};
use crate::api::Failure;
use crate::browser;
use crate::socket::Socket;
use frame_queue::FrameQueue;

/// A message without an answer for this long is shown as waiting.
const ANSWER_TIME: Duration = Duration::from_secs(5);

/// The signals of one room in the list of rooms.
#[derive(Clone)]
pub(super) struct RoomSignals {
    pub(super) state: ArcRwSignal<RoomStatus>,
    /// What the person is there.
    pub(super) standing: ArcRwSignal<Standing>,
    pub(super) row: ArcRwSignal<PlaceRow>,
}

/// The signals of the people in one room.
#[derive(Clone)]
pub(super) struct PeopleSignals {
    pub(super) presence: ArcRwSignal<Option<RoomPresence>>,
    pub(super) typing: ArcRwSignal<TypingPeople>,
}

pub(super) type CommandResult = Result<Ack, Failure>;

/// Gives a command to the replica.
pub(super) type GiveCommand = Box<dyn FnOnce(&mut Replica, ClientId, Micros) -> SyncOutput>;

/// The one engine of the page.
pub(super) struct Engine {
    pub(super) signals: Signals,
    replica: RefCell<Option<Replica>>,
    socket: OnceCell<Socket>,
    frame_queue: FrameQueue,
    view: RefCell<Option<Rc<RoomView>>>,
    /// By id.
    rooms: RefCell<Vec<(RoomId, RoomSignals)>>,
    people_in_rooms: RefCell<Vec<(RoomId, PeopleSignals)>>,
    pub(super) room_list: RefCell<RoomList>,
    commands: RefCell<Vec<(ClientId, oneshot::Sender<CommandResult>)>>,
    /// The rooms that were marked as read together last.
    pub(super) marked: RefCell<Vec<MarkedRoom>>,
    tab: Rc<Tab>,
    pub(super) drafts: Rc<Drafts>,
    pending: RefCell<Option<PendingStore>>,
    people: RefCell<People>,
    /// Who shares a name with whom has changed since direct conversations were named.
    namesakes_changed: Cell<bool>,
    /// Who is shown, and of whom more than the name is to be asked for.
    wanted_profiles: RefCell<Vec<UserId>>,
    poll_at: Cell<Option<Micros>>,
    /// Whether the person's read marks have arrived.
    read_marks_known: Cell<bool>,
    /// The read marks have arrived with the present frame.
    read_marks_arrived: Cell<bool>,
    /// The person had no read marks: this is the first visit, and the directory is not whole yet.
    is_first_visit: Cell<bool>,
    /// Whether the server was asked what the place is called.
    knows_place: Cell<bool>,
    /// The first page of the directory has arrived, perhaps at an earlier visit.
    directory_answered: Cell<bool>,
    /// Every page of the directory has arrived.
    directory_is_whole: Cell<bool>,
    /// When the connection was lost (milliseconds of the page's clock).
    down_since: Cell<Option<f64>>,
    /// Why there is no connection, as far as is known.
    offline_reason: Cell<OfflineReason>,
    authentication: &'static Authentication,
    /// The person has signed in, and it is not yet proven that the browser stored the cookie.
    is_session_unproven: Cell<bool>,
    last_input_at: Cell<f64>,
    /// The tag of the session that is shown.
    session_tag: RefCell<Option<String>>,
}

impl Engine {
    pub(super) fn new(signals: &Signals, authentication: &'static Authentication) -> Rc<Self> {
        let tab = Tab::open();
        tab.take_over();
        Rc::new(Engine {
            signals: *signals,
            replica: RefCell::default(),
            socket: OnceCell::new(),
            frame_queue: FrameQueue::default(),
            view: RefCell::default(),
            rooms: RefCell::default(),
            people_in_rooms: RefCell::default(),
            room_list: RefCell::default(),
            commands: RefCell::default(),
            marked: RefCell::default(),
            drafts: Drafts::open(Rc::clone(&tab)),
            tab,
            pending: RefCell::default(),
            people: RefCell::default(),
            namesakes_changed: Cell::new(false),
            wanted_profiles: RefCell::default(),
            poll_at: Cell::new(None),
            read_marks_known: Cell::new(false),
            read_marks_arrived: Cell::new(false),
            is_first_visit: Cell::new(false),
            knows_place: Cell::new(false),
            directory_answered: Cell::new(false),
            directory_is_whole: Cell::new(false),
            down_since: Cell::new(None),
            offline_reason: Cell::new(OfflineReason::NoAnswer),
            authentication,
            is_session_unproven: Cell::new(false),
            last_input_at: Cell::new(f64::MIN),
            session_tag: RefCell::default(),
        })
    }

    /// Calls a method of the replica and applies its output. Does nothing while nobody is signed
    /// in.
    pub(super) fn act(self: &Rc<Self>, event: impl FnOnce(&mut Replica, Micros) -> SyncOutput) {
        let output = match self.replica.borrow_mut().as_mut() {
            Some(replica) => event(replica, now()),
            None => return,
        };
        self.apply_output(output);
    }

    /// Notes a person's shown name.
    pub(super) fn note_person(&self, id: UserId, name: &str) {
        let changed = self
            .people
            .borrow_mut()
            .note_person(id, name, browser::folded);
        if changed {
            self.namesakes_changed.set(true);
            self.people_look_different();
        }
    }

    /// Colours, or what tells people of one name apart, have changed.
    pub(super) fn people_look_different(&self) {
        let times = self.signals.people.try_get_untracked().unwrap_or_default();
        let _ = self.signals.people.try_set(times + 1);
    }

    /// Who is signed in.
    pub(super) fn user(&self) -> Option<UserId> {
        self.read(|replica| replica.user().map(|user| user.id))
            .flatten()
    }

    /// Whether there is somebody to connect: a person, or who reads without a session.
    pub(super) fn is_active(&self) -> bool {
        self.replica.borrow().is_some()
    }

    /// Everyone whose name the page has shown.
    pub(super) fn people(&self) -> Ref<'_, People> {
        self.people.borrow()
    }

    /// Reads from the replica.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Replica) -> T) -> Option<T> {
        self.replica.borrow().as_ref().map(read)
    }

    /// Sends a command and waits for its answer. The closure is boxed, so that this is compiled
    /// once.
    pub(super) async fn command(self: &Rc<Self>, give: GiveCommand) -> CommandResult {
        if self.replica.borrow().is_none() {
            // The session ended while the form was open.
            return Err(Failure::Unreachable);
        }
        let client_id = browser::new_client_id();
        let (answer, answered) = oneshot::channel();
        self.commands.borrow_mut().push((client_id, answer));
        self.act(|replica, now| give(replica, client_id, now));
        answered.await.unwrap_or(Err(Failure::Unreachable))
    }

    /// Nobody waits for the answers to commands any more. Those that were never sent are
    /// withdrawn.
    pub(super) fn withdraw_commands(self: &Rc<Self>) {
        for (client_id, _) in self.commands.take() {
            let withdrawn = self
                .replica
                .borrow_mut()
                .as_mut()
                .map(|r| r.withdraw(client_id));
            match withdrawn.flatten() {
                Some(output) => self.apply_output(output),
                None => self.show_toast(ToastMessage::AlreadySent),
            }
        }
    }

    pub(super) fn socket(&self) -> Option<&Socket> {
        self.socket.get()
    }

    /// The signals of a room, made at the first call.
    pub(super) fn room(&self, room: RoomId) -> RoomSignals {
        if let Some(signals) = self.room_signals(room) {
            return signals;
        }
        let signals = RoomSignals {
            state: ArcRwSignal::new(RoomStatus::Unknown),
            standing: ArcRwSignal::new(Standing::Outsider),
            row: ArcRwSignal::new(self.place_row(room)),
        };
        let mut rooms = self.rooms.borrow_mut();
        let at = rooms.partition_point(|(id, _)| *id < room);
        rooms.insert(at, (room, signals.clone()));
        drop(rooms);
        self.update_room_status(room);
        signals
    }

    /// The signals of the people in a room, made at the first call.
    pub(super) fn people_in(&self, room: RoomId) -> PeopleSignals {
        if let Some(signals) = self.people_signals(room) {
            return signals;
        }
        let signals = PeopleSignals {
            presence: ArcRwSignal::default(),
            typing: ArcRwSignal::default(),
        };
        self.people_in_rooms
            .borrow_mut()
            .push((room, signals.clone()));
        self.update_presence(room);
        self.update_typing(room);
        signals
    }

    /// The shown room.
    pub(super) fn view(&self) -> Option<Rc<RoomView>> {
        self.view.borrow().clone()
    }

    /// A room is shown.
    pub(super) fn enter(self: &Rc<Self>, view: &Rc<RoomView>) {
        let before = self.view.replace(Some(Rc::clone(view)));
        if let Some(before) = before.filter(|before| before.room != view.room) {
            self.close(before.room);
        }
        view.note_new_replica();
        self.adopt_edit(view);
        self.act(|replica, _| replica.open(view.room));
        self.refresh_view();
        self.mark_read();
        // A closed conversation is in the list while it is shown.
        self.update_sections();
    }

    /// A room is not shown any more, unless another view of it is.
    pub(super) fn leave(self: &Rc<Self>, view: &Rc<RoomView>) {
        let is_current = self.view().is_some_and(|now| Rc::ptr_eq(&now, view));
        if is_current {
            self.view.replace(None);
            self.close(view.room);
            // Now a closed conversation is not in the list any more.
            self.update_sections();
        }
    }

    /// Closes a room. Who is there and who is typing is not known of it any more.
    fn close(self: &Rc<Self>, room: RoomId) {
        self.act(|replica, _| replica.close(room));
        self.update_presence(room);
        self.update_typing(room);
    }

    /// Updates the shown room, and requests what it lacks.
    pub(super) fn refresh_view(self: &Rc<Self>) {
        let Some(view) = self.view() else { return };
        let known = self.read_marks_known.get();
        let wish = self.read(|replica| view.refresh(replica, known)).flatten();
        let Some(wish) = wish else {
            return;
        };
        let room = view.room;
        if let ViewRequest::ReportMissing(seq) = wish {
            self.report_missing_message(room, seq);
            return self.refresh_view();
        }
        self.act(|replica, _| match wish {
            ViewRequest::ReportMissing(_) => SyncOutput::default(),
            ViewRequest::Around(seq) => replica.open_around(room, seq),
            ViewRequest::Latest => replica.jump_to_latest(room),
            ViewRequest::Older => replica.load_older(room),
            ViewRequest::Newer => replica.load_newer(room),
        });
    }

    /// Sets the message that the reader looks at; `None`: the end.
    pub(super) fn set_reader(&self, room: RoomId, seq: Option<shared::id::Seq>) {
        if let Some(replica) = self.replica.borrow_mut().as_mut() {
            replica.set_reader(room, seq);
        }
    }

    /// After a while, shows what has no answer yet as waiting.
    pub(super) fn look_for_late_answers(self: &Rc<Self>) {
        let (engine, given_until) = (Rc::clone(self), now());
        browser::after(ANSWER_TIME, move || {
            if let Some(view) = engine.view() {
                view.note_late_answers(given_until);
                engine.refresh_view();
            }
        });
    }

    /// Schedules a call of [`Replica::poll`].
    fn schedule_poll(self: &Rc<Self>) {
        let due = self.read(Replica::next_timer).flatten();
        if due == self.poll_at.get() {
            return;
        }
        self.poll_at.set(due);
        let Some(due) = due else { return };
        let micros = u64::try_from(due.0 - now().0).unwrap_or(0);
        let engine = Rc::clone(self);
        browser::after(
            Duration::from_micros(micros) + Duration::from_millis(1),
            move || {
                if engine.poll_at.get() == Some(due) {
                    engine.poll_at.set(None);
                    engine.act(Replica::poll);
                    engine.schedule_poll();
                }
            },
        );
    }
}

/// The current time, by the browser's clock.
pub(super) fn now() -> Micros {
    Micros(
        i64::try_from(browser::unix_ms())
            .unwrap_or(i64::MAX)
            .saturating_mul(1_000),
    )
}
