//! How often memory is asked for on the way of one message: a figure without noise, by
//! which a later change can be judged.
//!
//! A file of its own: the counter stands in for the allocator of the whole program.

#[path = "support/commit.rs"]
mod commit;
#[path = "support/followers.rs"]
mod followers;

use allocation_counter::measure;
use commit::commit;
use followers::Followers;
use server::gateway::delivery::hub::Topic;
use shared::id::RoomId;

/// Asked for by a delivery on the native protocol, whoever subscriptions: among it the list of
/// messages, their frame, and the count of those who hold the frame.
const NATIVE: u64 = 4;
/// On the simple protocol: the places of the messages, their frames, and the count.
const SIMPLE: u64 = 4;

fn allocations(topic: Topic, members: u64) -> u64 {
    let mut followers = Followers::of(topic, members);
    // Queues get their first memory.
    followers.deliver(commit(1));
    let mut next = Some(commit(1));
    measure(|| {
        next.take()
            .into_iter()
            .for_each(|batch| followers.deliver(batch));
    })
    .count_total
}

#[test]
fn a_delivery_allocates_once_for_all_and_not_per_reader() {
    for (topic, most) in [
        (Topic::Room(RoomId::LOBBY), NATIVE),
        (Topic::SimpleLobby, SIMPLE),
    ] {
        let few = allocations(topic, 10);
        let many = allocations(topic, 1_000);
        assert_eq!(few, many, "{topic:?}: as many for 1,000 members as for 10");
        assert!(many <= most, "{topic:?}: {many}");
    }
}
