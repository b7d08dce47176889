//! One connection to the mail server.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::{Misbehaviour, PASSWORD, Protection, Shared, TakenMail, USER};

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// What a client has said so far.
pub struct Session {
    stream: BufReader<Box<dyn Stream>>,
    shared: Arc<Shared>,
    is_protected: bool,
    from: String,
    to: String,
}

impl Session {
    /// Serves a connection to its end.
    pub async fn serve(stream: TcpStream, shared: Arc<Shared>) {
        let stream: Box<dyn Stream> = match &shared.protection {
            Protection::Tls(certificates) => {
                let accepted = certificates.acceptor().accept(stream).await;
                let Ok(stream) = accepted else { return };
                Box::new(stream)
            }
            Protection::Plain | Protection::Starttls(_) => Box::new(stream),
        };
        let is_protected = matches!(shared.protection, Protection::Tls(_));
        let session = Session {
            stream: BufReader::new(stream),
            shared,
            is_protected,
            from: String::new(),
            to: String::new(),
        };
        // The client may go at any time.
        let _ended = session.run().await;
    }

    fn misbehaviour(&self) -> Misbehaviour {
        *self.shared.misbehaviour.lock()
    }

    async fn say(&mut self, line: &str) -> Option<()> {
        let line = format!("{line}\r\n");
        let stream = self.stream.get_mut();
        stream.write_all(line.as_bytes()).await.ok()?;
        stream.flush().await.ok()
    }

    async fn hear(&mut self) -> Option<String> {
        let mut line = String::new();
        let length = self.stream.read_line(&mut line).await.ok()?;
        (length > 0).then_some(())?;
        let line = line.trim_end_matches(['\r', '\n']).to_owned();
        self.shared
            .heard
            .send_modify(|heard| heard.push(line.clone()));
        Some(line)
    }

    async fn run(mut self) -> Option<()> {
        let connect = |heard: &mut Vec<String>| heard.push("CONNECT".to_owned());
        self.shared.heard.send_modify(connect);
        match self.misbehaviour() {
            Misbehaviour::Busy => return self.say("421 too busy").await,
            Misbehaviour::Silent => return std::future::pending().await,
            Misbehaviour::Garbage => self.say("HTTP/1.1 400 Bad Request").await?,
            Misbehaviour::EndlessGreeting => loop {
                self.say("220-welcome").await?;
            },
            Misbehaviour::EndlessLine => loop {
                self.stream.get_mut().write_all(b"220-").await.ok()?;
            },
            _ => self.say("220 mail.example.org ESMTP").await?,
        }
        loop {
            let line = self.hear().await?;
            let word = line.split([' ', ':']).next().unwrap_or_default();
            match word.to_ascii_uppercase().as_str() {
                "EHLO" => self.greet().await?,
                "STARTTLS" => {
                    self.say("220 go ahead").await?;
                    let Protection::Starttls(certificates) = self.shared.protection.clone() else {
                        return None;
                    };
                    let plain = self.stream.into_inner();
                    let stream = certificates.acceptor().accept(plain).await.ok()?;
                    self.stream = BufReader::new(Box::new(stream));
                    self.is_protected = true;
                }
                "AUTH" => {
                    let proof = line.rsplit(' ').next().unwrap_or_default();
                    let expected = STANDARD.encode(format!("\0{USER}\0{PASSWORD}"));
                    let answer = if proof == expected {
                        "235 2.7.0 accepted"
                    } else {
                        "535 5.7.8 wrong username or password"
                    };
                    self.say(answer).await?;
                }
                "MAIL" => {
                    self.from = in_brackets(&line);
                    let answer = match self.misbehaviour() {
                        Misbehaviour::WantsPassword => "530 5.7.0 authentication required",
                        _ => "250 2.1.0 fine",
                    };
                    self.say(answer).await?;
                }
                "RCPT" => {
                    self.to = in_brackets(&line);
                    let answer = match self.misbehaviour() {
                        Misbehaviour::RecipientLater => "450 4.2.0 try later",
                        Misbehaviour::RecipientBusy => "421 4.7.0 try later",
                        Misbehaviour::RecipientNever => "550 5.1.1 no such mailbox",
                        _ => "250 2.1.5 fine",
                    };
                    self.say(answer).await?;
                }
                "DATA" => self.take_mail().await?,
                "QUIT" => return self.say("221 bye").await,
                _ => self.say("502 5.5.1 not known").await?,
            }
        }
    }

    async fn greet(&mut self) -> Option<()> {
        self.say("250-mail.example.org").await?;
        let offers = matches!(self.shared.protection, Protection::Starttls(_));
        if offers && !self.is_protected {
            self.say("250-STARTTLS").await?;
        }
        self.say("250 AUTH PLAIN LOGIN").await
    }

    async fn take_mail(&mut self) -> Option<()> {
        self.say("354 go on").await?;
        if self.misbehaviour() == Misbehaviour::ClosesInData {
            return None;
        }
        let mut content = String::new();
        loop {
            let line = self.hear().await?;
            if line == "." {
                break;
            }
            content.push_str(line.strip_prefix('.').unwrap_or(&line));
            content.push_str("\r\n");
        }
        let mail = TakenMail {
            from: self.from.clone(),
            to: self.to.clone(),
            is_protected: self.is_protected,
            content,
        };
        self.shared.taken.send_modify(|taken| taken.push(mail));
        if self.misbehaviour() == Misbehaviour::SilentAfterData {
            return std::future::pending().await;
        }
        self.say("250 2.0.0 queued as 42").await
    }
}

fn in_brackets(line: &str) -> String {
    let address = line
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    address.map_or(String::new(), |(address, _)| address.to_owned())
}
