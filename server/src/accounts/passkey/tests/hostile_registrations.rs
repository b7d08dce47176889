//! Registrations in which one thing is wrong.

use aws_lc_rs::rsa::KeySize;
use serde_json::{Value, json};

use super::super::base64url::encode;
use super::super::{
    Ceremony, NewPasskey, PasskeyError, RegistrationResponse, RelyingParty, UserVerification,
};
use super::authenticator::{Keys, Registration, bytes, int, map, text};
use super::{ORIGIN, RP_ID, relying_party, taken_challenge};

fn register(
    keys: &Keys,
    change: impl FnOnce(&mut Registration),
) -> Result<NewPasskey, PasskeyError> {
    let (challenge, fresh) = taken_challenge(Ceremony::Registration);
    let mut registration = Registration::new(keys, &challenge.text());
    change(&mut registration);
    let verification = UserVerification::Required;
    let response: RegistrationResponse = registration.response();
    response.verify(&relying_party(), fresh, verification)
}

fn refused(keys: &Keys, error: PasskeyError, change: impl FnOnce(&mut Registration)) {
    assert_eq!(register(keys, change), Err(error));
}

#[test]
fn each_member_of_the_client_data_is_checked() {
    let other = super::super::Challenge::random().unwrap().text();
    let keys = Keys::es256();
    for (member, value, error) in [
        ("type", json!("webauthn.get"), PasskeyError::Type),
        ("type", json!(null), PasskeyError::ClientData),
        ("challenge", json!(other), PasskeyError::Challenge),
        ("challenge", json!(""), PasskeyError::Challenge),
        ("challenge", json!(7), PasskeyError::ClientData),
        ("origin", json!(format!("{ORIGIN}/")), PasskeyError::Origin),
        (
            "origin",
            json!(format!("{ORIGIN}:443")),
            PasskeyError::Origin,
        ),
        ("origin", json!(ORIGIN.to_uppercase()), PasskeyError::Origin),
        (
            "origin",
            json!("http://chat.example.org"),
            PasskeyError::Origin,
        ),
        (
            "origin",
            json!("https://evil.chat.example.org"),
            PasskeyError::Origin,
        ),
        ("origin", json!("null"), PasskeyError::Origin),
        ("crossOrigin", json!(true), PasskeyError::CrossOrigin),
        ("crossOrigin", json!("true"), PasskeyError::ClientData),
        ("topOrigin", json!(ORIGIN), PasskeyError::CrossOrigin),
        ("topOrigin", json!(null), PasskeyError::CrossOrigin),
        ("long", json!("x".repeat(4096)), PasskeyError::ClientData),
    ] {
        refused(&keys, error, |parts| parts.client_data[member] = value);
    }
    for member in ["type", "challenge", "origin"] {
        refused(&keys, PasskeyError::ClientData, |parts| {
            parts.client_data.as_object_mut().unwrap().remove(member);
        });
    }
}

#[test]
fn the_challenge_has_padding_nowhere_and_one_alphabet() {
    refused(&Keys::es256(), PasskeyError::Challenge, |parts| {
        let padded = format!("{}=", parts.client_data["challenge"].as_str().unwrap());
        parts.client_data["challenge"] = json!(padded);
    });
}

#[test]
fn client_data_that_is_no_json_or_has_a_member_twice_is_refused() {
    let keys = Keys::es256();
    for change in [
        |json: String| json[1..].to_owned(),
        |json: String| format!("{json} x"),
        |json: String| json.replacen('{', "{\"origin\":\"https://evil.example\",", 1),
    ] {
        refused(&keys, PasskeyError::ClientData, |parts| {
            let text = change(parts.client_data.to_string());
            parts.json = vec![("/response/clientDataJSON", json!(encode(text.as_bytes())))];
        });
    }
}

#[test]
fn the_authenticator_data_is_checked() {
    let keys = Keys::es256();
    refused(&keys, PasskeyError::RelyingParty, |parts| {
        parts.rp_id = "example.org".to_owned();
    });
    refused(&keys, PasskeyError::UserPresence, |parts| {
        parts.flags = 0x44;
    });
    refused(&keys, PasskeyError::UserVerification, |parts| {
        parts.flags = 0x41;
    });
    refused(&keys, PasskeyError::BackupFlags, |parts| parts.flags = 0x55);
    // The credential is there, and the flag says that it is not.
    refused(&keys, PasskeyError::AuthenticatorData, |parts| {
        parts.flags = 0x05;
    });
    // Neither.
    refused(&keys, PasskeyError::AuthenticatorData, |parts| {
        let data = map(&[
            (text("fmt"), text("none")),
            (text("attStmt"), map(&[])),
            (text("authData"), bytes(&bare_authenticator_data())),
        ]);
        parts.json = vec![("/response/attestationObject", json!(encode(&data)))];
    });
    // A rest; extensions that are not announced, announced ones that are not there or no map.
    refused(&keys, PasskeyError::AuthenticatorData, |parts| {
        parts.tail = vec![0];
    });
    refused(&keys, PasskeyError::AuthenticatorData, |parts| {
        parts.tail = map(&[]);
    });
    for tail in [vec![], int(1), [map(&[]), int(1)].concat(), vec![0xA1]] {
        refused(&keys, PasskeyError::AuthenticatorData, |parts| {
            parts.flags |= 0x80;
            parts.tail = tail;
        });
    }
}

fn bare_authenticator_data() -> Vec<u8> {
    [&relying_party().id_hash()[..], &[0x05, 0, 0, 0, 0]].concat()
}

#[test]
fn the_credential_id_is_the_same_everywhere_and_bounded() {
    let keys = Keys::es256();
    for pointer in ["/id", "/rawId"] {
        refused(&keys, PasskeyError::CredentialId, |parts| {
            parts.json = vec![(pointer, json!(encode(&[8; 32])))];
        });
    }
    refused(&keys, PasskeyError::CredentialId, |parts| {
        let other = json!(encode(&[8; 32]));
        parts.json = vec![("/id", other.clone()), ("/rawId", other)];
    });
    for length in [0, 1024] {
        refused(&keys, PasskeyError::CredentialId, |parts| {
            parts.credential_id = vec![9; length];
        });
    }
    refused(&keys, PasskeyError::CredentialType, |parts| {
        parts.json = vec![("/type", json!("password"))];
    });
}

#[test]
fn the_attestation_object_is_checked() {
    let keys = Keys::es256();
    let (fmt, statement) = (("fmt", text("none")), ("attStmt", map(&[])));
    for attestation in [
        vec![],
        vec![fmt.clone()],
        vec![statement.clone()],
        vec![("fmt", int(1)), statement.clone()],
        vec![fmt.clone(), fmt.clone(), statement.clone()],
        vec![fmt.clone(), statement.clone(), ("authData", bytes(&[]))],
    ] {
        refused(&keys, PasskeyError::AttestationObject, |parts| {
            parts.attestation = attestation;
        });
    }
    let no_data = map(&[(text("fmt"), text("none")), (text("attStmt"), map(&[]))]);
    for object in [vec![], vec![0xA0], int(1), no_data, vec![0xBF, 0xFF]] {
        refused(&keys, PasskeyError::AttestationObject, |parts| {
            parts.json = vec![("/response/attestationObject", json!(encode(&object)))];
        });
    }
}

#[test]
fn each_member_of_the_public_key_is_checked() {
    let point = Keys::es256().cose();
    let mut off_curve = point[4].1.clone();
    off_curve[10] ^= 1;
    let es256: [(&str, i64, Vec<u8>); 9] = [
        ("another key type", 1, int(1)),
        ("another curve", -1, int(2)),
        ("a curve as text", -1, text("P-256")),
        ("a short x", -2, bytes(&[1; 31])),
        ("a long x", -2, bytes(&[1; 33])),
        ("a short y", -3, bytes(&[1; 31])),
        ("a compressed point", -3, vec![0xF5]),
        ("a point that is not on the curve", -3, off_curve),
        ("an algorithm as text", 3, text("ES256")),
    ];
    wrong_members(&Keys::es256(), &es256);
    let eddsa = [
        ("another key type", 1, int(2)),
        ("another curve", -1, int(7)),
        ("a short x", -2, bytes(&[1; 31])),
        ("a long x", -2, bytes(&[1; 57])),
    ];
    wrong_members(&Keys::eddsa(), &eddsa);

    let rsa = Keys::rs256(KeySize::Rsa2048);
    let n = rsa.cose()[2].1[3..].to_vec();
    let rs256 = [
        ("another key type", 1, int(2)),
        ("a leading zero", -1, bytes(&[&[0], &n[..]].concat())),
        ("2047 bits", -1, bytes(&[&[n[0] >> 1], &n[1..]].concat())),
        ("4097 bits", -1, bytes(&[&[1; 257], &n[..]].concat())),
        ("no modulus", -1, bytes(&[])),
        ("no exponent", -2, bytes(&[])),
        ("an exponent of 1", -2, bytes(&[1])),
        ("an even exponent", -2, bytes(&[1, 0, 0])),
        ("an exponent with a leading zero", -2, bytes(&[0, 1, 0, 1])),
        ("a long exponent", -2, bytes(&[1, 0, 0, 0, 1])),
    ];
    wrong_members(&rsa, &rs256);
}

fn wrong_members(keys: &Keys, members: &[(&str, i64, Vec<u8>)]) {
    for (what, label, value) in members {
        let outcome = register(keys, |parts| {
            let entry = parts.cose.iter_mut().find(|(other, _)| other == label);
            entry.unwrap().1.clone_from(value);
        });
        assert_eq!(outcome, Err(PasskeyError::PublicKey), "{what}");
    }
    for at in 0..keys.cose().len() {
        refused(keys, PasskeyError::PublicKey, |parts| {
            parts.cose.remove(at);
        });
    }
    // The specification allows no others: here an operation, and a private part.
    for extra in [(4, int(2)), (-4, bytes(&[1; 32]))] {
        refused(keys, PasskeyError::PublicKey, |parts| {
            parts.cose.push(extra);
        });
    }
    refused(keys, PasskeyError::AuthenticatorData, |parts| {
        parts.cose.push(parts.cose[0].clone());
    });
}

#[test]
fn an_algorithm_that_was_not_asked_for_is_refused() {
    for number in [-35, -36, -37, -47, -65535, 0, 7] {
        refused(&Keys::es256(), PasskeyError::Algorithm, |parts| {
            parts.cose[1].1 = int(number);
        });
    }
}

#[test]
fn a_public_key_is_bounded_before_it_is_read() {
    // Read, it would be refused for its algorithm.
    for (length, error) in [
        (500, PasskeyError::Algorithm),
        (600, PasskeyError::PublicKey),
    ] {
        refused(&Keys::eddsa(), error, |parts| {
            parts.cose[1].1 = int(-35);
            parts.cose[3].1 = bytes(&vec![1; length]);
        });
    }
}

#[test]
fn json_of_another_form_is_not_read() {
    let (challenge, _) = taken_challenge(Ceremony::Registration);
    let registration = Registration::new(&Keys::es256(), &challenge.text());
    let read = |json: Value| serde_json::from_value::<RegistrationResponse>(json);
    assert!(read(registration.to_json()).is_ok());
    for (pointer, value) in [
        ("/id", json!("CQ==")),
        ("/rawId", json!("+/8")),
        ("/type", json!(1)),
        ("/response", json!({})),
        ("/response/clientDataJSON", json!(null)),
        ("/response/attestationObject", json!([1, 2])),
    ] {
        let mut json = registration.to_json();
        *json.pointer_mut(pointer).unwrap() = value;
        assert!(read(json).is_err(), "{pointer}");
    }
}

#[test]
fn the_relying_party_decides_which_origin_is_right() {
    let (challenge, fresh) = taken_challenge(Ceremony::Registration);
    let registration = Registration::new(&Keys::es256(), &challenge.text());
    let response: RegistrationResponse = registration.response();
    let other = RelyingParty::new(RP_ID, "Madang", "https://other.example.org");
    let outcome = response.verify(&other, fresh, UserVerification::Required);
    assert_eq!(outcome, Err(PasskeyError::Origin));
}
