//! Roles that the identity provider gives.

use serde_json::{Map, Value};

/// A role that a claim can give, ordered by what it may do. Nobody becomes an owner by a claim:
/// whoever administers the provider would own the place. Guests have no account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClaimedRole {
    /// A member.
    Member,
    /// An administrator.
    Administrator,
}

/// A value of the role claim and the role that it gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleMapping {
    value: String,
    role: ClaimedRole,
}

impl RoleMapping {
    /// Parses `VALUE=ROLE`.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn parse(text: &str) -> Result<Self, String> {
        const FORM: &str = "give VALUE=ROLE, as in `chat-admins=administrator`; the roles are administrator and member";
        // A group's name may contain the sign itself.
        let (value, role) = text.rsplit_once('=').ok_or(FORM)?;
        let role = match role {
            "administrator" => ClaimedRole::Administrator,
            "member" => ClaimedRole::Member,
            _ => return Err(FORM.into()),
        };
        if value.is_empty() {
            return Err(FORM.into());
        }
        Ok(RoleMapping {
            value: value.to_owned(),
            role,
        })
    }
}

/// The claim of this name; where there is none, dots lead into objects
/// (`realm_access.roles`).
pub fn find_claim<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    if let Some(value) = claims.get(name) {
        return Some(value);
    }
    let mut parts = name.split('.');
    let first = claims.get(parts.next()?)?;
    parts.try_fold(first, |value, part| value.get(part))
}

/// The highest role that the values of a claim give: a text, or a list of texts.
pub fn highest_role(claim: &Value, mappings: &[RoleMapping]) -> Option<ClaimedRole> {
    let has = |wanted: &str| match claim {
        Value::String(value) => value == wanted,
        Value::Array(values) => values.iter().any(|value| value.as_str() == Some(wanted)),
        _ => false,
    };
    let given = mappings.iter().filter(|mapping| has(&mapping.value));
    given.map(|mapping| mapping.role).max()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn claims(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn the_highest_of_several_roles_counts() {
        let mappings = ["staff=member", "cn=admins=administrator"].map(RoleMapping::parse);
        let mappings = mappings.map(Result::unwrap);
        for (claim, role) in [
            (json!("staff"), Some(ClaimedRole::Member)),
            (
                json!(["staff", "cn=admins"]),
                Some(ClaimedRole::Administrator),
            ),
            (json!(["Staff", "others", 3]), None),
            (json!({"staff": true}), None),
            (json!(null), None),
        ] {
            assert_eq!(highest_role(&claim, &mappings), role, "{claim}");
        }
    }

    #[test]
    fn a_claim_is_found_by_its_whole_name_first() {
        let claims = claims(json!({"a.b": 1, "a": {"b": 2, "c": {"d": 3}}}));
        assert_eq!(find_claim(&claims, "a.b"), Some(&json!(1)));
        assert_eq!(find_claim(&claims, "a.c.d"), Some(&json!(3)));
        assert_eq!(find_claim(&claims, "a.x"), None);
        assert_eq!(find_claim(&claims, "x.b"), None);
    }

    #[test]
    fn a_mapping_names_a_value_and_a_role() {
        for refused in [
            "admins",
            "=member",
            "admins=root",
            "admins=",
            "admins=owner",
            "all=guest",
        ] {
            assert!(RoleMapping::parse(refused).is_err(), "{refused}");
        }
    }
}
