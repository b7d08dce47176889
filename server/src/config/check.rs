//! Which settings cannot work, alone or together: a server does not start with them.

use super::Config;

/// What a frame holds beside a message's text, in bytes: its type, its ids, its JSON.
const AROUND_A_MESSAGE: usize = 256;
/// The largest number that a limit may be: the page, which is told most of them, counts in
/// 32 bits.
const LARGEST: usize = u32::MAX as usize;
/// An empty store, its indexes and a few words, in bytes.
const LEAST_STORE: u64 = 256 * 1024;
/// The longest that anything is waited for, in seconds: a day.
const LONGEST_SECONDS: u64 = 24 * 60 * 60;

impl Config {
    /// Whether a server can work with these settings; what each of them must look like by
    /// itself is seen to where it is read.
    ///
    /// # Errors
    /// A sentence about one that cannot work.
    pub fn check(&self) -> Result<(), String> {
        self.check_counts()?;
        self.check_times()?;
        if self.max_frame_bytes < self.max_message_bytes + AROUND_A_MESSAGE {
            return Err(format!(
                "--max-frame-bytes {} has no room for a message of --max-message-bytes {}; make it {AROUND_A_MESSAGE} larger than that, or more",
                self.max_frame_bytes, self.max_message_bytes
            ));
        }
        if self.max_outbox_bytes < self.max_frame_bytes {
            return Err(format!(
                "--max-outbox-bytes {} is less than a frame of --max-frame-bytes {}; it has to hold one at least",
                self.max_outbox_bytes, self.max_frame_bytes
            ));
        }
        if let Some(bytes) = self.max_store_bytes.filter(|bytes| *bytes < LEAST_STORE) {
            return Err(format!(
                "--max-store-bytes {bytes} has no room for an empty store; give {LEAST_STORE} at least"
            ));
        }
        if let Some(proxy) = self.trusted_proxies.iter().find(|ip| ip.is_unspecified()) {
            return Err(format!(
                "--trusted-proxy {proxy} is no proxy's address; name the one that its connections come from"
            ));
        }
        Ok(())
    }

    fn check_counts(&self) -> Result<(), String> {
        for (name, count, least) in [
            ("--max-connections", self.max_connections, 1),
            (
                "--max-connections-per-address",
                self.max_connections_per_address,
                1,
            ),
            ("--max-rooms", self.max_rooms, 1),
            ("--max-rooms-per-person", self.max_rooms_per_person, 0),
            (
                "--max-waiting-bytes",
                self.max_waiting_bytes,
                4 * 1024 * 1024,
            ),
            ("--max-message-bytes", self.max_message_bytes, 1),
            ("--max-frame-bytes", self.max_frame_bytes, 1),
            ("--max-outbox-bytes", self.max_outbox_bytes, 1),
            ("--max-in-flight", self.max_in_flight, 1),
            ("--max-subscriptions", self.max_subscriptions, 1),
            ("--resume-limit", self.resume_limit, 0),
        ] {
            if !(least..=LARGEST).contains(&count) {
                return Err(format!(
                    "{name} {count} is out of range; give {least} to {LARGEST}"
                ));
            }
        }
        Ok(())
    }

    fn check_times(&self) -> Result<(), String> {
        for (name, seconds) in [
            ("--heartbeat-seconds", self.heartbeat_seconds),
            ("--dead-after-seconds", self.dead_after_seconds),
            ("--header-seconds", self.header_seconds),
            ("--stall-seconds", self.stall_seconds),
        ] {
            if !(1..=LONGEST_SECONDS).contains(&seconds) {
                return Err(format!(
                    "{name} {seconds} is out of range; give 1 to {LONGEST_SECONDS}"
                ));
            }
        }
        if self.dead_after_seconds <= self.heartbeat_seconds {
            return Err(format!(
                "--dead-after-seconds {} takes every quiet connection for dead, as a ping is sent after --heartbeat-seconds {}; make it longer than that",
                self.dead_after_seconds, self.heartbeat_seconds
            ));
        }
        Ok(())
    }
}
