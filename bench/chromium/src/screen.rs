//! Emulates the environment of a page: screen, language, time zone, network, processor.

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
    /// Whether it is a phone: touch instead of a mouse, and overlay scroll bars.
    pub phone: bool,
}

/// A network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Network {
    /// The real network.
    Full,
    /// No network.
    Offline,
    /// A slow network.
    Slow {
        /// The round trip, in milliseconds.
        latency_ms: u32,
        /// Bytes per second from the server.
        download: u32,
        /// Bytes per second to the server.
        upload: u32,
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

    /// Sets media features, such as `("prefers-color-scheme", "dark")`.
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

    /// Sets the language, such as `ko-KR`.
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

    /// Sets the time zone, such as `Asia/Seoul`.
    ///
    /// # Errors
    /// When there is no such zone.
    pub fn set_time_zone(&self, zone: &str) -> Result<()> {
        let params = json!({ "timezoneId": zone });
        self.call("Emulation.setTimezoneOverride", params)?;
        Ok(())
    }

    /// Emulates that the page has the focus and is visible, or stops to emulate it.
    ///
    /// # Errors
    /// When the browser has gone.
    pub fn set_focused(&self, focused: bool) -> Result<()> {
        let params = json!({ "enabled": focused });
        self.call("Emulation.setFocusEmulationEnabled", params)?;
        Ok(())
    }

    /// Emulates a network. It also affects a WebSocket that is open.
    ///
    /// # Errors
    /// When the browser has gone.
    pub fn set_network(&self, network: Network) -> Result<()> {
        let (offline, latency, download, upload) = match network {
            Network::Full => (false, 0, -1, -1),
            Network::Offline => (true, 0, -1, -1),
            Network::Slow {
                latency_ms,
                download,
                upload,
            } => (false, latency_ms, i64::from(download), i64::from(upload)),
        };
        self.call("Network.enable", json!({}))?;
        let params = json!({
            "offline": offline, "latency": latency,
            "downloadThroughput": download, "uploadThroughput": upload,
        });
        self.call("Network.emulateNetworkConditions", params)?;
        Ok(())
    }

    /// Slows the processor down by this factor.
    ///
    /// # Errors
    /// When the browser has gone.
    pub fn set_cpu_slowdown(&self, times: u32) -> Result<()> {
        let params = json!({ "rate": times });
        self.call("Emulation.setCPUThrottlingRate", params)?;
        Ok(())
    }
}
