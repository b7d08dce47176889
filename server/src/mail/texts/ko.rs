//! 한국어. 해요체.

use super::content::{AccountChange, MailContent, moment, named};

pub fn write(content: &MailContent<'_>) -> (String, String) {
    match *content {
        MailContent::Test { place } => {
            let place = named(place);
            (
                format!("{place}: 메일이 잘 가요"),
                format!(
                    "{place}의 운영자가 메일이 잘 가는지 확인하려고 보냈어요. 잘 도착했네요.\n"
                ),
            )
        }
        MailContent::Reset {
            place,
            username,
            link,
            until,
        } => {
            let (place, until) = (named(place), moment(until));
            (
                format!("{place}: 새 비밀번호"),
                format!(
                    "{place}의 계정 {username}에 새 비밀번호를 정해 달라는 요청을 받았어요.\n\n\
                     여기에서 정할 수 있어요:\n\n{link}\n\n\
                     이 링크는 {until}까지 한 번만 쓸 수 있어요. 링크를 여는 사람은 계정에 들어갈 수 있으니 누구에게도 알려 주지 마세요.\n\n\
                     직접 요청하지 않았다면 아무것도 하지 않아도 돼요. 바뀐 것은 없어요.\n"
                ),
            )
        }
        MailContent::Proof {
            place,
            username,
            link,
            until,
        } => {
            let (place, until) = (named(place), moment(until));
            (
                format!("{place}: 메일 주소 확인"),
                format!(
                    "{place}의 {username} 님이 이 주소로 메일을 받으려고 해요. 비밀번호를 잊었을 때 링크를 보내는 주소예요.\n\n\
                     본인이 맞다면 로그인한 기기에서 이 링크를 열어 주세요:\n\n{link}\n\n\
                     {until}까지 한 번만 쓸 수 있어요.\n\n\
                     본인이 아니라면 아무것도 하지 않아도 돼요. 링크를 열지 않으면 이 주소는 쓰이지 않아요.\n"
                ),
            )
        }
        MailContent::Invitation {
            place,
            by,
            link,
            until,
        } => {
            let place = named(place);
            let who = by.map_or_else(
                || format!("{place}에 초대받았어요."),
                |by| format!("{by} 님이 {place}에 초대했어요."),
            );
            let until = until.map_or_else(
                || "이 링크는 한 번만 쓸 수 있어요.".to_owned(),
                |until| format!("이 링크는 {}까지 한 번만 쓸 수 있어요.", moment(until)),
            );
            (
                format!("{place} 초대"),
                format!(
                    "{who}\n\n여기에서 계정을 만들 수 있어요:\n\n{link}\n\n{until}\n\n\
                     이 주소가 계정의 메일 주소가 되고, 비밀번호를 잊었을 때 쓰여요. 나중에 바꿀 수 있어요.\n"
                ),
            )
        }
        MailContent::Changed {
            place,
            username,
            change,
            at,
        } => {
            let (place, at, change) = (named(place), moment(at), changed(change));
            (
                format!("{place}: {change}"),
                format!(
                    "{place}의 계정 {username}: {change} ({at})\n\n\
                     직접 했다면 아무것도 하지 않아도 돼요. 아니라면 바로 새 비밀번호를 정하고 로그인한 기기를 확인하거나, \
                     {place}의 운영자에게 알려 주세요.\n"
                ),
            )
        }
    }
}

fn changed(change: AccountChange) -> &'static str {
    match change {
        AccountChange::Password => "비밀번호가 바뀌었어요",
        AccountChange::SecondFactorOn => "2단계 인증을 켰어요",
        AccountChange::SecondFactorOff => "2단계 인증을 껐어요",
        AccountChange::PasskeyAdded => "패스키를 추가했어요",
        AccountChange::PasskeyRemoved => "패스키를 지웠어요",
        AccountChange::PasswordAlone => "비밀번호가 바뀌고 2단계 인증이 꺼졌어요",
        AccountChange::RecoveryCodes => "복구 코드를 새로 만들었어요",
        AccountChange::ProviderLinked => "다른 로그인 방법을 연결했어요",
        AccountChange::ProviderUnlinked => "로그인 방법 하나를 연결 해제했어요",
        AccountChange::Address => "메일 주소가 바뀌었어요",
    }
}
