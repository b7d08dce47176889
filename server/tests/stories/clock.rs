//! A clock that is set back: it changes the times of messages and not their order.

use shared::id::{RoomId, Seq};

use crate::support::guest::enter;
use crate::support::items::Items;
use crate::support::server::{Server, folder};
use crate::support::time::{DAY, Time};

const LOBBY: RoomId = RoomId::LOBBY;

#[tokio::test]
async fn a_clock_that_is_set_back_leaves_no_wrong_state() {
    let time = Time::default();
    let server = Server::start_by(time.clock(), folder(), &[]).await;
    let mut ada = enter(server.address, "Ada").await;
    ada.subscribe(LOBBY).await;
    let mut posted = Vec::new();
    for ahead in [0, 3 * DAY, 0, -2 * DAY, 0] {
        time.set_ahead(ahead);
        for _ in 0..3 {
            ada.post(LOBBY, "now").await;
            let message = ada.changes(LOBBY).await.messages().remove(0);
            let off = message.posted_at.0 - (time.clock().now().0);
            assert!(off.abs() < 10_000_000, "{off} with {ahead}");
            posted.push((message.seq, message.posted_at));
        }
    }
    let seqs: Vec<_> = posted.iter().map(|(seq, _)| *seq).collect();
    assert_eq!(seqs, (1..=15).map(Seq).collect::<Vec<_>>());
    // After the clock is set back, new messages get the corrected time.
    assert!(posted[3].1 > posted[6].1);
    assert_ne!(posted[6].1, posted[7].1);
}
