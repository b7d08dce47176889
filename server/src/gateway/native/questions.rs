//! Questions: what a client asks for. Each answer repeats the number of its question.
//!
//! The order is always the same. The connection takes its slot, muted, among the subscribers;
//! then the store says whether the person may read the room; then the slot is opened; only then
//! the content is read. A permission that ends in between evicts the slot, and then the answer is
//! not sent.

use shared::error::ErrorCode;
use shared::frame::{Anchor, History, People, Refusal, Rooms, ServerFrame};
use shared::id::{RoomId, UserId};
use shared::model::{Room, RoomKind};
use shared::stream::{Item, StreamKey};

use super::reader_frames;
use super::subscriptions::RoomSubscription;
use super::{Native, WelcomedClient};
use crate::gateway::delivery::encode;
use crate::gateway::delivery::resume_cache::{ResumeQuery, answer_frame};
use crate::store::{RoomSelection, StoreError};

impl Native {
    fn client(&mut self) -> Result<&mut WelcomedClient, Refusal> {
        self.client
            .as_mut()
            .ok_or_else(|| Refusal::new(ErrorCode::HelloFirst))
    }

    /// Subscribes to a stream, and answers what the client has missed of it.
    pub(super) async fn subscribe(
        &mut self,
        question: u32,
        stream: StreamKey,
        query: ResumeQuery,
    ) -> Result<(), Refusal> {
        let gateway = self.gateway.clone();
        let client = self.client()?;
        gateway.rate_limits.take_query(&client.limit_subject)?;
        // Subscribe before reading: what is committed in between is sent twice, which is
        // harmless, and not lost.
        match stream {
            StreamKey::Room(room) => return self.subscribe_room(question, room, query).await,
            StreamKey::Directory => client.subscriptions.subscribe_directory(),
            StreamKey::Own => client.subscriptions.subscribe_own(),
        }
        let viewer = client.viewer;
        if stream == StreamKey::Own && viewer.user().is_none() {
            self.send(&answer_frame(
                stream,
                reader_frames::own_stream(),
                Some(question),
            ));
            return Ok(());
        }
        let answer = gateway
            .chat
            .changes(viewer, stream, query.known, query.limits)
            .await?;
        self.send(&answer_frame(stream, answer, Some(question)));
        Ok(())
    }

    async fn subscribe_room(
        &mut self,
        question: u32,
        room: RoomId,
        query: ResumeQuery,
    ) -> Result<(), Refusal> {
        let subscription = self.client()?.subscriptions.subscribe_room(room)?;
        let answered = self.answer_about_room(question, room, query, subscription);
        let answered = answered.await;
        match (&answered, subscription) {
            (Ok(()), RoomSubscription::New) => self.send_presence(room),
            (Err(_), RoomSubscription::New) => self.client()?.subscriptions.unsubscribe_room(room),
            (_, RoomSubscription::Present) => {}
        }
        answered
    }

    async fn answer_about_room(
        &mut self,
        question: u32,
        room: RoomId,
        query: ResumeQuery,
        subscription: RoomSubscription,
    ) -> Result<(), Refusal> {
        let gateway = self.gateway.clone();
        let viewer = self.client()?.viewer;
        let chat = &gateway.chat;
        let kind = chat.room_kind(viewer, room).await?;
        if subscription == RoomSubscription::New {
            self.client()?.subscriptions.open_room(room)?;
        }
        let stream = StreamKey::Room(room);
        let read = async || {
            chat.changes(viewer, stream, query.known, query.limits)
                .await
        };
        // What is kept for all has messages that do not exist for some guests.
        let is_shared = kind == RoomKind::Public && !viewer.hides_messages();
        if is_shared {
            let memory = &gateway.connections.memory;
            let cache = &gateway.hub.resume_cache;
            let shared = cache.get_or_read(room, query, memory, read).await?;
            let start = encode::answer_start(question, &shared);
            let outbox = self.outbox.clone();
            // The cache has counted the bytes that are shared.
            self.push_to_subscriber(room, || {
                outbox.push_shared(start, shared);
            })
        } else {
            let frame = answer_frame(stream, read().await?, Some(question));
            let bytes = encode::text_frame(&frame);
            let bytes = bytes.ok_or_else(|| Refusal::new(ErrorCode::StorageFailed))?;
            let outbox = self.outbox.clone();
            self.push_to_subscriber(room, || {
                outbox.push(bytes);
            })
        }
    }

    /// Pushes something of a room, unless the permission to read the room has ended.
    fn push_to_subscriber(&mut self, room: RoomId, push: impl FnOnce()) -> Result<(), Refusal> {
        let slot = self.client()?.subscriptions.room_slot(room);
        if slot.is_some_and(|slot| slot.push_unless_evicted(push)) {
            Ok(())
        } else {
            Err(Refusal::new(ErrorCode::NoSuchRoom))
        }
    }

    /// Sends who is present in a room that was just subscribed, unless nobody has a session here.
    /// If it does not fit into the outbox, it is sent with the room's next presence update.
    fn send_presence(&self, room: RoomId) {
        let client = self.client.as_ref();
        let client = client.filter(|client| client.viewer.user().is_some());
        let slot = client.and_then(|client| client.subscriptions.room_slot(room));
        if slot.is_none() {
            return;
        }
        // Locked until the frame is queued, so that a later state is sent after it.
        let mut presence = self.gateway.hub.presence.lock();
        let frame = presence
            .snapshot(room)
            .as_ref()
            .and_then(encode::text_frame);
        let mut is_queued = false;
        if let (Some(slot), Some(frame)) = (slot, frame) {
            slot.push_unless_evicted(|| is_queued = self.outbox.push_ephemeral(frame));
        }
        if !is_queued {
            presence.mark_changed(room);
        }
    }

    /// Answers with a page of messages.
    pub(super) async fn history(
        &mut self,
        question: u32,
        room: RoomId,
        anchor: Anchor,
        limit: Option<usize>,
    ) -> Result<(), Refusal> {
        let gateway = self.gateway.clone();
        let client = self.client()?;
        gateway.rate_limits.take_query(&client.limit_subject)?;
        let viewer = client.viewer;
        let subscription = client.subscriptions.subscribe_for_question(room);
        let page = gateway.chat.history(viewer, room, anchor, limit).await?;
        let answer = ServerFrame::History(History {
            question,
            room,
            rev: page.rev,
            seq: page.seq,
            items: page.messages.into_iter().map(Item::Message).collect(),
        });
        // Encoded before the push, which holds up everybody else in the room.
        let bytes = encode::text_frame(&answer);
        let bytes = bytes.ok_or_else(|| Refusal::new(ErrorCode::StorageFailed))?;
        let push = || {
            self.outbox.push(bytes);
        };
        if subscription.slot().push_unless_evicted(push) {
            Ok(())
        } else {
            Err(Refusal::new(ErrorCode::NoSuchRoom))
        }
    }

    /// Answers with the people who have these ids.
    pub(super) async fn people(&mut self, question: u32, ids: Vec<UserId>) -> Result<(), Refusal> {
        let gateway = self.gateway.clone();
        let client = self.client()?;
        let (limits, subject) = (&gateway.rate_limits, &client.limit_subject);
        limits.take_query(subject)?;
        limits.take_list(subject, ids.len())?;
        let viewer = client.viewer;
        let people = gateway.chat.people(viewer, ids).await?;
        self.send(&ServerFrame::People(People { question, people }));
        Ok(())
    }

    /// Answers with the state of rooms.
    pub(super) async fn rooms(&mut self, question: u32, ids: Vec<RoomId>) -> Result<(), Refusal> {
        let gateway = self.gateway.clone();
        let client = self.client()?;
        let (limits, subject) = (&gateway.rate_limits, &client.limit_subject);
        limits.take_query(subject)?;
        limits.take_list(subject, ids.len())?;
        let (viewer, watcher) = (client.viewer, client.subscriptions.watcher()?);
        let watchers = &gateway.hub.watchers;
        watchers.begin_question(watcher);
        let found = gateway.chat.rooms(viewer, ids).await;
        let mut rooms = found.inspect_err(|_| watchers.give_up_question(watcher))?;
        let encode = |rooms: &[Room]| {
            let rooms = rooms.to_vec();
            encode::text_frame(&ServerFrame::Rooms(Rooms { question, rooms }))
        };
        // Before the lock, which everybody needs.
        let mut bytes = encode(&rooms);
        watchers.answer(watcher, |outbox, evicted| {
            if !evicted.is_empty() {
                rooms.retain(|room| !evicted.contains(&room.id));
                bytes = encode(&rooms);
            }
            if let Some(bytes) = bytes {
                outbox.push(bytes);
            }
        });
        Ok(())
    }

    /// Watches rooms, and answers with what is unread there.
    pub(super) async fn watch(
        &mut self,
        question: u32,
        rooms: Option<Vec<RoomId>>,
        wants_notices: bool,
    ) -> Result<(), Refusal> {
        let gateway = self.gateway.clone();
        let (chat, hub) = (&gateway.chat, &gateway.hub);
        let client = self.client()?;
        let subject = client.limit_subject.clone();
        gateway.rate_limits.take_query(&subject)?;
        // Before anything is looked up: what does not exist costs as much.
        let named = rooms.as_ref().map_or(0, Vec::len);
        gateway.rate_limits.take_list(&subject, named)?;
        let selection = match rooms {
            Some(rooms) if rooms.len() > chat.limits().watched => return Err(too_many()),
            Some(rooms) => RoomSelection::These(rooms),
            None => RoomSelection::Own,
        };
        let (viewer, watcher) = (client.viewer, client.subscriptions.watcher()?);
        hub.watchers.begin_question(watcher);
        let answered = async {
            let visible = chat.watchable_rooms(viewer, selection).await?;
            if named == 0 {
                gateway.rate_limits.take_list(&subject, visible.len())?;
            }
            self.watch_rooms(question, visible, wants_notices).await
        };
        answered
            .await
            .inspect_err(|_| hub.watchers.give_up_question(watcher))
    }

    /// Watches rooms that the person may read.
    async fn watch_rooms(
        &mut self,
        question: u32,
        visible: Vec<(RoomId, RoomKind)>,
        wants_notices: bool,
    ) -> Result<(), Refusal> {
        let gateway = self.gateway.clone();
        let (chat, hub) = (&gateway.chat, &gateway.hub);
        let client = self.client()?;
        let (viewer, watcher) = (client.viewer, client.subscriptions.watcher()?);
        let ids: Vec<RoomId> = visible.iter().map(|(room, _)| *room).collect();
        let (added, count) = hub.watchers.unwatched(watcher, &ids);
        if count + added.len() > chat.limits().watched {
            return Err(too_many());
        }
        // Counted as a watcher meanwhile, so that the heads are kept.
        let heads = &hub.unread_heads;
        let _pinned = heads.pin_meanwhile(&ids);
        let loaded = heads.load(&ids, &*gateway.store).await;
        loaded.map_err(StoreError::into_refusal)?;
        let mut captured = heads.capture(&ids);
        // What was captured may be newer than the memberships that were read. So those are read
        // once more.
        let private: Vec<RoomId> = visible
            .into_iter()
            .filter(|(_, kind)| *kind != RoomKind::Public)
            .map(|(room, _)| room)
            .collect();
        if !private.is_empty() {
            let selection = RoomSelection::These(private.clone());
            let still_visible = chat.watchable_rooms(viewer, selection).await?;
            captured.retain(|head| {
                let find = |(room, _): &(RoomId, RoomKind)| room.cmp(&head.room);
                private.binary_search(&head.room).is_err()
                    || still_visible.binary_search_by(find).is_ok()
            });
        }
        hub.watchers
            .watch(watcher, question, captured, wants_notices, heads);
        Ok(())
    }

    /// Ends the watching of rooms.
    pub(super) fn unwatch(&mut self, rooms: Vec<RoomId>) -> Result<(), Refusal> {
        let gateway = self.gateway.clone();
        let client = self.client()?;
        let (limits, subject) = (&gateway.rate_limits, &client.limit_subject);
        limits.take_query(subject)?;
        limits.take_list(subject, rooms.len())?;
        client.subscriptions.unwatch(rooms);
        Ok(())
    }
}

fn too_many() -> Refusal {
    Refusal::new(ErrorCode::TooManySubscriptions)
}
