//! Serves the requests of one connection until it closes, becomes a WebSocket, or the server
//! stops.

use std::convert::Infallible;
use std::pin::pin;

use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::rt::{Read, Write};
use hyper::server::conn::http1::Builder;
use hyper::service::Service;

use crate::stop_signal::{StopSignal, stopped};

/// Answers requests. When the server stops, a request that has begun is still answered, and
/// none after it.
pub async fn serve_connection<I, S>(http: &Builder, io: I, service: S, mut stopping: StopSignal)
where
    I: Read + Write + Unpin + Send + 'static,
    S: Service<Request<Incoming>, Response = Response<Body>, Error = Infallible>,
{
    let connection = http.serve_connection(io, service).with_upgrades();
    let mut connection = pin!(connection);
    // An error here was caused by the peer, and concerns no other connection.
    tokio::select! {
        _ended = connection.as_mut() => {}
        () = stopped(&mut stopping) => {
            connection.as_mut().graceful_shutdown();
            let _ended = connection.await;
        }
    }
}
