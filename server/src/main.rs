//! The program `madang`.

use clap::Parser;
use server::cli::{Cli, Subprogram};
use server::{admin, logging, server as serving, tls};
use tokio::signal::unix::{SignalKind, signal};

fn main() -> anyhow::Result<()> {
    tls::install_provider();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    match Cli::parse().command {
        Subprogram::Serve(config) => {
            let _log = logging::start(&config.log);
            runtime.block_on(async {
                // The handlers are installed before anything else, so that no signal is lost.
                let mut terminate = signal(SignalKind::terminate())?;
                let listener = serving::bind(config.listen)?;
                let shutdown = async move {
                    tokio::select! {
                        _terminated = terminate.recv() => {}
                        _interrupted = tokio::signal::ctrl_c() => {}
                    }
                };
                // On a worker thread, because accepted connections run there. On this thread
                // each accepted connection would wake one more thread.
                tokio::spawn(serving::run(*config, listener, shutdown)).await?
            })
        }
        Subprogram::Admin(admin) => runtime.block_on(admin::run(admin)),
        Subprogram::Link(link) => runtime.block_on(admin::print_one_time_link(link)),
        Subprogram::Session(session) => runtime.block_on(admin::session(session.command)),
        Subprogram::Restore(restore) => admin::restore(&restore),
        Subprogram::Invite(invite) => runtime.block_on(admin::invite(invite.command)),
        Subprogram::Audit(audit) => runtime.block_on(admin::audit(audit)),
        Subprogram::Mail(mail) => runtime.block_on(admin::mail(mail)),
        Subprogram::Place(place) => runtime.block_on(admin::place(place)),
        Subprogram::Room(room) => runtime.block_on(admin::room(room)),
        Subprogram::User(user) => runtime.block_on(admin::user(user)),
    }
}
