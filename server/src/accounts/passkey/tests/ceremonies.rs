//! Ceremonies in which all is right.

use aws_lc_rs::rsa::KeySize;
use serde_json::{Value, json};

use super::super::{
    AuthenticationResponse, Ceremony, CoseAlgorithm, CounterChange, MAX_CREDENTIAL_ID_BYTES,
    MAX_PUBLIC_KEY_BYTES, NewPasskey, PersonIdentified, ProvenPasskey, RegistrationResponse,
    UserVerification,
};
use super::authenticator::{Authentication, Keys, Registration, bytes, int, map, text};
use super::{handle, relying_party, stored, taken_challenge};

fn register(keys: &Keys, change: impl FnOnce(&mut Registration)) -> NewPasskey {
    let (challenge, fresh) = taken_challenge(Ceremony::Registration);
    let mut registration = Registration::new(keys, &challenge.text());
    change(&mut registration);
    let response: RegistrationResponse = registration.response();
    assert_eq!(response.challenge(), Ok(challenge));
    response
        .verify(&relying_party(), fresh, UserVerification::Preferred)
        .unwrap()
}

fn authenticate(
    keys: &Keys,
    passkey: &NewPasskey,
    change: impl FnOnce(&mut Authentication),
) -> ProvenPasskey {
    let (challenge, fresh) = taken_challenge(Ceremony::Authentication);
    let mut authentication = Authentication::new(&challenge.text());
    change(&mut authentication);
    let response: AuthenticationResponse = authentication.response(keys);
    assert_eq!(response.challenge(), Ok(challenge));
    assert_eq!(response.credential_id(), passkey.credential_id);
    let (verification, person) = (UserVerification::Preferred, PersonIdentified::Before);
    let handle = handle();
    let stored = stored(passkey, &handle);
    response
        .verify(&relying_party(), fresh, verification, person, stored)
        .unwrap()
}

#[test]
fn a_passkey_of_each_algorithm_is_made_and_used() {
    for (keys, algorithm) in [
        (Keys::es256(), CoseAlgorithm::Es256),
        (Keys::eddsa(), CoseAlgorithm::EdDsa),
        (Keys::rs256(KeySize::Rsa2048), CoseAlgorithm::Rs256),
        (Keys::rs256(KeySize::Rsa4096), CoseAlgorithm::Rs256),
    ] {
        let passkey = register(&keys, |_| {});
        assert_eq!(passkey.algorithm, algorithm);
        assert_eq!(passkey.credential_id, [9; 32]);
        assert!(passkey.public_key.len() <= MAX_PUBLIC_KEY_BYTES);
        let proven = authenticate(&keys, &passkey, |_| {});
        assert_eq!(proven.counter_change, CounterChange::None);
    }
}

#[test]
fn a_credential_id_may_have_1_to_1023_bytes() {
    for length in [1, MAX_CREDENTIAL_ID_BYTES] {
        let keys = Keys::es256();
        let passkey = register(&keys, |parts| parts.credential_id = vec![9; length]);
        assert_eq!(passkey.credential_id.len(), length);
        authenticate(&keys, &passkey, |parts| {
            parts.credential_id = vec![9; length];
        });
    }
}

#[test]
fn extensions_that_nobody_asked_for_are_read_over() {
    let extensions = map(&[(text("credProtect"), int(2)), (text("x"), map(&[]))]);
    let keys = Keys::es256();
    let passkey = register(&keys, |parts| {
        parts.flags |= 0x80;
        parts.tail.clone_from(&extensions);
    });
    authenticate(&keys, &passkey, |parts| {
        parts.flags |= 0x80;
        parts.tail.clone_from(&extensions);
    });
}

#[test]
fn a_statement_of_any_format_is_not_evaluated() {
    let statement = map(&[(text("alg"), int(-7)), (text("sig"), bytes(&[0; 70]))]);
    for format in ["packed", "a format of next year"] {
        register(&Keys::es256(), |parts| {
            parts.attestation = vec![("fmt", text(format)), ("attStmt", statement.clone())];
        });
    }
}

#[test]
fn without_required_verification_presence_is_enough() {
    let keys = Keys::es256();
    let passkey = register(&keys, |parts| parts.flags = 0x41);
    authenticate(&keys, &passkey, |parts| parts.flags = 0x01);
}

#[test]
fn a_passkey_may_be_eligible_for_backup_with_or_without_one() {
    let keys = Keys::es256();
    for backup in [0x08, 0x18] {
        let passkey = register(&keys, |parts| parts.flags |= backup);
        authenticate(&keys, &passkey, |parts| parts.flags |= backup);
    }
}

#[test]
fn a_person_who_was_identified_before_needs_no_user_handle() {
    let keys = Keys::es256();
    let passkey = register(&keys, |_| {});
    authenticate(&keys, &passkey, |parts| parts.user_handle = Value::Null);
}

#[test]
fn a_counter_that_falls_back_is_reported_and_the_highest_is_kept() {
    let keys = Keys::es256();
    for (before, now, change, kept) in [
        (0, 0, CounterChange::None, 0),
        (0, 1, CounterChange::Advanced, 1),
        (5, 6, CounterChange::Advanced, 6),
        (5, 5, CounterChange::FellBack, 5),
        (5, 4, CounterChange::FellBack, 5),
        (5, 0, CounterChange::FellBack, 5),
        (u32::MAX - 1, u32::MAX, CounterChange::Advanced, u32::MAX),
    ] {
        let passkey = register(&keys, |parts| parts.counter = before);
        assert_eq!(passkey.counter, before);
        let proven = authenticate(&keys, &passkey, |parts| parts.counter = now);
        assert_eq!(proven.counter_change, change, "{before} {now}");
        assert_eq!(proven.counter, kept, "{before} {now}");
    }
}

#[test]
fn client_data_may_say_nothing_of_frames() {
    register(&Keys::es256(), |parts| {
        let members = parts.client_data.as_object_mut().unwrap();
        assert_eq!(members.remove("crossOrigin"), Some(json!(false)));
    });
}

#[test]
fn a_byte_order_mark_before_client_data_is_no_part_of_it() {
    register(&Keys::es256(), |parts| {
        let marked = format!("\u{FEFF}{}", parts.client_data);
        let encoded = super::super::base64url::encode(marked.as_bytes());
        parts.json = vec![("/response/clientDataJSON", json!(encoded))];
    });
}
