//! 한국어.

use shared::error::{ErrorCode, Field};

#[expect(clippy::too_many_lines, reason = "one sentence for each code")]
pub(in crate::i18n) fn refusal(code: ErrorCode, field: Option<Field>) -> &'static str {
    match code {
        ErrorCode::TextEmpty => match field {
            Some(Field::Name | Field::Place) => "이름을 적어 주세요.",
            _ => "먼저 내용을 적어 주세요.",
        },
        ErrorCode::TextTooLong => match field {
            Some(Field::Name | Field::Place) => "이름이 너무 길어요. 줄여 주세요.",
            Some(Field::Topic) => "주제가 너무 길어요. 줄여 주세요.",
            _ => "글이 너무 길어요. 줄이거나 나누어 보내 주세요.",
        },
        ErrorCode::TextCharacters => match field {
            Some(Field::Body) => "제어 문자가 들어 있어요. 지우고 다시 보내 주세요.",
            _ => {
                "쓸 수 없는 문자가 있어요. 보이지 않거나 겹쳐 쌓인 문자, 한 낱말에 섞인 다른 문자를 빼고 다시 적어 주세요."
            }
        },
        ErrorCode::NameTaken => {
            "이름이 같거나 똑같이 보이는 것이 이미 있어요. 다른 이름을 골라 주세요."
        }
        ErrorCode::Stale => "그사이 누군가 바꿨어요. 다시 확인하고 시도해 주세요.",
        ErrorCode::NotAuthor => "메시지는 쓴 사람만 바꿀 수 있어요.",
        ErrorCode::NotPermitted => {
            "여기서는 할 수 없는 일이에요. 대화방 관리자나 운영자에게 부탁해 보세요."
        }
        ErrorCode::TimedOut => "한동안 읽기만 할 수 있어요. 시간이 지나면 다시 보내 주세요.",
        ErrorCode::Blocked => "이 주소는 한동안 막혀 있어요. 운영자에게 문의해 주세요.",
        ErrorCode::NoSuchRoom => "대화방을 찾을 수 없어요. 목록에서 골라 주세요.",
        ErrorCode::RoomGone => "삭제된 대화방이에요. 목록에서 다른 곳을 골라 주세요.",
        ErrorCode::RoomArchived => "보관된 대화방이에요. 글을 쓰려면 먼저 보관을 풀어 주세요.",
        ErrorCode::TooManyPeople | ErrorCode::SidebarFull => "너무 많아요. 더 적게 골라 주세요.",
        ErrorCode::NoSuchSection => "그 구역은 이제 없어요. 다른 구역을 골라 주세요.",
        ErrorCode::NoSuchPerson => "그런 사람은 없어요. 다른 사람을 골라 주세요.",
        ErrorCode::NoSuchMessage => "그런 메시지는 없어요. 삭제되었을 수 있어요.",
        ErrorCode::MessageDeleted => "삭제된 메시지예요. 더 바꿀 수 없어요.",
        ErrorCode::Cancelled => "취소되었어요. 아직 원하면 다시 해 주세요.",
        ErrorCode::RateLimited => "한꺼번에 너무 많이 보냈어요. 잠시 뒤 다시 시도해 주세요.",
        ErrorCode::TooManySubscriptions => "열어 둔 대화방이 너무 많아요. 다른 탭을 닫아 주세요.",
        ErrorCode::TooManyRooms => {
            "이 서버에는 대화방을 더 만들 수 없어요. 있는 곳을 쓰거나 운영자에게 문의해 주세요."
        }
        ErrorCode::TooManyConnections => "서버가 가득 찼어요. 몇 분 뒤 다시 시도해 주세요.",
        ErrorCode::RequestTimeout => "시간이 너무 오래 걸렸어요. 다시 시도해 주세요.",
        ErrorCode::TooLarge => "너무 커요. 줄여서 다시 시도해 주세요.",
        ErrorCode::LinkInvalid => "링크가 잘못되었거나 더는 쓸 수 없어요. 새 링크를 부탁해 주세요.",
        ErrorCode::UsernameTaken => {
            "같거나 똑같이 보이는 아이디가 있어요. 다른 아이디를 골라 주세요."
        }
        ErrorCode::UsernameInvalid => "아이디로 쓸 수 없어요. 글자와 숫자로 적어 주세요.",
        ErrorCode::WrongCredentials => "아이디나 비밀번호가 맞지 않아요. 다시 적어 주세요.",
        ErrorCode::CodeRequired => "인증 앱에 나온 코드를 적어 주세요.",
        ErrorCode::CodeInvalid => "코드가 맞지 않거나 이미 썼어요. 다음 코드를 기다려 주세요.",
        ErrorCode::ConfirmationRequired => "본인인지 먼저 확인하고 다시 시도해 주세요.",
        ErrorCode::PasswordWeak => "쉽게 알아낼 수 있는 비밀번호예요. 더 길게 정해 주세요.",
        ErrorCode::PasswordInvalid => "비밀번호가 너무 짧거나 길어요. 다르게 정해 주세요.",
        ErrorCode::PasskeyInvalid => "패스키를 확인하지 못했어요. 다시 시도해 주세요.",
        ErrorCode::LastCredential => "마지막 로그인 수단이에요. 먼저 다른 수단을 추가해 주세요.",
        ErrorCode::LastOwner => "마지막 소유자예요. 먼저 다른 사람을 소유자로 정해 주세요.",
        ErrorCode::NotClaimed => {
            "아직 소유자가 없는 서버예요. 서버가 시작할 때 보여 준 링크를 열어 주세요."
        }
        ErrorCode::AlreadyClaimed => {
            "이미 소유자가 있는 서버예요. 로그인하거나 초대를 부탁해 주세요."
        }
        ErrorCode::MailOff => "메일을 보내지 않는 서버예요. 운영자에게 문의해 주세요.",
        ErrorCode::MailAddressInvalid => "메일 주소가 아니에요. 다시 확인해 주세요.",
        ErrorCode::SignUpOff => "초대 없이는 가입할 수 없어요. 초대를 부탁해 주세요.",
        ErrorCode::AccountDeactivated => "사용이 중지된 계정이에요. 운영자에게 문의해 주세요.",
        ErrorCode::TooMany => "더 만들 수 없어요. 먼저 하나를 지워 주세요.",
        ErrorCode::Forbidden => "권한이 없어요. 운영자에게 문의해 주세요.",
        ErrorCode::StorageFull => {
            "서버의 디스크가 가득 차서 저장하지 못했어요. 운영자에게 알려 주세요."
        }
        ErrorCode::StorageFailed => "서버가 저장하지 못했어요. 다시 시도해 주세요.",
        ErrorCode::ShuttingDown => "서버를 다시 시작하는 중이에요. 곧 돌아와요.",
        ErrorCode::Unauthorized => "세션이 끝났어요. 새로 고쳐서 다시 들어와 주세요.",
        ErrorCode::OriginForbidden | ErrorCode::HostForbidden | ErrorCode::PasskeysOff => {
            "서버가 이 주소에는 응답하지 않아요. 운영자가 알려 준 주소를 써 주세요."
        }
        ErrorCode::GuestsOff => "이 서버는 손님을 받지 않아요. 운영자에게 문의해 주세요.",
        ErrorCode::SimpleOff => "간단한 규약이 꺼져 있어요. 운영자에게 문의해 주세요.",
        ErrorCode::UnsupportedVersion => "페이지가 서버보다 오래되었어요. 새로 고쳐 주세요.",
        ErrorCode::NotFound | ErrorCode::MethodNotAllowed => {
            "서버에 이 주소가 없어요. 페이지를 새로 고쳐 주세요."
        }
        ErrorCode::BadJson
        | ErrorCode::BadCommand
        | ErrorCode::UnknownCommand
        | ErrorCode::NotText
        | ErrorCode::HelloFirst
        | ErrorCode::HelloTwice
        | ErrorCode::ClientIdReused => {
            "페이지와 서버의 말이 어긋났어요. 페이지를 새로 고쳐 주세요."
        }
        // `provider.rs` has their sentences, which few need.
        ErrorCode::ProviderUnavailable
        | ErrorCode::ProviderDenied
        | ErrorCode::ProviderExpired
        | ErrorCode::ProviderFailed
        | ErrorCode::NoExternalAccount
        | ErrorCode::ProviderOnly
        | ErrorCode::ExternalTaken
        | ErrorCode::MailFailed
        | ErrorCode::Unknown => "서버가 거절했어요. 새로 고치고 다시 시도해 주세요.",
    }
}
