//! Why a passkey was not accepted.

/// Why a passkey was not accepted. For logs and tests: a person is told that it did not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyError {
    /// The client data is not JSON of the expected form, or is too long.
    #[error("the client data is malformed")]
    ClientData,
    /// The client data is of another ceremony.
    #[error("the client data has another type")]
    Type,
    /// The client data has another challenge than the one that was issued.
    #[error("the challenge is another one")]
    Challenge,
    /// The page that asked has another origin.
    #[error("the origin is another one")]
    Origin,
    /// The page was in a frame of another origin.
    #[error("the page was in a frame of another origin")]
    CrossOrigin,
    /// The authenticator data is cut, has a rest, or has parts that do not belong there.
    #[error("the authenticator data is malformed")]
    AuthenticatorData,
    /// The credential is for another relying party.
    #[error("the credential is for another relying party")]
    RelyingParty,
    /// Nobody touched the authenticator.
    #[error("the user was not present")]
    UserPresence,
    /// The authenticator did not verify the person, and was asked to.
    #[error("the user was not verified")]
    UserVerification,
    /// The credential is said to be backed up and not to be eligible for it.
    #[error("the backup flags contradict each other")]
    BackupFlags,
    /// The credential is no public key.
    #[error("the credential has another type")]
    CredentialType,
    /// The credential's id is empty, too long, or not the same everywhere.
    #[error("the credential's id is wrong")]
    CredentialId,
    /// The attestation object is malformed.
    #[error("the attestation object is malformed")]
    AttestationObject,
    /// The key has an algorithm that was not asked for.
    #[error("the key has an algorithm that was not asked for")]
    Algorithm,
    /// The public key is malformed, or too weak.
    #[error("the public key is malformed")]
    PublicKey,
    /// The user handle is missing, or is another person's.
    #[error("the user handle is another one")]
    UserHandle,
    /// The signature is wrong.
    #[error("the signature is wrong")]
    Signature,
}
