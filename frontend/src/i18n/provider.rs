//! Why a sign-in with the identity provider failed. Only pieces of the page lead to these texts, so
//! that nobody else loads them.

use shared::error::ErrorCode;

use super::{Language, language, t};

/// The sentence of a refusal, in the current language; tracked.
pub fn refusal(code: ErrorCode) -> &'static str {
    let own = match language() {
        Language::English => english(code),
        Language::Korean => korean(code),
    };
    own.unwrap_or_else(|| (t().refusal)(code, None))
}

fn english(code: ErrorCode) -> Option<&'static str> {
    Some(match code {
        ErrorCode::ProviderUnavailable => {
            "The sign-in service does not answer. Try again in a few minutes."
        }
        ErrorCode::ProviderDenied => "The sign-in was cancelled there. Try again to come in.",
        ErrorCode::ProviderExpired => {
            "This sign-in took too long or began in another browser. Start again."
        }
        ErrorCode::ProviderFailed => {
            "The sign-in did not work. Ask the people who run this server to look at its log."
        }
        ErrorCode::NoExternalAccount => {
            "You have no access here yet. Ask the people who run this server."
        }
        ErrorCode::ProviderOnly => "Sign in with the button of your organisation here.",
        ErrorCode::ExternalTaken => {
            "That account belongs to someone else here. Choose another one."
        }
        _ => return None,
    })
}

fn korean(code: ErrorCode) -> Option<&'static str> {
    Some(match code {
        ErrorCode::ProviderUnavailable => {
            "로그인 서비스가 응답하지 않아요. 몇 분 뒤 다시 시도해 주세요."
        }
        ErrorCode::ProviderDenied => "로그인이 취소되었어요. 들어오려면 다시 시도해 주세요.",
        ErrorCode::ProviderExpired => {
            "로그인이 너무 오래 걸렸거나 다른 브라우저에서 시작되었어요. 다시 시작해 주세요."
        }
        ErrorCode::ProviderFailed => {
            "로그인하지 못했어요. 운영자에게 서버 기록을 확인해 달라고 해 주세요."
        }
        ErrorCode::NoExternalAccount => "아직 들어올 수 없어요. 운영자에게 문의해 주세요.",
        ErrorCode::ProviderOnly => "여기서는 조직 계정으로만 로그인할 수 있어요.",
        ErrorCode::ExternalTaken => "이미 다른 사람과 연결된 계정이에요. 다른 계정을 골라 주세요.",
        _ => return None,
    })
}
