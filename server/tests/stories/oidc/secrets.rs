//! What the log says about sign-ins, and what it never says.

use std::io;
use std::process::Command;
use std::sync::Arc;

use parking_lot::Mutex;
use tracing::Level;

use super::{TestClock, sign_in};
use crate::support::identity_provider::misbehaviour::{Endpoint, Misbehaviour, WrongAnswer};
use crate::support::identity_provider::{CLIENT_SECRET, IdentityProvider};
use crate::support::process::MADANG;

/// Everything that is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock()).into_owned()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_names_the_cause_and_no_secret() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    // For this thread, on which the whole test runs.
    let _guard = tracing::subscriber::set_default(subscriber);

    let time = TestClock::new();
    let provider = IdentityProvider::start(time.clock()).await;
    provider.sign_in_as(serde_json::json!({"sub": "1"}));
    let client = provider.client();
    assert!(sign_in(&provider, &client).await.is_ok());
    for (misbehaviour, error) in [
        (Misbehaviour::Refusal, "token_refused"),
        (Misbehaviour::Denial, "denied"),
        (Misbehaviour::OtherKey, "signature"),
        (Misbehaviour::Expired, "expired"),
        (Misbehaviour::OtherNonce, "nonce"),
        (Misbehaviour::NoToken, "answer_malformed"),
        (Misbehaviour::UserinfoSubject, "userinfo_subject"),
        (
            Misbehaviour::At(Endpoint::Token, WrongAnswer::Redirect),
            "redirected",
        ),
        (
            Misbehaviour::At(Endpoint::Userinfo, WrongAnswer::Html),
            "answer_malformed",
        ),
    ] {
        provider.misbehave(misbehaviour);
        assert!(sign_in(&provider, &client).await.is_err());
        let text = log.text();
        let line = text.lines().rev().find(|line| line.contains("error="));
        let named = format!("error=\"{error}\"");
        assert!(line.is_some_and(|line| line.contains(&named)), "{text}");
    }

    let text = log.text();
    let secrets = provider.secrets();
    assert!(secrets.len() > 10);
    for secret in secrets.iter().map(String::as_str).chain([CLIENT_SECRET]) {
        assert!(!text.contains(secret), "{secret} is in the log:\n{text}");
    }
}

#[test]
fn the_help_does_not_show_the_secret_of_the_environment() {
    let help = Command::new(MADANG)
        .args(["serve", "--help"])
        .env("MADANG_OIDC_CLIENT_SECRET", "hunter2")
        .output()
        .unwrap();
    let text = String::from_utf8(help.stdout).unwrap();
    assert!(text.contains("MADANG_LOG"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}
