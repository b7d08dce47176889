//! Requests about where a person is signed in.

use serde::Deserialize;
use shared::id::Micros;

use super::{Failure, ask, get, parse};

const SESSIONS: &str = "/api/v1/account/sessions";

/// A device on which the person is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Device {
    /// The session's number.
    pub id: i64,
    /// The browser and the system; empty if they are not known.
    #[serde(rename = "device")]
    pub name: String,
    /// The address that the session began at.
    #[serde(default)]
    pub address: Option<String>,
    /// When it was last used, to the day.
    pub used_at: Micros,
    /// Whether it is this one.
    pub is_current: bool,
}

#[derive(Deserialize)]
struct Devices {
    sessions: Vec<Device>,
}

/// The devices on which the person is signed in, the last used first.
///
/// # Errors
/// If the server cannot be reached.
pub async fn list() -> Result<Vec<Device>, Failure> {
    get::<Devices>(SESSIONS).await.map(|all| all.sessions)
}

/// Signs out on one device, or on all but this one.
///
/// # Errors
/// If the server cannot be reached.
pub async fn sign_out(device: Option<i64>) -> Result<(), Failure> {
    let path = match device {
        Some(id) => format!("{SESSIONS}/{id}"),
        None => SESSIONS.to_owned(),
    };
    ask("DELETE", &path, None).await.map(drop)
}

/// A link that works once, and was made by whoever is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct MadeLink {
    /// Its path and fragment.
    pub link: String,
    /// The whole link as a QR code, in SVG; none if it is too long for one.
    #[serde(default)]
    pub qr: Option<String>,
    /// When it ends.
    pub expires_at: Micros,
}

/// Makes a link that takes the session to another device. The one before ends.
///
/// # Errors
/// If the server refuses, or cannot be reached.
pub async fn make_link() -> Result<MadeLink, Failure> {
    parse(&ask("POST", "/api/v1/account/link", None).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire;

    #[test]
    fn devices_are_read_as_the_server_writes_them() {
        let text = r#"{"sessions":[{"id":4,"device":"Firefox · Linux","address":"192.0.2.7",
            "created_at":1700000000000000,"used_at":1700000000000001,"is_current":true},
            {"id":3,"device":"","created_at":1,"used_at":2,"is_current":false}]}"#;
        let Devices { sessions } = wire::from_str(text).unwrap();
        assert_eq!(sessions[0].address.as_deref(), Some("192.0.2.7"));
        assert!(sessions[0].is_current && !sessions[1].is_current);
    }
}
