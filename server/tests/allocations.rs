//! Counts the allocations of a delivery. The number has no noise, so that a later change can be
//! compared with it.
//!
//! This is a test program of its own, because the counter replaces the allocator of the whole
//! program.

#[path = "support/commit.rs"]
mod commit;
#[path = "support/subscribers.rs"]
mod subscribers;

use allocation_counter::measure;
use commit::commit;
use server::gateway::delivery::hub::Topic;
use server::store::StreamId;
use shared::id::RoomId;
use subscribers::Subscribers;

/// Allocations of a delivery on the native protocol, however many subscribers there are: the list of
/// messages, their frame, and the reference count of the frame are among them.
const NATIVE: u64 = 4;
/// On the simple protocol: the ranges of the frames, the frames, and the reference count.
const SIMPLE: u64 = 4;

fn allocations(topic: Topic, members: u64) -> u64 {
    let mut subscribers = Subscribers::of(topic, members);
    // Queues get their first memory.
    subscribers.deliver(commit(1));
    let mut next = Some(commit(1));
    measure(|| {
        next.take()
            .into_iter()
            .for_each(|batch| subscribers.deliver(batch));
    })
    .count_total
}

#[test]
fn a_delivery_allocates_once_for_all_and_not_per_reader() {
    for (topic, most) in [
        (Topic::Stream(StreamId::Room(RoomId::LOBBY)), NATIVE),
        (Topic::SimpleLobby, SIMPLE),
    ] {
        let few = allocations(topic, 10);
        let many = allocations(topic, 1_000);
        assert_eq!(few, many, "{topic:?}: as many for 1,000 members as for 10");
        assert!(many <= most, "{topic:?}: {many}");
    }
}
