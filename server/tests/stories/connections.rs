//! How many may be connected.

use shared::error::ErrorCode;

use crate::support::flood::{open_when_free, refused_connection};
use crate::support::http;
use crate::support::server::Server;

#[tokio::test]
async fn one_too_many_is_told_so_and_taken_when_another_leaves() {
    let server = Server::start(&["--max-connections", "3"]).await;
    let mut inside = Vec::new();
    for _ in 0..3 {
        inside.push(open_when_free(server.address).await);
    }
    for _ in 0..20 {
        let answer = refused_connection(server.address).await;
        assert_eq!(answer.status, 503);
        assert_eq!(answer.code(), ErrorCode::TooManyConnections);
        assert!(answer.header("retry-after").is_some());
        assert_eq!(http::get(server.address, "/healthz", &[]).await.status, 503);
    }
    // Those who are inside are not concerned.
    for raw in &mut inside {
        raw.text(r#"{"type":"ping"}"#).await;
        assert_eq!(raw.json().await["code"], "hello_first");
    }
    // One leaves without a word, one in good order.
    inside.pop();
    inside.push(open_when_free(server.address).await);
    let mut polite = inside.remove(0);
    polite.frame(0x88, &1000_u16.to_be_bytes()).await;
    assert_eq!(polite.closed().await, Some(1000));
    drop(polite);
    inside.push(open_when_free(server.address).await);
}
