//! What a story needs: a server, and people.

use std::net::{SocketAddr, TcpListener};
use std::sync::OnceLock;

use chromium::Chromium;
use tokio::runtime::{Builder, Runtime};

use crate::person::{Looks, Person};
use crate::support::guest;
use crate::support::native::Native;
use crate::support::process::Process;
use crate::support::server::{Folder, folder};
use crate::support::simple::Simple;

/// A name that leads here, but that no browser takes for a safe address.
pub const PLAIN_HOST: &str = "madang.test";

/// The one browser of all tests; it ends with this process.
pub fn browser() -> &'static Chromium {
    static BROWSER: OnceLock<Chromium> = OnceLock::new();
    BROWSER.get_or_init(|| {
        let rule = format!("--host-resolver-rules=MAP {PLAIN_HOST} 127.0.0.1");
        Chromium::launch(&[&rule]).unwrap()
    })
}

/// A server on a folder of its own.
pub struct Stage {
    runtime: Runtime,
    folder: Folder,
    arguments: Vec<String>,
    process: Option<Process>,
    /// Where it listens, through all restarts.
    pub address: SocketAddr,
}

impl Stage {
    /// A server with the usual settings, but without a rate limit.
    pub fn new() -> Self {
        Self::with(&[])
    }

    /// A server with these arguments besides.
    pub fn with(arguments: &[&str]) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let folder = folder();
        let process = runtime.block_on(Process::start(folder.path(), arguments));
        Stage {
            runtime,
            folder,
            arguments: arguments.iter().map(|&text| text.to_owned()).collect(),
            address: process.address,
            process: Some(process),
        }
    }

    /// A server on a home network, that people reach over plain HTTP: and its origin.
    pub fn plain() -> (Self, String) {
        // The address has to be known before the server starts.
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let listen = free.local_addr().unwrap();
        drop(free);
        let origin = format!("http://{PLAIN_HOST}:{}", listen.port());
        let listen = listen.to_string();
        let stage = Self::with(&[
            "--listen",
            &listen,
            "--public-url",
            &origin,
            "--guests",
            "on",
        ]);
        (stage, origin)
    }

    /// Lets programs do something on the server.
    pub fn run<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Kills the server where it stands.
    pub fn kill(&mut self) {
        self.process.take().unwrap().kill();
    }

    /// Stops the server cleanly.
    pub fn stop(&mut self) {
        let process = self.process.take().unwrap();
        self.run(process.stop());
    }

    /// Suspends the server: connections stay open, and nothing is answered.
    pub fn pause(&self) {
        self.process.as_ref().unwrap().pause();
    }

    /// Resumes the server.
    pub fn go_on(&self) {
        self.process.as_ref().unwrap().go_on();
    }

    /// Starts the server again, on the same address and folder.
    pub fn start(&mut self) {
        self.start_with(&[]);
    }

    /// Starts the server again, with these arguments besides the first ones.
    pub fn start_with(&mut self, more: &[&str]) {
        let address = self.address.to_string();
        let mut arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        arguments.extend(["--listen", &address]);
        arguments.extend(more);
        let process = self.run(Process::start(self.folder.path(), &arguments));
        self.process = Some(process);
    }

    /// The folder with its data.
    pub fn data(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// An address of the page.
    pub fn page(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Someone with a browser who has come in by this name, and sees the lobby.
    pub fn person(&self, name: &str) -> Person {
        self.person_like(name, Looks::default())
    }

    /// The same, with another screen, language or time zone.
    pub fn person_like(&self, name: &str, looks: Looks) -> Person {
        let person = self.visitor(looks);
        person.go("/");
        person.come_in(name);
        person
    }

    /// Someone with a browser who has seen nothing yet.
    pub fn visitor(&self, looks: Looks) -> Person {
        Person::new(browser(), self.page(""), looks)
    }

    /// A program on the native protocol.
    pub fn guest(&self, name: &str) -> Native {
        self.run(guest::enter(self.address, name))
    }

    /// A program on the simple protocol.
    pub fn simple(&self) -> Simple {
        self.run(Simple::connect(self.address))
    }
}
