//! Authentications in which one thing is wrong.

use serde_json::{Value, json};

use super::super::base64url::encode;
use super::super::{
    AuthenticationResponse, Ceremony, Challenge, CoseAlgorithm, NewPasskey, PasskeyError,
    PersonIdentified, ProvenPasskey, UserHandle, UserVerification,
};
use super::authenticator::{Authentication, Keys, int, map};
use super::{ORIGIN, handle, relying_party, stored, taken_challenge};

/// The passkey that the software authenticator would have registered.
fn passkey_of(keys: &Keys, algorithm: CoseAlgorithm) -> NewPasskey {
    let cose: Vec<_> = keys.cose().into_iter().map(|(k, v)| (int(k), v)).collect();
    NewPasskey {
        credential_id: vec![9; 32],
        algorithm,
        public_key: map(&cose),
        counter: 0,
    }
}

fn authenticate(
    change: impl FnOnce(&mut Authentication),
    change_passkey: impl FnOnce(&mut NewPasskey),
) -> Result<ProvenPasskey, PasskeyError> {
    let keys = Keys::es256();
    let (challenge, fresh) = taken_challenge(Ceremony::Authentication);
    let mut authentication = Authentication::new(&challenge.text());
    change(&mut authentication);
    let response: AuthenticationResponse = authentication.response(&keys);
    let (verification, person) = (UserVerification::Required, PersonIdentified::ByPasskey);
    let mut passkey = passkey_of(&keys, CoseAlgorithm::Es256);
    change_passkey(&mut passkey);
    let handle = handle();
    let stored = stored(&passkey, &handle);
    response.verify(&relying_party(), fresh, verification, person, stored)
}

fn refused(error: PasskeyError, change: impl FnOnce(&mut Authentication)) {
    assert_eq!(authenticate(change, |_| {}), Err(error));
}

#[test]
fn without_a_change_it_is_accepted() {
    assert!(authenticate(|_| {}, |_| {}).is_ok());
}

#[test]
fn each_member_of_the_client_data_is_checked() {
    let other = Challenge::random().unwrap().text();
    for (member, value, error) in [
        ("type", json!("webauthn.create"), PasskeyError::Type),
        ("type", json!("payment.get"), PasskeyError::Type),
        ("challenge", json!(other), PasskeyError::Challenge),
        (
            "origin",
            json!("https://evil.example"),
            PasskeyError::Origin,
        ),
        ("crossOrigin", json!(true), PasskeyError::CrossOrigin),
        ("topOrigin", json!(ORIGIN), PasskeyError::CrossOrigin),
    ] {
        refused(error, |parts| parts.client_data[member] = value);
    }
}

#[test]
fn the_authenticator_data_is_checked() {
    refused(PasskeyError::RelyingParty, |parts| {
        parts.rp_id = "evil.example".to_owned();
    });
    refused(PasskeyError::UserPresence, |parts| parts.flags = 0x04);
    refused(PasskeyError::UserVerification, |parts| parts.flags = 0x01);
    refused(PasskeyError::BackupFlags, |parts| parts.flags = 0x15);
    refused(PasskeyError::AuthenticatorData, |parts| {
        parts.tail = vec![0];
    });
    refused(PasskeyError::AuthenticatorData, |parts| parts.flags = 0x85);
    refused(PasskeyError::AuthenticatorData, |parts| parts.flags = 0x45);
    // Attested credential data belongs to registrations only.
    refused(PasskeyError::AuthenticatorData, |parts| {
        parts.flags = 0x45;
        parts.tail = [&[0; 16][..], &[0, 1], &[9], &map(&[])].concat();
    });
}

#[test]
fn authenticator_data_that_is_cut_is_refused() {
    for length in [0, 31, 32, 33, 36] {
        refused(PasskeyError::AuthenticatorData, |parts| {
            let whole = [&relying_party().id_hash()[..], &[0x05, 0, 0, 0, 0]].concat();
            let cut = encode(&whole[..length]);
            parts.json = vec![("/response/authenticatorData", json!(cut))];
        });
    }
}

#[test]
fn the_credential_is_the_stored_one() {
    for pointer in ["/id", "/rawId"] {
        refused(PasskeyError::CredentialId, |parts| {
            parts.json = vec![(pointer, json!(encode(&[8; 32])))];
        });
    }
    refused(PasskeyError::CredentialId, |parts| {
        parts.credential_id = vec![8; 32];
    });
    refused(PasskeyError::CredentialType, |parts| {
        parts.json = vec![("/type", json!("password"))];
    });
}

#[test]
fn the_user_handle_is_that_of_the_stored_passkeys_person() {
    refused(PasskeyError::UserHandle, |parts| {
        parts.user_handle = Value::Null;
    });
    for handle in [encode(&[8; 64]), encode(&[7; 63]), String::new()] {
        refused(PasskeyError::UserHandle, |parts| {
            parts.user_handle = json!(handle);
        });
    }
    let other = UserHandle::random().unwrap();
    let keys = Keys::es256();
    let (challenge, fresh) = taken_challenge(Ceremony::Authentication);
    let response: AuthenticationResponse = Authentication::new(&challenge.text()).response(&keys);
    let passkey = passkey_of(&keys, CoseAlgorithm::Es256);
    let outcome = response.verify(
        &relying_party(),
        fresh,
        UserVerification::Required,
        PersonIdentified::Before,
        stored(&passkey, &other),
    );
    assert_eq!(outcome, Err(PasskeyError::UserHandle));
}

#[test]
fn a_changed_signature_or_message_is_refused() {
    for falsified in [
        ("/response/signature", 20),
        ("/response/signature", 60),
        // The counter, and a member that is ignored.
        ("/response/authenticatorData", 36),
        ("/response/clientDataJSON", 60),
    ] {
        refused(PasskeyError::Signature, |parts| {
            // Members are in the order of the alphabet: this one stands where the byte is.
            parts.client_data["aa"] = json!("x".repeat(100));
            parts.falsified = Some(falsified);
        });
    }
}

#[test]
fn a_signature_of_another_key_or_form_is_refused() {
    let other = passkey_of(&Keys::es256(), CoseAlgorithm::Es256);
    let outcome = authenticate(|_| {}, |passkey| *passkey = other);
    assert_eq!(outcome, Err(PasskeyError::Signature));
    for signature in [
        vec![],
        vec![0; 64],
        vec![0x30, 0x06, 2, 1, 0, 2, 1, 0],
        vec![1; 4096],
    ] {
        refused(PasskeyError::Signature, |parts| {
            parts.json = vec![("/response/signature", json!(encode(&signature)))];
        });
    }
}

#[test]
fn a_stored_key_that_contradicts_its_algorithm_or_is_broken_is_refused() {
    for algorithm in [CoseAlgorithm::EdDsa, CoseAlgorithm::Rs256] {
        let outcome = authenticate(|_| {}, |passkey| passkey.algorithm = algorithm);
        assert_eq!(outcome, Err(PasskeyError::PublicKey), "{algorithm:?}");
    }
    let outcome = authenticate(|_| {}, |passkey| passkey.public_key = vec![0xA0]);
    assert_eq!(outcome, Err(PasskeyError::PublicKey));
}
