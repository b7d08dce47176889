//! The ways in which the provider can misbehave, one at a time.

/// What the provider does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misbehaviour {
    /// An endpoint answers in a wrong way.
    At(Endpoint, WrongAnswer),
    /// The discovery document names another issuer.
    DiscoveryIssuer,
    /// The discovery document offers no algorithm but `none` and `HS256`.
    DiscoveryAlgorithms,
    /// The discovery document leads to an endpoint that is not its own machine, without TLS.
    DiscoveryPlainEndpoint,
    /// The ID token names another issuer.
    TokenIssuer,
    /// The ID token is for another client.
    Audience,
    /// The ID token is for several clients and does not say who asked.
    AudiencesWithoutParty,
    /// Another client asked for the ID token.
    OtherParty,
    /// The ID token ended long ago.
    Expired,
    /// The ID token is from tomorrow.
    FromTheFuture,
    /// The ID token has no nonce.
    NoNonce,
    /// The ID token has another nonce.
    OtherNonce,
    /// The ID token is not signed.
    Unsigned,
    /// The ID token is signed with the public key as a shared secret.
    PublicKeyAsSecret,
    /// The ID token's key is never among the public ones.
    UnknownKey,
    /// The ID token is signed with another key than it says.
    OtherKey,
    /// The token endpoint has no ID token.
    NoToken,
    /// The token endpoint refuses, and repeats the code in what it says.
    Refusal,
    /// The user information is about somebody else.
    UserinfoSubject,
    /// The person says no.
    Denial,
    /// The provider does not accept the request.
    InvalidScope,
    /// The callback has no code.
    NoCode,
    /// The callback does not name the issuer.
    CallbackWithoutIssuer,
    /// The callback names another issuer: the code is another provider's.
    MixUp,
}

/// An endpoint that the server asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// The discovery document.
    Discovery,
    /// The public keys.
    Keys,
    /// The token endpoint.
    Token,
    /// The user information.
    Userinfo,
}

/// How an endpoint answers in a wrong way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrongAnswer {
    /// It never answers.
    Never,
    /// It begins to answer and never ends.
    Endless,
    /// It answers rightly, and with very much more.
    Huge,
    /// It answers rightly, but says that it is HTML.
    Html,
    /// It leads to an address that would answer rightly.
    Redirect,
    /// It answers with a failure of its own.
    Failure,
}
