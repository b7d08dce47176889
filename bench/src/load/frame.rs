//! WebSocket frames (RFC 6455 §5.2), as far as the load client and the built-in relays need
//! them: messages are not fragmented, and masks are zero.

/// The opcode of a text frame.
pub const TEXT: u8 = 0x1;
/// The opcode of a close frame.
pub const CLOSE: u8 = 0x8;
/// The opcode of a ping; the answer is a pong with the same payload.
pub const PING: u8 = 0x9;
const PONG: u8 = 0xA;
const FIN: u8 = 0x80;
const MASKED: u8 = 0x80;
const MASK: [u8; 4] = [0; 4];
/// Values of the length field that say that the length follows in two or in eight bytes.
const LONG: u8 = 0x7E;
const LONGER: u8 = 0x7F;

/// A frame that was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Its opcode.
    pub opcode: u8,
    /// Its payload.
    pub payload: &'a [u8],
}

/// Splits a stream of bytes into frames.
#[derive(Debug, Default)]
pub struct FrameSplitter {
    // The start of a frame that is incomplete.
    kept: Vec<u8>,
}

impl FrameSplitter {
    /// Takes bytes from the stream, and calls `each` for every frame that is complete.
    pub fn feed(&mut self, bytes: &[u8], each: impl FnMut(Frame<'_>)) {
        if self.kept.is_empty() {
            let used = split(bytes, each);
            self.kept.extend_from_slice(&bytes[used..]);
        } else {
            self.kept.extend_from_slice(bytes);
            let used = split(&self.kept, each);
            self.kept.drain(..used);
        }
        if self.kept.is_empty() {
            // There are thousands of idle connections: free the buffer.
            self.kept = Vec::new();
        }
    }
}

/// Calls `each` for every complete frame; returns the number of bytes that they used.
fn split(bytes: &[u8], mut each: impl FnMut(Frame<'_>)) -> usize {
    let mut used = 0;
    while let Some((frame, length)) = first(&bytes[used..]) {
        each(frame);
        used += length;
    }
    used
}

fn first(bytes: &[u8]) -> Option<(Frame<'_>, usize)> {
    let (&[head, short], rest) = bytes.split_first_chunk()?;
    let (length, header): (usize, usize) = match short & !MASKED {
        LONG => (usize::from(u16::from_be_bytes(*rest.first_chunk()?)), 4),
        LONGER => (
            usize::try_from(u64::from_be_bytes(*rest.first_chunk()?)).ok()?,
            10,
        ),
        short => (usize::from(short), 2),
    };
    let header = header + if short & MASKED == 0 { 0 } else { MASK.len() };
    let payload = bytes.get(header..header.checked_add(length)?)?;
    let frame = Frame {
        opcode: head & 0x0F,
        payload,
    };
    Some((frame, header + length))
}

/// Appends a client's text frame.
pub fn text(payload: &[u8], out: &mut Vec<u8>) {
    append(TEXT, MASKED, payload, out);
}

/// Appends a server's text frame.
pub fn server_text(payload: &[u8], out: &mut Vec<u8>) {
    append(TEXT, 0, payload, out);
}

/// Appends a client's answer to a ping.
pub fn pong(payload: &[u8], out: &mut Vec<u8>) {
    append(PONG, MASKED, payload, out);
}

/// A client's frames are masked. The mask is zero, so the server unmasks as usual, and the load
/// client saves the work.
fn append(opcode: u8, masked: u8, payload: &[u8], out: &mut Vec<u8>) {
    out.push(FIN | opcode);
    let length = payload.len();
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short @ ..=125), _) => out.push(masked | short),
        (_, Ok(long)) => {
            out.push(masked | LONG);
            out.extend_from_slice(&long.to_be_bytes());
        }
        _ => {
            out.push(masked | LONGER);
            out.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    if masked == MASKED {
        out.extend_from_slice(&MASK);
    }
    out.extend_from_slice(payload);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_every_length_are_found_however_the_stream_is_split() {
        let payloads: Vec<Vec<u8>> = [0, 1, 125, 126, 127, 65_535, 65_536]
            .iter()
            .map(|length| vec![b'x'; *length])
            .collect();
        let mut stream = Vec::new();
        for payload in &payloads {
            text(payload, &mut stream);
            server_text(payload, &mut stream);
        }
        let lengths = payloads.iter().flat_map(|payload| [payload.len(); 2]);
        let lengths: Vec<_> = lengths.collect();
        for step in [1, 2, 7, 1000, stream.len()] {
            let mut frames = FrameSplitter::default();
            let mut received = Vec::new();
            for piece in stream.chunks(step) {
                frames.feed(piece, |frame| {
                    assert_eq!(frame.opcode, TEXT);
                    received.push(frame.payload.len());
                });
            }
            assert_eq!(received, lengths, "{step}");
        }
    }
}
