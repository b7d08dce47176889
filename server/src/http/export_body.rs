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

/// Why a file ends early. The reader notices that it is cut off.
#[derive(Debug, thiserror::Error)]
#[error("the export was cut off")]
pub(super) struct CutOff;

/// The end of the file.
const END: &[u8] = b"]}";

/// Writes the file, as fast as it is read. It ends early when nobody reads it any more, or too
/// slowly, and when the session ends.
async fn write(beginning: String, mut messages: OwnMessageReader, pages: mpsc::Sender<Bytes>) {
    let mut text = beginning;
    let mut is_first = true;
    while let Ok(page) = messages.next_page().await {
        let Some(page) = page else {
            let _read = send(&pages, Bytes::from_static(END)).await;
            return;
        };
        // A page may hold no own message.
        if pages.is_closed() {
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
        if !page.is_empty() && send(&pages, page).await.is_err() {
            return;
        }
    }
}

/// Waits until a page can be read, for [`PAGE_TIME`] at most.
async fn send(pages: &mpsc::Sender<Bytes>, page: Bytes) -> Result<(), CutOff> {
    let sent = pages.send_timeout(page, PAGE_TIME).await;
    sent.map_err(|_| CutOff)
}

/// The pages that are written meanwhile.
pub(super) struct ExportBody {
    pages: mpsc::Receiver<Bytes>,
    /// Whether the end of the file was among them.
    is_whole: bool,
}

impl ExportBody {
    /// Begins to write the file, all of which stands in `beginning` but the messages and the end.
    pub(super) fn begin(beginning: String, messages: OwnMessageReader) -> Self {
        let (pages, waiting) = mpsc::channel(1);
        tokio::spawn(write(beginning, messages, pages));
        ExportBody::of(waiting)
    }

    fn of(pages: mpsc::Receiver<Bytes>) -> Self {
        ExportBody {
            pages,
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
        let page = ready!(self.pages.poll_recv(context));
        Poll::Ready(match page {
            Some(page) => {
                self.is_whole = page == END;
                Some(Ok(Frame::data(page)))
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

    #[tokio::test(start_paused = true)]
    async fn who_reads_nothing_for_a_while_holds_no_export() {
        let (pages, waiting) = mpsc::channel(1);
        let mut body = ExportBody::of(waiting);
        let started = Instant::now();
        assert!(send(&pages, Bytes::from_static(b"{")).await.is_ok());
        assert!(send(&pages, Bytes::from_static(b"more")).await.is_err());
        assert_eq!(started.elapsed(), PAGE_TIME);
        drop(pages);
        assert_eq!(next(&mut body).await.unwrap().unwrap(), "{");
        assert!(next(&mut body).await.unwrap().is_err(), "it seems whole");
    }

    #[tokio::test]
    async fn a_whole_file_ends_without_an_error() {
        let (pages, waiting) = mpsc::channel(2);
        let mut body = ExportBody::of(waiting);
        for page in [Bytes::from_static(b"{"), Bytes::from_static(END)] {
            send(&pages, page).await.unwrap();
        }
        drop(pages);
        assert!(next(&mut body).await.is_some() && next(&mut body).await.is_some());
        assert!(next(&mut body).await.is_none());
    }
}
