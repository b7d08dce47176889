//! A refusal as an HTTP answer: `{"error": {"code": …, "message": …}}`.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use shared::error::ErrorCode;
use shared::frame::Refusal;

/// A refusal with the HTTP status of its code.
#[derive(Debug)]
pub struct ApiError {
    refusal: Box<Refusal>,
    status: StatusCode,
}

impl ApiError {
    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The code of the refusal.
    pub fn code(&self) -> ErrorCode {
        self.refusal.code
    }

    /// The same refusal with another status than its code has.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        ApiError {
            status: status(refusal.code),
            refusal: Box::new(refusal),
        }
    }
}

/// The code of a refusal, as an extension of its response: the outermost layer counts it.
#[derive(Clone, Copy, Debug)]
pub struct RefusalCode(pub ErrorCode);

#[derive(Serialize)]
struct Body<'a> {
    error: &'a Refusal,
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (
            self.status,
            Json(Body {
                error: &self.refusal,
            }),
        )
            .into_response();
        if self.status == StatusCode::UPGRADE_REQUIRED {
            // The answer names the protocol and version: RFC 9110 §15.5.22, RFC 6455 §4.4.
            let headers = response.headers_mut();
            headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
            headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
            headers.insert(
                header::SEC_WEBSOCKET_VERSION,
                HeaderValue::from_static("13"),
            );
        }
        response
            .extensions_mut()
            .insert(RefusalCode(self.refusal.code));
        if let Some(wait) = self.refusal.retry_after_ms {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(wait.div_ceil(1000)));
        }
        response
    }
}

fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::Unauthorized
        | ErrorCode::WrongCredentials
        | ErrorCode::CodeRequired
        | ErrorCode::CodeInvalid => StatusCode::UNAUTHORIZED,
        ErrorCode::OriginForbidden
        | ErrorCode::HostForbidden
        | ErrorCode::GuestsOff
        | ErrorCode::SimpleOff
        | ErrorCode::NotAuthor
        | ErrorCode::NotPermitted
        | ErrorCode::TimedOut
        | ErrorCode::Blocked
        | ErrorCode::ConfirmationRequired
        | ErrorCode::PasskeysOff
        | ErrorCode::SignUpOff
        | ErrorCode::MailOff
        | ErrorCode::AccountDeactivated
        | ErrorCode::Forbidden
        | ErrorCode::ProviderDenied
        | ErrorCode::NoExternalAccount
        | ErrorCode::ProviderOnly => StatusCode::FORBIDDEN,
        ErrorCode::NoSuchRoom
        | ErrorCode::NoSuchPerson
        | ErrorCode::NoSuchMessage
        | ErrorCode::NotFound
        | ErrorCode::LinkInvalid => StatusCode::NOT_FOUND,
        ErrorCode::RoomGone | ErrorCode::MessageDeleted => StatusCode::GONE,
        ErrorCode::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        ErrorCode::Stale
        | ErrorCode::NameTaken
        | ErrorCode::ClientIdReused
        | ErrorCode::Cancelled
        | ErrorCode::UsernameTaken
        | ErrorCode::LastCredential
        | ErrorCode::LastOwner
        | ErrorCode::NotClaimed
        | ErrorCode::AlreadyClaimed
        | ErrorCode::TooMany
        | ErrorCode::ExternalTaken => StatusCode::CONFLICT,
        ErrorCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
        ErrorCode::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::StorageFull => StatusCode::INSUFFICIENT_STORAGE,
        ErrorCode::StorageFailed => StatusCode::INTERNAL_SERVER_ERROR,
        ErrorCode::ShuttingDown
        | ErrorCode::TooManyConnections
        | ErrorCode::ProviderUnavailable
        | ErrorCode::MailFailed => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::BAD_REQUEST,
    }
}
