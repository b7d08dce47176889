//! Serves accepted connections, and stops.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::time::timeout;
use tower::ServiceExt;

use super::parts::Server;
use crate::edge::Peer;
use crate::edge::accept::{AcceptQueue, AcceptedConnection};
use crate::edge::progress_timeout::ProgressTimeoutStream;
use crate::edge::serve_connection::serve_connection;

/// The buffer for one request's headers, in bytes.
const HEADER_BYTES: usize = 16 * 1024;
/// How long a clean stop waits for connections to close.
const STOP_TIMEOUT: Duration = Duration::from_secs(15);

impl Server {
    /// Serves each accepted connection in its own task.
    pub(super) async fn accept(&self, mut queue: AcceptQueue) {
        loop {
            let connection = queue.next().await;
            tokio::spawn(self.serve(connection));
        }
    }

    /// Serves one connection until it closes or becomes a WebSocket.
    fn serve(&self, connection: AcceptedConnection) -> impl Future<Output = ()> + Send + 'static {
        let AcceptedConnection {
            stream,
            peer,
            permit,
        } = connection;
        let routes = self.routes.clone();
        let header_timeout = self.header_timeout;
        let progress_timeout = self.gateway.connections.progress_timeout;
        let stopping = self.gateway.stopping.clone();
        async move {
            let service = service_fn(move |mut request: Request<Incoming>| {
                request.extensions_mut().insert(Peer(peer));
                request.extensions_mut().insert(Arc::clone(&permit));
                routes.clone().oneshot(request.map(Body::new))
            });
            let mut http = Builder::new();
            http.timer(TokioTimer::new())
                .header_read_timeout(header_timeout)
                .max_buf_size(HEADER_BYTES);
            let io = TokioIo::new(ProgressTimeoutStream::new(stream, progress_timeout));
            serve_connection(&http, io, service, stopping).await;
        }
    }

    /// Stops: waits for the connections, then closes the store.
    pub(super) async fn finish(mut self) {
        let closed = async {
            self.perimeter.connection_limits.all_closed().await;
            // The socket's file is removed before the folder's lock is released: after that the
            // file may belong to another server.
            let _ended = (&mut self.control).await;
            // The attempt that has begun ends first, so that no mail is sent twice.
            let _ended = (&mut self.mail).await;
        };
        if timeout(STOP_TIMEOUT, closed).await.is_err() {
            tracing::warn!("some connections did not end in time and are cut off");
            self.control.abort();
            self.mail.abort();
        }
        self.gateway.store.close().await;
        let _published = self.publishing.await;
        self.background.abort_all();
    }
}
