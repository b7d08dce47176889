//! Finds where frames begin and end in what a client sends (RFC 6455 §5.2), without looking at
//! their content. So frames can be counted before they are parsed, and a message that is begun
//! and never finished is noticed. Invalid frames are left to the parser.

/// The longest header: two bytes, a length of eight bytes and a mask of four.
const MAX_HEADER: usize = 14;
const FIN: u8 = 0x80;
const OPCODE: u8 = 0x0F;
const FIRST_CONTROL_OPCODE: u8 = 0x8;
const MASKED: u8 = 0x80;
const LENGTH: u8 = 0x7F;

/// The state between two pieces of input.
#[derive(Debug, Default)]
pub struct FrameScanner {
    // The header that is being read, and how many of its bytes are there.
    header: [u8; MAX_HEADER],
    header_bytes: usize,
    // Payload bytes of the current frame that are still to come.
    payload_left: u64,
    // Whether the header of a frame is complete and its payload is not.
    in_frame: bool,
    // Whether a message has begun whose last fragment is not complete.
    in_message: bool,
    // Payload bytes of the incomplete message.
    incomplete_bytes: usize,
}

/// How many frames began in a piece of input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FramesBegun {
    /// Text and binary frames; each fragment of a message counts.
    pub data: u32,
    /// Ping, pong and close frames.
    pub control: u32,
}

impl FrameScanner {
    /// Scans the next bytes.
    pub fn scan(&mut self, mut bytes: &[u8]) -> FramesBegun {
        let mut begun = FramesBegun::default();
        while !bytes.is_empty() {
            if !self.in_frame {
                bytes = self.read_header(bytes, &mut begun);
            }
            if self.in_frame {
                bytes = self.read_payload(bytes);
            }
        }
        begun
    }

    /// Whether a message or a frame has begun and is not complete.
    pub fn has_incomplete(&self) -> bool {
        self.in_message || self.in_frame || self.header_bytes > 0
    }

    /// Bytes of the incomplete message, which the parser has to keep.
    pub fn incomplete_bytes(&self) -> usize {
        self.incomplete_bytes
    }

    fn read_header<'a>(&mut self, mut bytes: &'a [u8], begun: &mut FramesBegun) -> &'a [u8] {
        while self.header_bytes < self.header_length() {
            let [first, rest @ ..] = bytes else {
                return bytes;
            };
            self.header[self.header_bytes] = *first;
            self.header_bytes += 1;
            bytes = rest;
        }
        self.payload_left = self.payload_length();
        self.in_frame = true;
        if self.is_control() {
            begun.control += 1;
        } else {
            begun.data += 1;
            self.in_message = true;
        }
        bytes
    }

    fn read_payload<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let available = bytes.len() as u64;
        let taken = self.payload_left.min(available);
        self.payload_left -= taken;
        // Not more than the length of a slice.
        let taken = usize::try_from(taken).unwrap_or(bytes.len());
        if !self.is_control() {
            self.incomplete_bytes += taken;
        }
        if self.payload_left == 0 {
            if !self.is_control() && self.header[0] & FIN != 0 {
                self.in_message = false;
                self.incomplete_bytes = 0;
            }
            self.in_frame = false;
            self.header_bytes = 0;
        }
        &bytes[taken..]
    }

    fn is_control(&self) -> bool {
        self.header[0] & OPCODE >= FIRST_CONTROL_OPCODE
    }

    /// The length of the header, as far as it is known from the bytes read so far.
    fn header_length(&self) -> usize {
        if self.header_bytes < 2 {
            return 2;
        }
        let mask = if self.header[1] & MASKED == 0 { 0 } else { 4 };
        let length = match self.header[1] & LENGTH {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        2 + length + mask
    }

    fn payload_length(&self) -> u64 {
        let long = &self.header[2..10];
        match self.header[1] & LENGTH {
            126 => u64::from(u16::from_be_bytes([long[0], long[1]])),
            127 => long
                .iter()
                .fold(0, |length, byte| length << 8 | u64::from(*byte)),
            short => u64::from(short),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(first: u8, length: usize) -> Vec<u8> {
        let mut bytes = vec![first];
        match length {
            0..=125 => bytes.push(MASKED | u8::try_from(length).unwrap()),
            126..=0xFFFF => {
                bytes.push(MASKED | 0x7E);
                bytes.extend(u16::try_from(length).unwrap().to_be_bytes());
            }
            _ => {
                bytes.push(MASKED | 0x7F);
                bytes.extend((length as u64).to_be_bytes());
            }
        }
        bytes.extend([7; 4]);
        bytes.extend(vec![b'x'; length]);
        bytes
    }

    const TEXT: u8 = 0x1;
    const CONTINUATION: u8 = 0x0;
    const PING: u8 = 0x9;

    #[test]
    fn frames_are_counted_wherever_the_input_is_cut() {
        let lengths = [0, 1, 125, 126, 127, 65_535, 65_536];
        let bytes: Vec<u8> = lengths
            .iter()
            .flat_map(|length| [frame(FIN | TEXT, *length), frame(FIN | PING, 3)].concat())
            .collect();
        for step in [1, 2, 3, 7, 1_000, bytes.len()] {
            let mut scanner = FrameScanner::default();
            let (mut data, mut control) = (0, 0);
            for part in bytes.chunks(step) {
                let begun = scanner.scan(part);
                data += begun.data;
                control += begun.control;
            }
            assert_eq!((data, control), (7, 7), "{step}");
            assert!(!scanner.has_incomplete() && scanner.incomplete_bytes() == 0);
        }
    }

    #[test]
    fn a_message_is_incomplete_until_its_last_fragment() {
        let mut scanner = FrameScanner::default();
        scanner.scan(&frame(TEXT, 100));
        assert!(scanner.has_incomplete());
        scanner.scan(&frame(FIN | PING, 5));
        assert_eq!(
            (scanner.has_incomplete(), scanner.incomplete_bytes()),
            (true, 100)
        );
        scanner.scan(&frame(CONTINUATION, 50));
        assert_eq!(scanner.incomplete_bytes(), 150);
        scanner.scan(&frame(FIN | CONTINUATION, 0));
        assert_eq!(
            (scanner.has_incomplete(), scanner.incomplete_bytes()),
            (false, 0)
        );
    }

    #[test]
    fn a_frame_that_is_cut_anywhere_is_incomplete() {
        for cut in 1..300 {
            let mut scanner = FrameScanner::default();
            scanner.scan(&frame(FIN | TEXT, 300)[..cut]);
            assert!(scanner.has_incomplete(), "{cut}");
        }
    }
}
