//! The program `madang`.

use clap::Parser;
use server::cli::{Cli, Command};
use server::{admin, logging, server as serving};
use tokio::signal::unix::{SignalKind, signal};

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    match Cli::parse().command {
        Command::Serve(config) => {
            let _log = logging::start(&config.log);
            runtime.block_on(async {
                // The signals are taken before anything else, so that none is lost.
                let mut terminate = signal(SignalKind::terminate())?;
                let listener = serving::bind(config.listen)?;
                let shutdown = async move {
                    tokio::select! {
                        _terminated = terminate.recv() => {}
                        _interrupted = tokio::signal::ctrl_c() => {}
                    }
                };
                // On a worker, where what is accepted goes on: this thread would have to be
                // woken for each connection, and wake another one.
                tokio::spawn(serving::run(*config, listener, shutdown)).await?
            })
        }
        Command::Admin(admin) => runtime.block_on(admin::run(admin)),
    }
}
