//! A page that another program of this machine serves, in the browser of somebody who is
//! signed in: the browser takes both for one site and sends the cookie along.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use crate::stage::Stage;

/// The page: tries everything that a session would open, and the simple protocol.
const PAGE: &str = r#"<!doctype html><title>stranger</title><script>
const server = new URLSearchParams(location.search).get('server');
window.got = [];
window.ended = {};
const open = (path, first) => {
  const socket = new WebSocket(`ws://${server}${path}`);
  socket.onopen = () => socket.send(first);
  socket.onmessage = (event) => window.got.push(event.data);
  socket.onclose = (event) => { window.ended[path] = event.code; };
  return socket;
};
open('/api/v1/ws', '{"type":"hello","version":2}');
window.simple = open('/', '{"user":"John","content":"from another page"}');
const ask = (method) => fetch(`http://${server}/api/v1/session`, {
  method, mode: 'no-cors', credentials: 'include',
  ...(method === 'POST' && { body: '{"name":"Mallory"}' }),
}).catch(() => 'failed');
Promise.all([ask('GET'), ask('POST')]).then(() => { window.asked = true; });
</script>"#;

/// Serves the page to whoever asks, for as long as the tests run; its address.
fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            // One read is enough for a browser's short request.
            let _asked = stream.read(&mut [0; 4096]);
            let length = PAGE.len();
            let _answered = write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {length}\r\n\
                 connection: close\r\n\r\n{PAGE}"
            );
        }
    });
    address
}

#[test]
#[ignore = "needs a browser"]
fn a_page_of_another_port_speaks_the_simple_protocol_and_has_no_session() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    let ben = stage.person("Ben");
    // What it is refused, the browser puts in the console; so it does for an answer that the
    // page may not load, and for an icon that is not there.
    ada.expect_complaint("403");
    ada.expect_complaint("ERR_BLOCKED_BY_RESPONSE");
    ada.expect_complaint("favicon.ico");
    let address = serve();
    ada.page
        .go(&format!("http://{address}/?server={}", stage.address))
        .unwrap();
    ada.wait("window.ended['/api/v1/ws'] && window.asked");
    assert_eq!(ada.look("window.ended['/api/v1/ws']"), 1006);
    // It speaks for itself, by the name that it gives.
    ben.sees("from another page");
    assert_eq!(ada.look("window.simple.readyState"), 1);
    assert_eq!(ada.look("window.got.length"), 0);

    // And Ada is still who she was.
    ada.go("/");
    ada.ready();
    ada.say("still here");
    ben.sees("still here");
    assert!(ben.finds("seen.row('still here').textContent.includes('Ada')"));
}
