//! A mail server on this machine: a real SMTP server (RFC 5321) that keeps what it takes. It does
//! everything right unless the test says what it does wrong.

mod certificate;
mod session;

use std::net::SocketAddr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parking_lot::Mutex;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::within;
pub use certificate::Certificates;
use session::Session;

/// The username and the password that it accepts.
pub const USER: &str = "madang";
/// See [`USER`].
pub const PASSWORD: &str = "p@ss:w0rd, ü";

/// How its port is protected.
#[derive(Clone)]
pub enum Protection {
    /// Not at all.
    Plain,
    /// STARTTLS is offered.
    Starttls(Certificates),
    /// TLS from the first byte.
    Tls(Certificates),
}

/// What it does wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Misbehaviour {
    /// Nothing.
    #[default]
    None,
    /// It greets with 421 and closes.
    Busy,
    /// It answers each recipient with 450.
    RecipientLater,
    /// It answers each recipient with 550.
    RecipientNever,
    /// It never greets.
    Silent,
    /// It closes after DATA has begun.
    ClosesInData,
    /// It takes the mail and never says so.
    SilentAfterData,
    /// It greets with what is no SMTP.
    Garbage,
    /// It greets without end.
    EndlessGreeting,
    /// It greets with a line without end.
    EndlessLine,
    /// It answers each recipient with 421.
    RecipientBusy,
    /// It wants a password at the first mail.
    WantsPassword,
}

/// A mail that it has taken.
#[derive(Clone, Debug)]
pub struct TakenMail {
    /// From whom, on the envelope.
    pub from: String,
    /// To whom, on the envelope.
    pub to: String,
    /// Whether it came over TLS.
    pub is_protected: bool,
    /// Headers and text as they came.
    pub content: String,
}

struct Shared {
    protection: Protection,
    misbehaviour: Mutex<Misbehaviour>,
    taken: watch::Sender<Vec<TakenMail>>,
    // Lines from clients, of all connections; a new connection is `CONNECT`.
    heard: watch::Sender<Vec<String>>,
}

/// A running mail server.
pub struct MailServer {
    /// Where it listens.
    pub address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl MailServer {
    /// Starts one without TLS on a free port.
    pub async fn start() -> Self {
        Self::protected(Protection::Plain).await
    }

    /// Starts one on a free port.
    pub async fn protected(protection: Protection) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            protection,
            misbehaviour: Mutex::default(),
            taken: watch::Sender::new(Vec::new()),
            heard: watch::Sender::new(Vec::new()),
        });
        let serving = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(Session::serve(stream, Arc::clone(&serving)));
            }
        });
        MailServer {
            address,
            shared,
            task,
        }
    }

    /// The arguments of `madang serve` for a server that sends by this one, in the clear.
    pub fn arguments(&self) -> Vec<String> {
        self.arguments_at("https://chat.example.org")
    }

    /// The same for a server that people reach at another address.
    pub fn arguments_at(&self, public_url: &str) -> Vec<String> {
        let port = self.address.port().to_string();
        let named = [
            ("public-url", public_url),
            ("smtp-host", "127.0.0.1"),
            ("smtp-port", &*port),
            ("smtp-security", "plain"),
            ("smtp-from", "Madang <chat@example.org>"),
        ];
        named
            .map(|(name, value)| format!("--{name}={value}"))
            .into()
    }

    /// From now on it misbehaves in this way.
    pub fn misbehave(&self, misbehaviour: Misbehaviour) {
        *self.shared.misbehaviour.lock() = misbehaviour;
    }

    /// Waits until it has taken so many mails in all, and gives the last of them.
    pub async fn taken(&self, count: usize) -> TakenMail {
        let mut taken = self.shared.taken.subscribe();
        let enough = taken.wait_for(|taken| taken.len() >= count);
        let taken = within("a mail", enough).await.unwrap();
        taken[count - 1].clone()
    }

    /// How many mails it has taken so far.
    pub fn count(&self) -> usize {
        self.shared.taken.borrow().len()
    }

    /// Waits until it has heard so many lines that begin with a word.
    pub async fn heard(&self, word: &str, count: usize) {
        let mut heard = self.shared.heard.subscribe();
        let begins = |line: &&String| line.starts_with(word);
        let enough = heard.wait_for(|lines| lines.iter().filter(begins).count() >= count);
        within(word, enough).await.unwrap();
    }

    /// How many lines it has heard that begin with a word.
    pub fn heard_so_far(&self, word: &str) -> usize {
        let heard = self.shared.heard.borrow();
        heard.iter().filter(|line| line.starts_with(word)).count()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl TakenMail {
    /// A header's value, on one line and as it was sent.
    pub fn header(&self, name: &str) -> Option<String> {
        let (headers, _) = self.content.split_once("\r\n\r\n")?;
        let headers = headers.replace("\r\n ", " ");
        let mut lines = headers
            .split("\r\n")
            .filter_map(|line| line.split_once(": "));
        let found = lines.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.to_owned())
    }

    /// The text, decoded.
    pub fn text(&self) -> String {
        let (_, body) = self.content.split_once("\r\n\r\n").unwrap();
        let encoding = self.header("content-transfer-encoding");
        let text = match encoding.as_deref() {
            Some("base64") => {
                let bytes = STANDARD.decode(body.replace("\r\n", "")).unwrap();
                String::from_utf8(bytes).unwrap()
            }
            Some("quoted-printable") => decode_quoted_printable(body),
            _ => body.to_owned(),
        };
        text.replace("\r\n", "\n")
    }

    /// The secret of the link to a path of the server's page.
    pub fn secret(&self, path: &str) -> String {
        let text = self.text();
        let mark = format!("{path}#");
        let mut lines = text.lines().filter(|line| line.starts_with("http"));
        let secret = lines.find_map(|line| line.split_once(&*mark));
        let secret = secret.map(|(_, secret)| secret.to_owned());
        secret.unwrap_or_else(|| panic!("no link to {path}: {text}"))
    }
}

fn decode_quoted_printable(text: &str) -> String {
    let text = text.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first != b'=' {
            bytes.push(first);
            continue;
        }
        let (digits, after) = rest.split_at(2);
        let digits = str::from_utf8(digits).unwrap();
        bytes.push(u8::from_str_radix(digits, 16).unwrap());
        rest = after;
    }
    String::from_utf8(bytes).unwrap()
}
