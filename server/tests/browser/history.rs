//! Rooms that have been talked in for a long time.

use std::fs;

use rusqlite::{Connection, params};

use crate::stage::Stage;

/// Something that someone on the simple protocol has said, at a moment (microseconds
/// since 1970).
pub struct Said {
    pub author: &'static str,
    pub text: String,
    pub at: i64,
}

/// So many messages, `line 1` and so on, half a minute apart, by two people in turns;
/// every tenth is several lines long.
pub fn long(count: i64) -> impl Iterator<Item = Said> {
    const BEGIN: i64 = 1_700_000_000_000_000;
    (1..=count).map(|number| {
        let more = match number % 10 {
            0 => "\nwith more\nlines\nthan one",
            5 => {
                " and a tail that is long enough to be broken into lines wherever the window \
                  is no wider than the words are many, which on a phone it never is"
            }
            _ => "",
        };
        Said {
            author: if number / 7 % 2 == 0 { "Iris" } else { "Juno" },
            text: format!("line {number}{more}"),
            at: BEGIN + number * 30_000_000,
        }
    })
}

impl Stage {
    /// Puts messages into the lobby while the server is down, which is quicker than
    /// saying them. The lobby must be empty.
    pub fn put_into_lobby(&mut self, messages: impl IntoIterator<Item = Said>) {
        self.stop();
        let file = self.data().join("madang.sqlite");
        assert!(fs::exists(&file).unwrap());
        let mut store = Connection::open(file).unwrap();
        let change = store.transaction().unwrap();
        let mut place = 0_i64;
        {
            let mut insert = change
                .prepare(
                    "INSERT INTO messages (room, seq, rev, posted_rev, author_name, body, posted_at)
                     VALUES (1, ?1, ?1, ?1, ?2, ?3, ?4)",
                )
                .unwrap();
            for said in messages {
                place += 1;
                insert
                    .execute(params![place, said.author, said.text, said.at])
                    .unwrap();
            }
        }
        change.commit().unwrap();
        store.close().unwrap();
        self.start();
    }
}
