//! The settings of a server, each with its default and its help text.

mod check;
mod oidc;
mod smtp;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use shared::limits::Limits;

pub use oidc::{CALLBACK_PATH as OIDC_CALLBACK_PATH, OidcConfig};
pub use smtp::SmtpConfig;

/// The settings of `madang serve`, from the command line or the environment.
#[derive(Clone, Debug, Args)]
pub struct Config {
    /// Address and port to listen on. On a loopback address the server is in local mode:
    /// guests and the simple protocol are on, and pages from this machine may speak it.
    #[arg(long, env = "MADANG_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,

    /// Folder for everything that is stored; created if it is missing.
    #[arg(long, env = "MADANG_DATA", default_value = "data")]
    pub data: PathBuf,

    /// Address at which people reach the server, such as `https://chat.example.org`.
    /// Turns local mode off: only pages of this origin may connect, unless others are allowed.
    #[arg(long, env = "MADANG_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,

    /// Another origin whose pages may speak the simple protocol, such as
    /// `https://www.example.org`; sessions are for the server's own pages alone. `null` stands
    /// for pages opened from a file, and with them for every site, whose sandboxed frames say
    /// the same. May be given several times.
    #[arg(
        long = "allow-origin",
        env = "MADANG_ALLOW_ORIGIN",
        value_name = "ORIGIN",
        value_delimiter = ','
    )]
    pub allow_origins: Vec<String>,

    /// For work on the page, in local mode: an origin such as `http://localhost:8080` whose
    /// development server passes `/api` on to this one. Its pages count as the server's own,
    /// sessions included. May be given several times.
    #[arg(
        long = "dev-origin",
        env = "MADANG_DEV_ORIGIN",
        value_name = "ORIGIN",
        value_delimiter = ','
    )]
    pub dev_origins: Vec<String>,

    /// Whether people may sign in as guests, with nothing but a name. On in local mode only,
    /// unless set.
    #[arg(long, env = "MADANG_GUESTS", value_enum, default_value_t = Switch::Local)]
    pub guests: Switch,

    /// Whether anyone who has the link of a public room may read it, without signing in: all of its
    /// messages and the names of its people. Off unless set, in local mode too.
    #[arg(long, env = "MADANG_PUBLIC_READING", value_enum, default_value_t = Switch::Off)]
    pub public_reading: Switch,

    /// Whether programs may speak the simple protocol at `/`. On in local mode only, unless set.
    #[arg(long, env = "MADANG_SIMPLE", value_enum, default_value_t = Switch::Local)]
    pub simple: Switch,

    /// Proxy in front of the server: its `X-Forwarded-For` is believed, and its connections
    /// are not counted as one address's. May be given several times.
    #[arg(
        long = "trusted-proxy",
        env = "MADANG_TRUSTED_PROXY",
        value_name = "IP",
        value_delimiter = ','
    )]
    pub trusted_proxies: Vec<std::net::IpAddr>,

    /// Sends, edits and other commands per second and person, or `off` for benchmarks and
    /// trusted networks. Five times as many may come at once.
    #[arg(long, env = "MADANG_RATE_LIMIT", default_value = "10", value_parser = parse_rate)]
    pub rate_limit: CommandRate,

    /// The highest number of open connections.
    #[arg(long, env = "MADANG_MAX_CONNECTIONS", default_value_t = 20_000)]
    pub max_connections: usize,

    /// The highest number of open connections from one address, or one /64 network of IPv6;
    /// loopback is not counted, and connections through a trusted proxy count for the visitor.
    #[arg(
        long,
        env = "MADANG_MAX_CONNECTIONS_PER_ADDRESS",
        default_value_t = 500
    )]
    pub max_connections_per_address: usize,

    /// The highest number of rooms.
    #[arg(long, env = "MADANG_MAX_ROOMS", default_value_t = 10_000)]
    pub max_rooms: usize,

    /// The highest number of rooms that one person has created.
    #[arg(long, env = "MADANG_MAX_ROOMS_PER_PERSON", default_value_t = 50)]
    pub max_rooms_per_person: usize,

    /// How many days it is kept who did what to whom: the audit log.
    #[arg(
        long,
        env = "MADANG_AUDIT_DAYS",
        value_name = "DAYS",
        default_value_t = 400,
        value_parser = clap::value_parser!(u32).range(1..=36_500)
    )]
    pub audit_days: u32,

    /// Size of the store in bytes above which commands that add text are refused; deleting and
    /// signing in still work, from a reserve above it. Without this setting a gibibyte of the
    /// disk stays free, or a tenth of it if that is less.
    #[arg(long, env = "MADANG_MAX_STORE_BYTES", value_name = "BYTES")]
    pub max_store_bytes: Option<u64>,

    /// Size of one frame from a client, in bytes.
    #[arg(long, env = "MADANG_MAX_FRAME_BYTES", default_value_t = Limits::default().frame_bytes)]
    pub max_frame_bytes: usize,

    /// Size of one message's text, in bytes.
    #[arg(long, env = "MADANG_MAX_MESSAGE_BYTES", default_value_t = Limits::default().body_bytes)]
    pub max_message_bytes: usize,

    /// Bytes that may wait for one reader; when more wait, they are dropped and the reader is
    /// told to resync.
    #[arg(long, env = "MADANG_MAX_OUTBOX_BYTES", default_value_t = Limits::default().outbox_bytes)]
    pub max_outbox_bytes: usize,

    /// Bytes of answers that may wait for all readers together; when more wait, the connections
    /// with the most waiting bytes are closed.
    #[arg(long, env = "MADANG_MAX_WAITING_BYTES", default_value_t = 256 * 1024 * 1024)]
    pub max_waiting_bytes: usize,

    /// Commands of one connection that may be unanswered.
    #[arg(long, env = "MADANG_MAX_IN_FLIGHT", default_value_t = Limits::default().in_flight)]
    pub max_in_flight: usize,

    /// Rooms that one connection may subscribe to.
    #[arg(long, env = "MADANG_MAX_SUBSCRIPTIONS", default_value_t = Limits::default().subscriptions)]
    pub max_subscriptions: usize,

    /// Missed changes that a returning client gets; with more, it starts from the newest page.
    #[arg(long, env = "MADANG_RESUME_LIMIT", default_value_t = Limits::default().resume)]
    pub resume_limit: usize,

    /// Seconds of silence after which a side sends a ping.
    #[arg(long, env = "MADANG_HEARTBEAT_SECONDS", default_value_t = Limits::default().heartbeat_ms / 1000)]
    pub heartbeat_seconds: u64,

    /// Seconds of silence after which a connection is considered dead.
    #[arg(long, env = "MADANG_DEAD_AFTER_SECONDS", default_value_t = Limits::default().dead_after_ms / 1000)]
    pub dead_after_seconds: u64,

    /// Seconds that a client has to send a request's headers, or its hello.
    #[arg(long, env = "MADANG_HEADER_SECONDS", default_value_t = 10)]
    pub header_seconds: u64,

    /// Seconds within which a client must make progress: a message must arrive completely, and
    /// of what waits for the client it must read a kibibyte per second on average.
    #[arg(long, env = "MADANG_PROGRESS_TIMEOUT_SECONDS", default_value_t = 30)]
    pub progress_timeout_seconds: u64,

    /// Address and port on which Prometheus may read figures, at `/metrics`, such as
    /// `127.0.0.1:9100`. Whoever reaches it may read them. Off unless set.
    #[arg(long, env = "MADANG_METRICS_LISTEN", value_name = "ADDRESS")]
    pub metrics_listen: Option<SocketAddr>,

    /// Log level and filter, such as `info` or `server=debug`.
    #[arg(long, env = "MADANG_LOG", default_value = "info", value_parser = parse_filter)]
    pub log: String,

    /// Sign-in with an identity provider. It and mail stand last, because of their headings in the
    /// help.
    #[command(flatten)]
    pub oidc: OidcConfig,

    /// Mail.
    #[command(flatten)]
    pub smtp: SmtpConfig,

    /// A fault that the tests must notice.
    #[cfg(feature = "faults")]
    #[arg(long, value_enum, hide = true)]
    pub fault: Option<Fault>,

    /// How the store's rules read rows. Tests run over both.
    #[cfg(feature = "faults")]
    #[arg(
        long,
        env = "MADANG_STORE_TABLES",
        value_enum,
        hide = true,
        default_value = "direct"
    )]
    pub store_tables: StoreTables,
}

/// On, off, or on in local mode only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    /// On in local mode, off elsewhere.
    Local,
    /// On.
    On,
    /// Off.
    Off,
}

impl Switch {
    /// Whether it is on, on a server that is or is not in local mode.
    pub fn is_on(self, local_mode: bool) -> bool {
        match self {
            Switch::Local => local_mode,
            Switch::On => true,
            Switch::Off => false,
        }
    }
}

/// How many commands a person may send: the value of `--rate-limit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandRate {
    /// No limit.
    Off,
    /// This many per second on average, five times as many at once.
    PerSecond(u32),
}

fn parse_rate(text: &str) -> Result<CommandRate, String> {
    match text {
        "off" => Ok(CommandRate::Off),
        number => match number.parse() {
            Ok(rate) if rate > 0 => Ok(CommandRate::PerSecond(rate)),
            _ => Err("give a number above 0, or `off`".into()),
        },
    }
}

fn parse_filter(text: &str) -> Result<String, String> {
    let filter = tracing_subscriber::EnvFilter::builder().parse(text);
    filter.map(|_| text.to_owned()).map_err(|error| {
        format!("{error}; give a level (error, warn, info, debug, trace), or one for each part, as in `info,server=debug`")
    })
}

/// The faults that a build with the feature `faults` can have.
#[cfg(feature = "faults")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Fault {
    /// Commits do not wait for the disk.
    SyncOff,
    /// Commands are acknowledged before they are committed.
    EarlyAck,
    /// The store's writer thread panics at a message that says `die`.
    DyingWriter,
    /// The store's writer waits before it takes commands, so that one commit has several.
    SlowWriter,
}

/// How the store's rules read rows.
#[cfg(feature = "faults")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StoreTables {
    /// Each row when it is needed.
    Direct,
    /// All rows of a commit together, as from a database that answers slowly.
    Prefetch,
}

impl Config {
    /// The settings of these arguments; all others have their defaults.
    #[cfg(test)]
    pub fn of(arguments: &[&str]) -> Self {
        #[derive(clap::Parser)]
        struct Settings {
            #[command(flatten)]
            config: Config,
        }
        let arguments = std::iter::once("madang").chain(arguments.iter().copied());
        <Settings as clap::Parser>::parse_from(arguments).config
    }

    /// Whether the server listens for this machine only and has no public address.
    pub fn is_local(&self) -> bool {
        self.listen.ip().is_loopback() && self.public_url.is_none()
    }

    /// The limits that clients are told.
    pub fn limits(&self) -> Limits {
        let (rate_per_second, rate_burst) = match self.rate_limit {
            CommandRate::Off => (0, 0),
            CommandRate::PerSecond(rate) => (rate, rate.saturating_mul(5)),
        };
        Limits {
            frame_bytes: self.max_frame_bytes,
            body_bytes: self.max_message_bytes,
            in_flight: self.max_in_flight,
            rate_per_second,
            rate_burst,
            resume: self.resume_limit,
            subscriptions: self.max_subscriptions,
            outbox_bytes: self.max_outbox_bytes,
            heartbeat_ms: self.heartbeat_seconds * 1000,
            dead_after_ms: self.dead_after_seconds * 1000,
            ..Limits::default()
        }
    }

    /// How long a client may take to send its headers, or its hello.
    pub fn header_timeout(&self) -> Duration {
        Duration::from_secs(self.header_seconds)
    }

    /// How long a client may go without progress.
    pub fn progress_timeout(&self) -> Duration {
        Duration::from_secs(self.progress_timeout_seconds)
    }
}
