//! The simplest chat on axum.

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::get;
use futures::{SinkExt, StreamExt};
use tokio::net::TcpListener;
use tokio::sync::broadcast::{self, Sender, error::RecvError};

/// Messages that may wait for a client, as in axum's own example; older ones are lost.
const WAITING: usize = 100;

/// Serves until the process is ended.
///
/// # Errors
/// When it cannot listen.
pub fn serve() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        super::listening::print_address(listener.local_addr()?);
        let (sender, _) = broadcast::channel(WAITING);
        let app = Router::new().route("/", get(upgrade)).with_state(sender);
        axum::serve(listener, app).await?;
        Ok(())
    })
}

async fn upgrade(upgrade: WebSocketUpgrade, State(sender): State<Sender<String>>) -> Response {
    upgrade.on_upgrade(move |socket| talk(socket, sender))
}

async fn talk(socket: WebSocket, sender: Sender<String>) {
    let mut receiver = sender.subscribe();
    let (mut writer, mut reader) = socket.split();
    let mut writing = tokio::spawn(async move {
        loop {
            let text = match receiver.recv().await {
                Ok(text) => text,
                Err(RecvError::Lagged(_)) => continue,
                Err(RecvError::Closed) => break,
            };
            if writer.send(Message::text(text)).await.is_err() {
                break;
            }
        }
    });
    let mut reading = tokio::spawn(async move {
        while let Some(Ok(Message::Text(text))) = reader.next().await {
            // Fails if no client is connected.
            let _told = sender.send(text.to_string());
        }
    });
    tokio::select! {
        _ = &mut writing => reading.abort(),
        _ = &mut reading => writing.abort(),
    }
}
