//! Ordinary clients during an attack, and how long each of their actions takes.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use shared::id::RoomId;

use crate::support::guest::Guest;
use crate::support::http;
use crate::support::native::Native;

/// Between two things that are done.
const RHYTHM: Duration = Duration::from_millis(20);
/// What nobody may have to wait longer for.
const PATIENCE: Duration = if cfg!(debug_assertions) {
    // Without optimisation everything takes ten times as long, and longer on a machine that has
    // other work. (A server that does not yield freezes for as long as the attack goes on, and
    // that goes on until it answers.)
    Duration::from_secs(5)
} else {
    Duration::from_millis(250)
};

/// Two people who write to each other; beside them somebody asks whether the server is well.
pub struct Witness {
    ada: Native,
    bob: Native,
    room: RoomId,
    address: SocketAddr,
}

impl Witness {
    /// Comes in before the attack, as somebody who is there already.
    pub async fn enter(address: SocketAddr) -> Self {
        let ada = Guest::come_in(address, "Ada").await;
        let bob = Guest::come_in(address, "Bob").await;
        let mut ada = ada.connect(address).await;
        let mut bob = bob.connect(address).await;
        let room = ada.create_room("quiet corner").await;
        bob.subscribe(room).await;
        Witness {
            ada,
            bob,
            room,
            address,
        }
    }

    /// Acts for so long, and reports what was slow.
    pub async fn watch(&mut self, time: Duration) -> Result<String, String> {
        let until = Instant::now() + time;
        let address = self.address;
        let health = async {
            let mut rhythm = tokio::time::interval(RHYTHM);
            let mut times = Vec::new();
            while Instant::now() < until {
                rhythm.tick().await;
                let begun = Instant::now();
                assert_eq!(http::get(address, "/healthz", &[]).await.status, 200);
                times.push(begun.elapsed());
            }
            times
        };
        let (ada, bob, room) = (&mut self.ada, &mut self.bob, self.room);
        let messages = async {
            // A person's rate is not to be the limit.
            let mut rhythm = tokio::time::interval(RHYTHM * 6);
            let mut times = Vec::new();
            while Instant::now() < until {
                rhythm.tick().await;
                let begun = Instant::now();
                ada.post(room, "still here").await;
                bob.changes(room).await;
                times.push(begun.elapsed());
            }
            times
        };
        let (health, messages) = tokio::join!(health, messages);
        let said = format!(
            "healthz {:?} of {}, message {:?} of {}",
            slowest(&health),
            health.len(),
            slowest(&messages),
            messages.len()
        );
        if slowest(&health).max(slowest(&messages)) < PATIENCE {
            Ok(said)
        } else {
            Err(said)
        }
    }
}

/// The longest, but for one in a hundred: the machine itself may stop for a moment.
fn slowest(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    let index = times.len().saturating_sub(1 + times.len() / 100);
    times.get(index).copied().unwrap_or(Duration::MAX)
}
