//! Where frames begin and end in what a peer sends (RFC 6455 §5.2), without a look at what
//! they hold: so that frames can be counted before they are parsed, and that a message which
//! is begun and never finished is noticed. What is no valid frame is the parser's affair.

/// The longest header: two bytes, a length of eight and a mask of four.
const HEADER: usize = 14;
const FIN: u8 = 0x80;
const OPCODE: u8 = 0x0F;
const FIRST_CONTROL_OPCODE: u8 = 0x8;
const MASKED: u8 = 0x80;
const LENGTH: u8 = 0x7F;

/// How far a peer's bytes have come.
#[derive(Debug, Default)]
pub struct Framing {
    // The header that is being read, and how many bytes of it are there.
    header: [u8; HEADER],
    have: usize,
    // Of the present frame's payload, what is still to come.
    payload: u64,
    // Whether a frame's header is complete and its end not reached.
    in_frame: bool,
    // Whether a fragment came that is not the last of its message.
    in_message: bool,
    // Bytes of the message that is not complete.
    held: usize,
}

/// Frames that began in some bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Begun {
    /// Of a text or binary message, each fragment.
    pub data: u32,
    /// Pings, pongs and closes.
    pub control: u32,
}

impl Framing {
    /// Goes along bytes that came.
    pub fn walk(&mut self, mut bytes: &[u8]) -> Begun {
        let mut begun = Begun::default();
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

    /// Whether a message, or a frame, is begun and not complete.
    pub fn is_unfinished(&self) -> bool {
        self.in_message || self.in_frame || self.have > 0
    }

    /// Bytes of the message that is not complete, which somebody has to keep.
    pub fn held(&self) -> usize {
        self.held
    }

    fn read_header<'a>(&mut self, mut bytes: &'a [u8], begun: &mut Begun) -> &'a [u8] {
        while self.have < self.header_length() {
            let [first, rest @ ..] = bytes else {
                return bytes;
            };
            self.header[self.have] = *first;
            self.have += 1;
            bytes = rest;
        }
        self.payload = self.payload_length();
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
        let there = bytes.len() as u64;
        let taken = self.payload.min(there);
        self.payload -= taken;
        // No more than the length of a slice.
        let taken = usize::try_from(taken).unwrap_or(bytes.len());
        if !self.is_control() {
            self.held += taken;
        }
        if self.payload == 0 {
            if !self.is_control() && self.header[0] & FIN != 0 {
                self.in_message = false;
                self.held = 0;
            }
            self.in_frame = false;
            self.have = 0;
        }
        &bytes[taken..]
    }

    fn is_control(&self) -> bool {
        self.header[0] & OPCODE >= FIRST_CONTROL_OPCODE
    }

    /// How long the header is, as far as is known by now.
    fn header_length(&self) -> usize {
        if self.have < 2 {
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
    fn frames_are_counted_however_the_bytes_are_cut() {
        let lengths = [0, 1, 125, 126, 127, 65_535, 65_536];
        let bytes: Vec<u8> = lengths
            .iter()
            .flat_map(|length| [frame(FIN | TEXT, *length), frame(FIN | PING, 3)].concat())
            .collect();
        for step in [1, 2, 3, 7, 1_000, bytes.len()] {
            let mut framing = Framing::default();
            let (mut data, mut control) = (0, 0);
            for part in bytes.chunks(step) {
                let begun = framing.walk(part);
                data += begun.data;
                control += begun.control;
            }
            assert_eq!((data, control), (7, 7), "{step}");
            assert!(!framing.is_unfinished() && framing.held() == 0);
        }
    }

    #[test]
    fn a_message_is_unfinished_until_its_last_fragment_has_come() {
        let mut framing = Framing::default();
        framing.walk(&frame(TEXT, 100));
        assert!(framing.is_unfinished());
        framing.walk(&frame(FIN | PING, 5));
        assert_eq!((framing.is_unfinished(), framing.held()), (true, 100));
        framing.walk(&frame(CONTINUATION, 50));
        assert_eq!(framing.held(), 150);
        framing.walk(&frame(FIN | CONTINUATION, 0));
        assert_eq!((framing.is_unfinished(), framing.held()), (false, 0));
    }

    #[test]
    fn half_a_header_and_half_a_payload_are_unfinished() {
        for cut in 1..300 {
            let mut framing = Framing::default();
            framing.walk(&frame(FIN | TEXT, 300)[..cut]);
            assert!(framing.is_unfinished(), "{cut}");
        }
    }
}
