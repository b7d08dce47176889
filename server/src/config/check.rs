//! Refuses settings that cannot work, alone or together. The server then does not start.

use super::Config;

/// The bytes of a frame beside a message's text: its type, its ids, its JSON.
const FRAME_OVERHEAD: usize = 256;
/// The highest value of a limit: the page, which gets most limits, has numbers of 32 bits.
const MAX_COUNT: usize = u32::MAX as usize;
/// The size of an almost empty store with its indexes, in bytes.
const MIN_STORE_BYTES: u64 = 256 * 1024;
/// The longest time of any setting, in seconds: a day.
const MAX_SECONDS: u64 = 24 * 60 * 60;

impl Config {
    /// Checks that a server can work with these settings. The form of each single value was
    /// checked when it was parsed.
    ///
    /// # Errors
    /// A sentence about a setting that cannot work.
    pub fn check(&self) -> Result<(), String> {
        self.check_counts()?;
        self.check_times()?;
        if self.max_frame_bytes < self.max_message_bytes + FRAME_OVERHEAD {
            return Err(format!(
                "--max-frame-bytes {} has no room for a message of --max-message-bytes {}; make it {FRAME_OVERHEAD} larger than that, or more",
                self.max_frame_bytes, self.max_message_bytes
            ));
        }
        if self.max_outbox_bytes < self.max_frame_bytes {
            return Err(format!(
                "--max-outbox-bytes {} is less than a frame of --max-frame-bytes {}; it has to hold one at least",
                self.max_outbox_bytes, self.max_frame_bytes
            ));
        }
        if let Some(bytes) = self
            .max_store_bytes
            .filter(|bytes| *bytes < MIN_STORE_BYTES)
        {
            return Err(format!(
                "--max-store-bytes {bytes} has no room for an empty store; give {MIN_STORE_BYTES} at least"
            ));
        }
        if let Some(proxy) = self.trusted_proxies.iter().find(|ip| ip.is_unspecified()) {
            return Err(format!(
                "--trusted-proxy {proxy} is no proxy's address; name the one that its connections come from"
            ));
        }
        if self.oidc.oidc_issuer.is_some() && self.public_url.is_none() && !self.is_local() {
            return Err(
                "--oidc-issuer needs --public-url: the provider sends people back to it".into(),
            );
        }
        self.oidc.check()?;
        self.smtp.check(self.public_url.as_deref())
    }

    fn check_counts(&self) -> Result<(), String> {
        for (name, count, min) in [
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
            if !(min..=MAX_COUNT).contains(&count) {
                return Err(format!(
                    "{name} {count} is out of range; give {min} to {MAX_COUNT}"
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
            ("--progress-timeout-seconds", self.progress_timeout_seconds),
        ] {
            if !(1..=MAX_SECONDS).contains(&seconds) {
                return Err(format!(
                    "{name} {seconds} is out of range; give 1 to {MAX_SECONDS}"
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
