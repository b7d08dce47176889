//! Authenticator data: what the authenticator says and signs (§6.1).

use super::cbor::{self, Value};
use super::error::PasskeyError;
use super::options::UserVerification;

/// Bytes of a credential id at most (§7.1, step 25).
pub const MAX_CREDENTIAL_ID_BYTES: usize = 1023;

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const BACKUP_ELIGIBLE: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
const ATTESTED_CREDENTIAL: u8 = 0x40;
const EXTENSIONS: u8 = 0x80;
const AAGUID_BYTES: usize = 16;

/// Authenticator data that borrows from its bytes. Reserved flags are ignored.
#[derive(Debug)]
pub struct AuthenticatorData<'a> {
    rp_id_hash: &'a [u8; 32],
    flags: u8,
    /// The signature counter (§6.1.1). Zero if the authenticator has none.
    pub counter: u32,
    /// The credential that was made; none if one was used.
    pub credential: Option<AttestedCredential<'a>>,
}

/// The credential that was made (§6.5.1), without the authenticator's model.
#[derive(Debug)]
pub struct AttestedCredential<'a> {
    /// Its id, of 1 to 1023 bytes.
    pub id: &'a [u8],
    /// Its public key: one CBOR value.
    pub public_key: &'a [u8],
}

impl<'a> AuthenticatorData<'a> {
    /// Parses it. Extensions are read over; nothing asks for any.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, PasskeyError> {
        const MALFORMED: PasskeyError = PasskeyError::AuthenticatorData;
        let (rp_id_hash, rest) = bytes.split_first_chunk().ok_or(MALFORMED)?;
        let (&[flags], rest) = rest.split_first_chunk().ok_or(MALFORMED)?;
        let (&counter, mut rest) = rest.split_first_chunk().ok_or(MALFORMED)?;
        let mut credential = None;
        if flags & ATTESTED_CREDENTIAL != 0 {
            let (attested, after) = AttestedCredential::parse(rest)?;
            credential = Some(attested);
            rest = after;
        }
        if flags & EXTENSIONS != 0 {
            let Ok((Value::Map(_), after)) = cbor::parse_first(rest) else {
                return Err(MALFORMED);
            };
            rest = after;
        }
        if !rest.is_empty() {
            return Err(MALFORMED);
        }
        Ok(AuthenticatorData {
            rp_id_hash,
            flags,
            counter: u32::from_be_bytes(counter),
            credential,
        })
    }

    /// Steps 14 to 17 of §7.1, and 15 to 18 of §7.2.
    pub fn check(
        &self,
        rp_id_hash: &[u8; 32],
        verification: UserVerification,
    ) -> Result<(), PasskeyError> {
        if self.rp_id_hash != rp_id_hash {
            return Err(PasskeyError::RelyingParty);
        }
        if !self.has(USER_PRESENT) {
            return Err(PasskeyError::UserPresence);
        }
        if verification == UserVerification::Required && !self.has(USER_VERIFIED) {
            return Err(PasskeyError::UserVerification);
        }
        if self.has(BACKED_UP) && !self.has(BACKUP_ELIGIBLE) {
            return Err(PasskeyError::BackupFlags);
        }
        Ok(())
    }

    fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

impl<'a> AttestedCredential<'a> {
    fn parse(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), PasskeyError> {
        const MALFORMED: PasskeyError = PasskeyError::AuthenticatorData;
        let (_, rest) = bytes.split_at_checked(AAGUID_BYTES).ok_or(MALFORMED)?;
        let (&length, rest) = rest.split_first_chunk().ok_or(MALFORMED)?;
        let length = usize::from(u16::from_be_bytes(length));
        if length == 0 || length > MAX_CREDENTIAL_ID_BYTES {
            return Err(PasskeyError::CredentialId);
        }
        let (id, rest) = rest.split_at_checked(length).ok_or(MALFORMED)?;
        let (_, after) = cbor::parse_first(rest).map_err(|_| MALFORMED)?;
        let (public_key, _) = rest
            .split_at_checked(rest.len() - after.len())
            .ok_or(MALFORMED)?;
        Ok((AttestedCredential { id, public_key }, after))
    }
}
