//! Requests to the provider. Each answer is bounded in size and time, and no redirect is followed.

use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, RequestBuilder, Response, redirect};
use serde::de::DeserializeOwned;
use url::Url;

use super::error::OidcError;
use super::settings::OidcSettings;
use crate::tls;

/// Asks the provider.
pub struct ProviderHttp {
    client: Client,
    answer_bytes: usize,
}

/// An answer in JSON, of whatever status.
pub struct JsonAnswer {
    endpoint: &'static str,
    status: u16,
    body: Vec<u8>,
}

impl ProviderHttp {
    /// A client with the limits of these settings.
    ///
    /// # Errors
    /// `no_tls`.
    pub fn new(settings: &OidcSettings) -> Result<Self, OidcError> {
        let builder = if settings.issuer.is_plain_http() {
            tls::local_http_client().no_proxy()
        } else {
            tls::http_client().https_only(true)
        };
        let client = builder
            .redirect(redirect::Policy::none())
            .timeout(settings.timeout)
            .build()
            .map_err(|error| OidcError::NoTls(chain(&error)))?;
        Ok(ProviderHttp {
            client,
            answer_bytes: settings.answer_bytes,
        })
    }

    /// A GET request.
    pub fn get(&self, url: Url) -> RequestBuilder {
        self.client.get(url)
    }

    /// A POST request.
    pub fn post(&self, url: Url) -> RequestBuilder {
        self.client.post(url)
    }

    /// Sends a request and reads its answer. `endpoint` is its name in errors.
    ///
    /// # Errors
    /// `unreachable`, `redirected`, `answer_too_large`, or `answer_malformed` if it is not JSON.
    pub async fn ask(
        &self,
        endpoint: &'static str,
        request: RequestBuilder,
    ) -> Result<JsonAnswer, OidcError> {
        let unreachable = |error: reqwest::Error| OidcError::Unreachable {
            endpoint,
            cause: chain(&error.without_url()),
        };
        let request = request.header("accept", "application/json");
        let mut answer = request.send().await.map_err(unreachable)?;
        let status = answer.status();
        if status.is_redirection() {
            return Err(OidcError::Redirected(endpoint));
        }
        let is_json = is_json(&answer);
        if !is_json && status.is_success() {
            return Err(OidcError::AnswerMalformed(endpoint));
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(unreachable)? {
            if body.len() + chunk.len() > self.answer_bytes {
                return Err(OidcError::AnswerTooLarge(endpoint));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(JsonAnswer {
            endpoint,
            status: status.as_u16(),
            body,
        })
    }
}

impl JsonAnswer {
    /// Whether the request succeeded.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body, of whatever status.
    ///
    /// # Errors
    /// `answer_malformed`.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, OidcError> {
        serde_json::from_slice(&self.body).map_err(|_| OidcError::AnswerMalformed(self.endpoint))
    }

    /// The body of a successful answer.
    ///
    /// # Errors
    /// `answer_status` or `answer_malformed`.
    pub fn success<T: DeserializeOwned>(&self) -> Result<T, OidcError> {
        if !self.is_success() {
            return Err(self.failure());
        }
        self.parse()
    }

    /// The error for an answer that says nothing but its status.
    pub fn failure(&self) -> OidcError {
        OidcError::AnswerStatus {
            endpoint: self.endpoint,
            status: self.status,
        }
    }
}

/// `application/json`, or another type whose suffix says that it is JSON (RFC 6839).
fn is_json(answer: &Response) -> bool {
    let Some(value) = answer.headers().get(CONTENT_TYPE) else {
        return false;
    };
    let value = value.to_str().unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim();
    let essence = essence.to_ascii_lowercase();
    essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// An error with its causes, as one line.
fn chain(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
