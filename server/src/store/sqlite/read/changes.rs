//! A page of the changes of a stream, collected from the kinds of items that it carries.
//!
//! Each kind is a [`Source`]: a query for the items of that kind in a range of revisions. A new
//! kind of item is one more source.

use rusqlite::{Params, Row, Transaction};
use shared::id::Rev;
use shared::stream::{Item, StreamKey};

/// Which changes are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    /// The revision before the first change. Zero if the client knows nothing.
    pub above: Rev,
    /// The last revision.
    pub up_to: Rev,
    /// How many items there may be; at least one.
    pub limit: usize,
}

/// The items of one kind, in ascending order of revision.
#[derive(Debug)]
pub struct SourcePage {
    /// At most as many as the range allows.
    pub items: Vec<Item>,
    /// Whether more may follow in the range.
    pub is_cut: bool,
}

impl SourcePage {
    /// For a kind that has no items in the range.
    pub const EMPTY: SourcePage = SourcePage {
        items: Vec::new(),
        is_cut: false,
    };
}

/// Finds the items of one kind in a range.
pub type Source<'a> = &'a dyn Fn(&Transaction<'_>, Range) -> rusqlite::Result<SourcePage>;

/// The items of all sources in the range, in ascending order of revision, and the revision
/// through which they are complete. If a source was cut, the page ends at the lowest revision at
/// which one was.
///
/// # Errors
/// SQLite's.
pub fn collect(
    snapshot: &Transaction<'_>,
    stream: StreamKey,
    range: Range,
    sources: &[Source<'_>],
) -> rusqlite::Result<(Vec<Item>, Rev)> {
    let mut items = Vec::new();
    let mut through = range.up_to;
    // A client that missed nothing is the common case.
    if range.above >= range.up_to {
        return Ok((items, through));
    }
    for source in sources {
        let page = source(snapshot, range)?;
        if page.is_cut
            && let Some(last) = page.items.last()
        {
            through = through.min(last.rev(stream));
        }
        items.extend(page.items);
    }
    items.sort_by_key(|item| item.rev(stream));
    if let Some(last) = items.get(range.limit - 1) {
        let is_cut = items.len() > range.limit;
        through = if is_cut {
            through.min(last.rev(stream))
        } else {
            through
        };
    }
    items.retain(|item| item.rev(stream) <= through);
    Ok((items, through))
}

/// The items that a statement finds. It must not find more than the range allows, in ascending
/// order of revision.
///
/// # Errors
/// SQLite's.
pub fn query(
    snapshot: &Transaction<'_>,
    sql: &str,
    parameters: impl Params,
    range: Range,
    item: impl FnMut(&Row<'_>) -> rusqlite::Result<Item>,
) -> rusqlite::Result<SourcePage> {
    let items = snapshot
        .prepare_cached(sql)?
        .query_map(parameters, item)?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(SourcePage {
        is_cut: items.len() >= range.limit,
        items,
    })
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;
    use shared::id::{RoomId, Seq};
    use shared::model::ReadMark;

    use super::*;

    fn marks(revs: &[i64], range: Range) -> SourcePage {
        let revs = revs.iter().map(|rev| Rev(*rev));
        let revs = revs.filter(|rev| *rev > range.above && *rev <= range.up_to);
        let items: Vec<_> = revs
            .take(range.limit)
            .map(|rev| {
                Item::ReadMark(ReadMark {
                    room: RoomId(rev.0),
                    seq: Seq(1),
                    generation: 0,
                    rev,
                })
            })
            .collect();
        SourcePage {
            is_cut: items.len() >= range.limit,
            items,
        }
    }

    /// The pages of two sources, from the first revision to the last.
    fn pages(first: &[i64], second: &[i64], limit: usize) -> Vec<(Vec<i64>, i64)> {
        let mut connection = Connection::open_in_memory().unwrap();
        let snapshot = connection.transaction().unwrap();
        let (mut pages, mut above, head) = (Vec::new(), Rev::ZERO, Rev(20));
        while above < head {
            let range = Range {
                above,
                up_to: head,
                limit,
            };
            let sources: [Source<'_>; 2] = [&|_, range| Ok(marks(first, range)), &|_, range| {
                Ok(marks(second, range))
            }];
            let (items, through) = collect(&snapshot, StreamKey::Own, range, &sources).unwrap();
            let revs = items.iter().map(|item| item.rev(StreamKey::Own).0);
            pages.push((revs.collect(), through.0));
            assert!(through > above, "a page goes on: {pages:?}");
            above = through;
        }
        pages
    }

    #[test]
    fn pages_of_several_kinds_are_in_order_and_lose_nothing() {
        let one_page = [(vec![3, 5, 8], 20)];
        assert_eq!(pages(&[5], &[3, 8], 4), one_page);
        // The first source is cut at 4, so the page ends there, although the second goes on.
        let three = [(vec![1, 2], 2), (vec![4, 9], 9), (vec![15], 20)];
        assert_eq!(pages(&[1, 2, 4, 15], &[9], 2), three);
        // Both together are too many.
        let two = [(vec![1, 2, 3], 3), (vec![4], 20)];
        assert_eq!(pages(&[1, 3], &[2, 4], 3), two);
        assert_eq!(pages(&[], &[], 3), [(vec![], 20)]);
    }
}
