//! What a session remembers of the device that it began on.

use std::net::IpAddr;

/// The longest name of a device, in characters.
const MAX_CHARS: usize = 60;

/// Where a session begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// A short name such as `Firefox · Linux`; empty if the client says nothing.
    pub name: String,
    /// The address that the request came from; of IPv6 its network of 64 bits, in which a person
    /// has many.
    pub address: IpAddr,
}

impl Device {
    /// The device of a request with this `User-Agent` from this address.
    pub fn of(user_agent: Option<&str>, address: IpAddr) -> Self {
        Device {
            name: user_agent.map_or_else(String::new, name_of),
            address,
        }
    }
}

/// The browser and the system that a `User-Agent` names. All browsers name others too, for
/// pages that look for those; so the more special word comes first. Of a program it is the name
/// of the product (RFC 9110 § 10.1.5).
fn name_of(user_agent: &str) -> String {
    const BROWSERS: [(&str, &str); 8] = [
        ("Edg/", "Edge"),
        ("EdgA/", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let named = |words: &[(&str, &'static str)]| {
        let mut words = words.iter();
        words
            .find(|(word, _)| user_agent.contains(word))
            .map(|(_, name)| *name)
    };
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} · {system}"),
        (Some(name), None) => name.to_owned(),
        (None, _) => {
            let product = user_agent.split(['/', ' ']).next().unwrap_or_default();
            let shown = product.chars().filter(char::is_ascii_graphic);
            shown.take(MAX_CHARS).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_and_programs_are_named() {
        for (user_agent, name) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox · Linux",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
                "Chrome · Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
                "Safari · iPhone",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
                "Edge · Windows",
            ),
            ("curl/8.14.1", "curl"),
            ("my\u{202e}bot 1.0", "mybot"),
            ("", ""),
        ] {
            assert_eq!(name_of(user_agent), name);
        }
        assert_eq!(name_of(&"x".repeat(500)).len(), MAX_CHARS);
    }
}
