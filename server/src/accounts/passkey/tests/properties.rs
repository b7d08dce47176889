//! No bytes make the verifier panic, and none that are changed are accepted.

use proptest::prelude::*;

use super::super::authenticator_data::AuthenticatorData;
use super::super::client_data::ClientData;
use super::super::cose::CosePublicKey;
use super::vectors;

fn some_bytes() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 0..600)
}

proptest! {
    #[test]
    fn no_bytes_make_a_parser_panic(bytes in some_bytes()) {
        let _data = AuthenticatorData::parse(&bytes);
        let _client_data = ClientData::parse(&bytes);
        let _key = CosePublicKey::parse(&bytes);
    }

    #[test]
    fn no_change_of_a_registration_makes_it_panic(
        at in any::<prop::sample::Index>(), to in any::<u8>(), cut in any::<bool>(),
    ) {
        for vector in vectors::all() {
            let mut object = vector.bytes("registration.attestation_object");
            let at = at.index(object.len());
            object[at] = to;
            if cut {
                object.truncate(at);
            }
            let _outcome = vector.register_with(&object);
        }
    }

    #[test]
    fn a_changed_bit_of_an_authentication_is_refused(
        bit in any::<prop::sample::Index>(), part in 0..3_usize,
    ) {
        let vector = vectors::named("none-es256");
        let passkey = vector.register().unwrap();
        let name = ["client_data", "authenticator_data", "signature"][part];
        let name = format!("authentication.{name}");
        let mut bytes = vector.bytes(&name);
        let bit = bit.index(bytes.len() * 8);
        bytes[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(vector.authenticate_with(&passkey, &name, &bytes).is_err());
    }
}
