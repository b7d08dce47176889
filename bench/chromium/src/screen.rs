//! What a page believes of its surroundings: screen, language, time zone, network.

use anyhow::Result;
use serde_json::json;

use crate::page::Page;

/// A screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// In CSS pixels.
    pub width: u32,
    /// In CSS pixels.
    pub height: u32,
    /// A phone: touched, never hovered over, with thin scroll bars over the content.
    pub phone: bool,
}

/// A network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Network {
    /// As it is.
    Full,
    /// None.
    Offline,
    /// Slower than it is.
    Slow {
        /// The round trip, in milliseconds.
        latency_ms: u32,
        /// In both directions, in bytes per second.
        bytes_per_second: u32,
    },
}

impl Page {
    /// Shows the page on this screen.
    ///
    /// # Errors
    /// When the browser has gone.
    pub fn set_screen(&self, screen: Screen) -> Result<()> {
        let Screen {
            width,
            height,
            phone,
        } = screen;
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone,
        });
        self.call("Emulation.setDeviceMetricsOverride", metrics)?;
        let touch = json!({ "enabled": phone, "maxTouchPoints": 5 });
        self.call("Emulation.setTouchEmulationEnabled", touch)?;
        Ok(())
    }

    /// Says what style sheets ask for, such as `("prefers-color-scheme", "dark")`.
    ///
    /// # Errors
    /// When the browser has gone.
    pub fn set_media(&self, features: &[(&str, &str)]) -> Result<()> {
        let features: Vec<_> = features
            .iter()
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .collect();
        self.call(
            "Emulation.setEmulatedMedia",
            json!({ "features": features }),
        )?;
        Ok(())
    }

    /// Says which language the person reads, such as `ko-KR`.
    ///
    /// # Errors
    /// When the browser has gone.
    pub fn set_language(&self, tag: &str) -> Result<()> {
        let agent = self.evaluate("navigator.userAgent")?;
        let params = json!({ "userAgent": agent, "acceptLanguage": tag });
        self.call("Emulation.setUserAgentOverride", params)?;
        self.call("Emulation.setLocaleOverride", json!({ "locale": tag }))?;
        Ok(())
    }

    /// Says where on earth the person is, such as `Asia/Seoul`.
    ///
    /// # Errors
    /// When there is no such zone.
    pub fn set_time_zone(&self, zone: &str) -> Result<()> {
        let params = json!({ "timezoneId": zone });
        self.call("Emulation.setTimezoneOverride", params)?;
        Ok(())
    }

    /// Has the page believe that it has the focus and is visible, or leaves it as it is.
    ///
    /// # Errors
    /// When the browser has gone.
    pub fn set_focused(&self, focused: bool) -> Result<()> {
        let params = json!({ "enabled": focused });
        self.call("Emulation.setFocusEmulationEnabled", params)?;
        Ok(())
    }

    /// Changes the network. A WebSocket that is open feels it too.
    ///
    /// # Errors
    /// When the browser has gone.
    pub fn set_network(&self, network: Network) -> Result<()> {
        let (offline, latency, throughput) = match network {
            Network::Full => (false, 0, -1),
            Network::Offline => (true, 0, -1),
            Network::Slow {
                latency_ms,
                bytes_per_second,
            } => (false, latency_ms, i64::from(bytes_per_second)),
        };
        self.call("Network.enable", json!({}))?;
        let params = json!({
            "offline": offline, "latency": latency,
            "downloadThroughput": throughput, "uploadThroughput": throughput,
        });
        self.call("Network.emulateNetworkConditions", params)?;
        Ok(())
    }

    /// Slows the processor down, so many times.
    ///
    /// # Errors
    /// When the browser has gone.
    pub fn set_cpu_slowdown(&self, times: u32) -> Result<()> {
        let params = json!({ "rate": times });
        self.call("Emulation.setCPUThrottlingRate", params)?;
        Ok(())
    }
}
