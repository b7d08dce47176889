//! The picture in the README: `target/screenshots/readme.png`.

use shared::id::RoomId;

use crate::keep;
use crate::person::Looks;
use crate::stage::Stage;

#[test]
#[ignore = "needs a browser"]
fn two_people_talk_and_a_picture_is_taken() {
    let stage = Stage::new();
    let mut mina = stage.guest("민아");
    let garden = stage.run(mina.create_room("garden"));
    let walks = stage.run(mina.create_room("산책"));
    let june = stage.person_like(
        "June",
        Looks {
            zone: "Asia/Seoul",
            ..Looks::default()
        },
    );
    for room in [garden, walks] {
        stage.run(mina.add_members(room, &[june.user()]));
    }
    stage.run(mina.subscribe(RoomId::LOBBY));
    let post = |mina: &mut crate::support::native::Native, text: &str| {
        stage.run(mina.post(RoomId::LOBBY, text));
        june.sees(text);
    };
    let say = |text: &str| {
        june.say(text);
        june.sees_sent(text);
    };
    post(&mut mina, "Good morning! The courtyard is open ☀️");
    post(&mut mina, "어제 심은 토마토에 벌써 싹이 났어요.");
    say("벌써요? 저녁에 보러 갈게요!");
    let mut john = stage.simple();
    stage.run(john.say("John", "Hello, World! I am ten lines of JavaScript."));
    june.sees("Hello, World! I am ten lines of JavaScript.");
    say("Welcome, John. Everything you say here is on the disk before we see it.");
    stage.run(mina.post(
        RoomId::LOBBY,
        "If you want to join in from your own page:\n```\nconst s = new WebSocket('ws://localhost:3000');\ns.onopen = () => s.send(JSON.stringify({user: 'John', content: 'Hello!'}));\n```",
    ));
    june.wait("document.querySelector('.message__pre')");
    say("I killed the server while you were typing that, by the way. Did you notice?");
    post(&mut mina, "전혀요 😄");
    stage.run(mina.post(garden, "물 주는 순서를 정해요"));
    june.wait("seen.badge('garden') === '1'");
    june.write("See you in the garden");
    stage.run(mina.say(&shared::frame::ClientFrame::Typing {
        room: RoomId::LOBBY,
    }));
    june.wait("document.querySelector('.typing').textContent");
    june.wait("seen.atEnd()");

    june.page.hover_over("seen.composer()").unwrap();

    let file = keep::screenshot(&june.page, "readme");

    println!("{}", file.display());
}
