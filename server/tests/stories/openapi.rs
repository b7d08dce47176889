//! The OpenAPI document that the server gives: it names the routes that there are, and answers
//! have the form that it says.

use serde_json::Value;
use shared::id::RoomId;

use crate::support::command;
use crate::support::guest::{Guest, enter};
use crate::support::http::{self, Answer};
use crate::support::json_schema::assert_matches;
use crate::support::server::Server;

const DOCUMENT: &str = "/api/v1/openapi.json";
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

async fn document(server: &Server) -> Value {
    let answer = http::get(server.address, DOCUMENT, &[]).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    answer.json()
}

/// Asserts that an answer has the form that the document gives for its status.
fn assert_documented(document: &Value, method: &str, path: &str, answer: &Answer) {
    let responses = &document["paths"][path][method]["responses"];
    let response = &responses[answer.status.to_string()];
    assert!(response.is_object(), "{method} {path}: {}", answer.status);
    let schema = &response["content"]["application/json"]["schema"];
    if schema.is_null() {
        assert_eq!(answer.body, "", "{method} {path}: {}", answer.status);
    } else {
        assert_matches(document, schema, &answer.json());
    }
}

#[tokio::test]
async fn the_document_names_the_routes_and_methods_that_there_are() {
    let server = Server::start(&[]).await;
    let document = document(&server).await;
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.len() >= 5, "{paths:?}");
    for (path, methods) in paths {
        let address = path.replace("{room}", "1").replace("{id}", "1");
        for method in METHODS {
            let is_documented = methods.get(method.to_lowercase()).is_some();
            let answer = http::ask(server.address, method, &address, &[], "").await;
            // Documented ones may be refused for other reasons: nothing is sent here.
            let exists = ![404, 405].contains(&answer.status);
            assert_eq!(exists, is_documented, "{method} {path}: {}", answer.status);
        }
    }
}

#[tokio::test]
async fn answers_have_the_form_that_the_document_says() {
    const SESSION: &str = "/api/v1/session";
    const MESSAGES: &str = "/api/v1/rooms/{room}/messages";
    let server = Server::start(&[]).await;
    let document = document(&server).await;

    let created = http::post(server.address, SESSION, &[], r#"{"name":"Ada"}"#).await;
    assert_eq!(created.status, 201);
    assert_documented(&document, "post", SESSION, &created);
    for (body, status) in [
        ("{", 400),
        (r#"{"name":""}"#, 400),
        (&"x".repeat(5_000), 413),
    ] {
        let refused = http::post(server.address, SESSION, &[], body).await;
        assert_eq!(refused.status, status);
        assert_documented(&document, "post", SESSION, &refused);
    }

    let guest = Guest::come_in(server.address, "Ben").await;
    let bearer = guest.bearer();
    let signed_in = [("authorization", bearer.as_str())];
    for (headers, status) in [
        (&[][..], 200),
        (&signed_in, 200),
        (&[("authorization", "bearer x")], 401),
    ] {
        let current = http::get(server.address, SESSION, headers).await;
        assert_eq!(current.status, status);
        assert_documented(&document, "get", SESSION, &current);
    }

    let mut ada = enter(server.address, "Ada").await;
    let seq = ada.post(RoomId::LOBBY, "to be deleted").await.seq.unwrap();
    ada.post(RoomId::LOBBY, "hello").await;
    ada.ask(&command::delete(RoomId::LOBBY, seq)).await.unwrap();
    for (address, status) in [
        ("/api/v1/rooms/1/messages", 200),
        ("/api/v1/rooms/1/messages?limit=x", 400),
        ("/api/v1/rooms/99/messages", 404),
    ] {
        let page = http::get(server.address, address, &signed_in).await;
        assert_eq!(page.status, status);
        assert_documented(&document, "get", MESSAGES, &page);
    }
    let stranger = http::get(server.address, "/api/v1/rooms/1/messages", &[]).await;
    assert_eq!(stranger.status, 401);
    assert_documented(&document, "get", MESSAGES, &stranger);

    let signed_out = http::ask(server.address, "DELETE", SESSION, &signed_in, "").await;
    assert_eq!(signed_out.status, 204);
    assert_documented(&document, "delete", SESSION, &signed_out);
    let upgrade = http::get(server.address, "/api/v1/ws", &[]).await;
    assert_eq!(upgrade.status, 426);
    assert_documented(&document, "get", "/api/v1/ws", &upgrade);
}
