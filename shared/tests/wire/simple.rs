//! The simple protocol.

use shared::error::ErrorCode;
use shared::simple::{SimpleMessage, SimplePost, SimpleRefusal};

#[test]
fn every_simple_frame() {
    let post = SimplePost {
        user: "John".into(),
        content: "Hello, World!".into(),
    };
    let message = SimpleMessage {
        user: "김하나".into(),
        content: "\"quoted\"\nsecond line".into(),
    };
    let refusal = SimpleRefusal {
        user: "".into(),
        content: "the text is empty".into(),
        error: ErrorCode::TextEmpty,
        retry_after_ms: None,
    };
    let lines = [
        serde_json::to_string(&post).unwrap(),
        serde_json::to_string(&message).unwrap(),
        serde_json::to_string(&refusal).unwrap(),
    ];
    assert_eq!(
        serde_json::from_str::<SimplePost<'_>>(&lines[0]).unwrap(),
        post
    );
    assert_eq!(
        serde_json::from_str::<SimpleMessage<'_>>(&lines[1]).unwrap(),
        message
    );
    assert_eq!(
        serde_json::from_str::<SimpleRefusal<'_>>(&lines[2]).unwrap(),
        refusal
    );
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn further_fields_are_ignored() {
    let post: SimplePost<'_> =
        serde_json::from_str(r#"{"user":"John","content":"Hi","colour":"green","n":[1]}"#).unwrap();
    assert_eq!((post.user.as_ref(), post.content.as_ref()), ("John", "Hi"));
}

#[test]
fn a_missing_field_is_an_error() {
    assert!(serde_json::from_str::<SimplePost<'_>>(r#"{"user":"John"}"#).is_err());
    assert!(serde_json::from_str::<SimplePost<'_>>(r#"{"user":5,"content":"a"}"#).is_err());
}
