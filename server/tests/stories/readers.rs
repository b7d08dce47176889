//! Who has no session and reads one public room, where the operator lets anybody.

mod hello;
mod permissions;
mod reading;

use std::net::SocketAddr;

use shared::frame::Refusal;
use shared::id::RoomId;

use crate::support::native::{Native, PATH};
use crate::support::socket::Socket;

/// Public reading is on.
const ON: [&str; 2] = ["--public-reading", "on"];

/// Somebody without a session who asks to read a room.
///
/// # Errors
/// The refusal, and the code with which the connection was closed.
async fn reader(
    address: SocketAddr,
    room: RoomId,
) -> Result<Native, (Option<Refusal>, Option<u16>)> {
    let socket = Socket::open(address, PATH, &[]).await.unwrap();
    Native::greet_reading(socket, None, Some(room)).await
}
