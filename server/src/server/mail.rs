//! What sends mails, if the operator has named a mail server.

use std::sync::Arc;

use url::Url;

use crate::accounts::ResetMailQueue;
use crate::config::Config;
use crate::critical_tasks::CriticalTasks;
use crate::edge::Perimeter;
use crate::gateway::Gateway;
use crate::mail::{MailSender, MailWorker, Mailer, SmtpSecurity};
use crate::stop_signal::stopped;

/// Writes mails; none without a mail server.
pub(super) fn mailer(
    config: &Config,
    perimeter: &Perimeter,
) -> anyhow::Result<Option<Arc<Mailer>>> {
    let settings = config.smtp.settings().map_err(anyhow::Error::msg)?;
    let (Some(settings), Some(base_url)) = (settings, perimeter.access.public_url()) else {
        return Ok(None);
    };
    let host = Url::parse(&base_url)?
        .host_str()
        .unwrap_or_default()
        .to_owned();
    tracing::info!(
        host = settings.host,
        port = settings.port,
        security = ?settings.security,
        "mails are sent; `madang mail test ADDRESS` tries it"
    );
    if settings.security == SmtpSecurity::Plain {
        tracing::warn!("mails go to the mail server in the clear, with links that let people in");
    }
    let sender = MailSender::new(settings, host).map_err(anyhow::Error::msg)?;
    Ok(Some(Arc::new(Mailer::new(sender, base_url))))
}

/// Sends mails, and answers whoever has forgotten a password, until the server stops.
pub(super) fn serve_mail(
    mailer: Option<Arc<Mailer>>,
    gateway: &Arc<Gateway>,
    reset_queue: ResetMailQueue,
    tasks: &CriticalTasks,
) -> impl Future<Output = ()> + Send + 'static {
    let gateway = Arc::clone(gateway);
    let (worker_guard, reset_guard) = (tasks.guard("mail-worker"), tasks.guard("reset-mails"));
    async move {
        let Some(mailer) = mailer else { return };
        let accounts = Arc::clone(&gateway.accounts);
        let mut stopping = gateway.stopping.clone();
        let resets = async move {
            let _guard = reset_guard;
            tokio::select! {
                () = accounts.mail_resets(reset_queue) => {}
                () = stopped(&mut stopping) => {}
            }
        };
        let worker = MailWorker {
            mailer,
            store: Arc::clone(&gateway.store),
            clock: gateway.clock.clone(),
            metrics: Arc::clone(&gateway.metrics),
            stopping: gateway.stopping.clone(),
        };
        let sending = async move {
            let _guard = worker_guard;
            worker.run().await;
        };
        tokio::join!(resets, sending);
    }
}
