//! Requests of who manages people.

use serde::{Deserialize, Serialize};
use shared::id::{Micros, UserId};
use shared::model::{Profile, Role};

use super::devices::MadeLink;
use super::{Failure, ask, get, parse, send};

const PEOPLE: &str = "/api/v1/people";

/// A page of the list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PeopleList {
    /// The people.
    pub people: Vec<PersonEntry>,
    /// Where the next page begins; none after the last one.
    #[serde(default)]
    pub next: Option<String>,
}

/// A person in the list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PersonEntry {
    /// What everybody sees.
    pub person: Profile,
    /// When a session was last used; none without one.
    #[serde(default)]
    pub used_at: Option<Micros>,
}

#[derive(Serialize)]
struct Change {
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<Role>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deactivated: Option<bool>,
}

/// A page of the people whose name or username begins like this.
///
/// # Errors
/// If the server refuses, or cannot be reached.
pub async fn list(search: &str, after: Option<&str>) -> Result<PeopleList, Failure> {
    let search = String::from(js_sys::encode_uri_component(search));
    let after = after.map_or(String::new(), |after| format!("&after={after}"));
    get(&format!("{PEOPLE}?search={search}{after}")).await
}

/// Changes what a person may do.
///
/// # Errors
/// As [`list`].
pub async fn set_role(user: UserId, role: Role) -> Result<Profile, Failure> {
    let change = Change {
        role: Some(role),
        deactivated: None,
    };
    send("PATCH", &path(user), &change).await
}

/// Lets nobody sign in as a person, or lets the person sign in again.
///
/// # Errors
/// As [`list`].
pub async fn set_deactivated(user: UserId, deactivated: bool) -> Result<Profile, Failure> {
    let change = Change {
        role: None,
        deactivated: Some(deactivated),
    };
    send("PATCH", &path(user), &change).await
}

/// Erases a person.
///
/// # Errors
/// As [`list`].
pub async fn delete(user: UserId) -> Result<(), Failure> {
    ask("DELETE", &path(user), None).await.map(drop)
}

/// Makes a link with which a person sets a new password.
///
/// # Errors
/// As [`list`].
pub async fn reset_link(user: UserId) -> Result<MadeLink, Failure> {
    let answer = ask("POST", &format!("{}/link", path(user)), None).await?;
    parse(&answer)
}

fn path(user: UserId) -> String {
    format!("{PEOPLE}/{user}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire;

    #[test]
    fn a_page_is_read_as_the_server_writes_it() {
        let text = r#"{"people":[{"person":{"id":5,"name":"Ben","rev":7,"role":"member",
            "username":"ben","deactivated":true},"created_at":1700000000000000}],"next":"member.5"}"#;
        let read: PeopleList = wire::from_str(text).unwrap();
        assert_eq!(read.next.as_deref(), Some("member.5"));
        let person = &read.people[0].person;
        assert!(person.deactivated && person.role == Role::Member);
        assert_eq!(read.people[0].used_at, None);
    }

    #[test]
    fn a_change_names_one_thing() {
        let change = |role, deactivated| wire::to_string(&Change { role, deactivated }).unwrap();
        assert_eq!(
            change(Some(Role::Administrator), None),
            r#"{"role":"administrator"}"#
        );
        assert_eq!(change(None, Some(false)), r#"{"deactivated":false}"#);
    }
}
