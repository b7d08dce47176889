//! Bodies of requests that come in many small pieces: each costs what it holds.

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::pumps::folder;
use crate::readers::resident;
use crate::support::http;
use crate::support::process::Process;

const CONNECTIONS: usize = 50;
/// Less than the limit of the body, so that it never ends.
const CHUNKS: usize = 1_000;
const MIB: usize = 1024 * 1024;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_in_chunks_of_one_byte_takes_no_more_memory_than_its_bytes() {
    let _alone = crate::alone().await;
    let folder = folder();
    let server = Process::start(folder.path(), &[]).await;
    let mut dripping = Vec::new();
    for _ in 0..CONNECTIONS {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let head = "POST /api/v1/session HTTP/1.1\r\nhost: localhost\r\n\
            content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
        stream.write_all(head.as_bytes()).await.unwrap();
        dripping.push(stream);
    }
    let before = resident(&server);
    for _ in 0..CHUNKS {
        for stream in &mut dripping {
            stream.write_all(b"1\r\n \r\n").await.unwrap();
        }
        // The server has read each chunk by itself when it has answered this.
        let answer = http::get(server.address, "/healthz", &[]).await;
        assert_eq!(answer.status, 200);
    }
    let more = resident(&server).saturating_sub(before);
    assert!(
        more < 16 * MIB,
        "{more} bytes for {} chunks",
        CONNECTIONS * CHUNKS
    );
}
