//! The file of an export, as it is written while it is read.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Bytes, HttpBody};
use hyper::body::Frame;
use serde::Serialize;
use shared::id::{Micros, RoomId, Seq};
use tokio::sync::mpsc;
use utoipa::ToSchema;

use crate::accounts::OwnMessageReader;
use crate::store::{OwnMessage, OwnRoom};

/// How long a page waits for its reader. A page has some 64 KiB of text, and few people may read an
/// export at one time.
const PAGE_TIME: Duration = Duration::from_secs(20);

/// A message of the person.
#[derive(Serialize, ToSchema)]
pub(super) struct ExportedMessage {
    room: RoomId,
    /// Absent if the room does not exist for the person any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    room_name: Option<String>,
    seq: Seq,
    body: String,
    posted_at: Micros,
    #[serde(skip_serializing_if = "Option::is_none")]
    edited_at: Option<Micros>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deleted_at: Option<Micros>,
    /// The address, of IPv6 its network, as long as it is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
}

impl From<OwnMessage> for ExportedMessage {
    fn from(message: OwnMessage) -> Self {
        let OwnRoom { id, name } = message.room;
        ExportedMessage {
            room: id,
            room_name: name,
            seq: message.seq,
            body: message.body,
            posted_at: message.posted_at,
            edited_at: message.edited_at,
            deleted_at: message.deleted_at,
            address: message.address,
        }
    }
}

/// A part of a file.
pub(super) enum ExportPart {
    /// More follows it.
    Page(Bytes),
    /// The end of the file, which may be empty.
    End(&'static [u8]),
}

/// Why a file ends early. The reader notices that it is cut off.
#[derive(Debug, thiserror::Error)]
#[error("the export was cut off")]
pub(super) struct CutOff;

/// The end of a file of one's own data: that of its last list, and its own.
const END: &[u8] = b"]}";

/// Writes the file, as fast as it is read. It ends early when nobody reads it any more, or too
/// slowly, and when the session ends.
async fn write(beginning: String, mut messages: OwnMessageReader, parts: mpsc::Sender<ExportPart>) {
    let mut text = beginning;
    let mut is_first = true;
    while let Ok(page) = messages.next_page().await {
        let Some(page) = page else {
            let _read = send(&parts, ExportPart::End(END)).await;
            return;
        };
        // A page may hold no own message.
        if parts.is_closed() {
            return;
        }
        for message in page.messages {
            if !std::mem::take(&mut is_first) {
                text.push(',');
            }
            match serde_json::to_string(&ExportedMessage::from(message)) {
                Ok(message) => text.push_str(&message),
                Err(_) => return,
            }
        }
        let page = Bytes::from(std::mem::take(&mut text));
        if !page.is_empty() && send(&parts, ExportPart::Page(page)).await.is_err() {
            return;
        }
    }
}

/// Waits until a part can be read, for [`PAGE_TIME`] at most.
pub(super) async fn send(parts: &mpsc::Sender<ExportPart>, part: ExportPart) -> Result<(), CutOff> {
    let sent = parts.send_timeout(part, PAGE_TIME).await;
    sent.map_err(|_| CutOff)
}

/// The pages that are written meanwhile.
pub(super) struct ExportBody {
    parts: mpsc::Receiver<ExportPart>,
    /// Whether the end of the file was among them.
    is_whole: bool,
}

impl ExportBody {
    /// Begins to write a file of one's own data, all of which stands in `beginning` but the messages and the end.
    pub(super) fn begin(beginning: String, messages: OwnMessageReader) -> Self {
        let (parts, waiting) = mpsc::channel(1);
        tokio::spawn(write(beginning, messages, parts));
        ExportBody::of(waiting)
    }

    /// What somebody writes into the channel.
    pub(super) fn of(parts: mpsc::Receiver<ExportPart>) -> Self {
        ExportBody {
            parts,
            is_whole: false,
        }
    }
}

impl HttpBody for ExportBody {
    type Data = Bytes;
    type Error = CutOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, CutOff>>> {
        let part = ready!(self.parts.poll_recv(context));
        Poll::Ready(match part {
            Some(ExportPart::Page(page)) => Some(Ok(Frame::data(page))),
            Some(ExportPart::End(end)) => {
                self.is_whole = true;
                (!end.is_empty()).then(|| Ok(Frame::data(Bytes::from_static(end))))
            }
            None if self.is_whole => None,
            None => Some(Err(CutOff)),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::time::Instant;

    use super::*;

    async fn next(body: &mut ExportBody) -> Option<Result<Bytes, CutOff>> {
        let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await;
        frame.map(|frame| frame.map(|frame| frame.into_data().unwrap()))
    }

    fn page(text: &'static str) -> ExportPart {
        ExportPart::Page(Bytes::from_static(text.as_bytes()))
    }

    #[tokio::test(start_paused = true)]
    async fn who_reads_nothing_for_a_while_holds_no_export() {
        let (parts, waiting) = mpsc::channel(1);
        let mut body = ExportBody::of(waiting);
        let started = Instant::now();
        assert!(send(&parts, page("{")).await.is_ok());
        assert!(send(&parts, page("more")).await.is_err());
        assert_eq!(started.elapsed(), PAGE_TIME);
        drop(parts);
        assert_eq!(next(&mut body).await.unwrap().unwrap(), "{");
        assert!(next(&mut body).await.unwrap().is_err(), "it seems whole");
    }

    #[tokio::test]
    async fn a_whole_file_ends_without_an_error() {
        for (end, parts_read) in [(END, 2), (b"", 1)] {
            let (parts, waiting) = mpsc::channel(2);
            let mut body = ExportBody::of(waiting);
            send(&parts, page("{")).await.unwrap();
            send(&parts, ExportPart::End(end)).await.unwrap();
            drop(parts);
            for _ in 0..parts_read {
                assert!(next(&mut body).await.unwrap().is_ok());
            }
            assert!(next(&mut body).await.is_none());
        }
    }
}
