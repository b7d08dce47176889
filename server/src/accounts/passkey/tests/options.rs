//! The JSON of the options, as the page hands it to the browser.

use serde_json::json;

use super::super::{
    Challenge, CreationOptions, PasskeyUser, RequestOptions, UserHandle, UserVerification,
};
use super::{handle, relying_party};

#[test]
fn creation_options() {
    let challenge = Challenge::random().unwrap();
    let handle = handle();
    let user = PasskeyUser {
        handle: &handle,
        name: "anna",
        display_name: "안나",
    };
    let options = CreationOptions::new(
        &relying_party(),
        user,
        challenge,
        &[vec![0xFB, 0xFF]],
        UserVerification::Preferred,
    );
    let handle_text = format!("{}Bw", "BwcH".repeat(21));
    assert_eq!(
        serde_json::to_value(options).unwrap(),
        json!({
            "rp": {"id": "chat.example.org", "name": "Madang"},
            "user": {"id": handle_text, "name": "anna", "displayName": "안나"},
            "challenge": challenge.text(),
            "pubKeyCredParams": [
                {"type": "public-key", "alg": -7},
                {"type": "public-key", "alg": -8},
                {"type": "public-key", "alg": -257},
            ],
            "timeout": 300_000,
            "excludeCredentials": [{"type": "public-key", "id": "-_8"}],
            "authenticatorSelection": {
                "residentKey": "required", "requireResidentKey": true,
                "userVerification": "preferred",
            },
            "attestation": "none",
        })
    );
}

#[test]
fn request_options() {
    let challenge = Challenge::random().unwrap();
    let verification = UserVerification::Required;
    let options = RequestOptions::new(&relying_party(), challenge, &[], verification);
    assert_eq!(
        serde_json::to_value(options).unwrap(),
        json!({
            "challenge": challenge.text(),
            "timeout": 300_000,
            "rpId": "chat.example.org",
            "allowCredentials": [],
            "userVerification": "required",
        })
    );
}

#[test]
fn a_challenge_is_43_characters_and_parsed_back_to_itself() {
    let challenge = Challenge::random().unwrap();
    assert_eq!(challenge.text().len(), 43);
    assert_eq!(Challenge::parse(&challenge.text()), Some(challenge));
    assert_ne!(Challenge::random(), Challenge::random());
}

#[test]
fn a_user_handle_is_64_random_bytes() {
    let random = || UserHandle::random().unwrap();
    assert_eq!(random().as_bytes().len(), 64);
    assert_ne!(random().as_bytes(), random().as_bytes());
    assert!(UserHandle::from_bytes(&[7; 63]).is_none());
}
