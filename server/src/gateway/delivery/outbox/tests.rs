use super::queue::MAX_SLICES;
use super::*;

fn frame(length: usize) -> Bytes {
    Bytes::from(vec![0; length])
}

fn flushed_lengths(outbox: &Outbox) -> Vec<usize> {
    let mut lengths = Vec::new();
    let flushed = outbox.flush_into(|slices| {
        lengths.extend(slices.iter().map(|slice| slice.len()));
        Ok(slices.iter().map(|slice| slice.len()).sum())
    });
    assert_ne!(flushed.unwrap(), Flushed::Blocked);
    lengths
}

/// A socket that takes this many bytes and is then full.
fn socket_with_room(mut room: usize) -> impl FnMut(&[IoSlice<'_>]) -> io::Result<usize> {
    move |slices| {
        let there: usize = slices.iter().map(|slice| slice.len()).sum();
        let written = there.min(std::mem::take(&mut room));
        if written == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(written)
    }
}

#[test]
fn frames_are_written_in_the_order_in_which_they_were_pushed() {
    let outbox = Outbox::new(100);
    for length in [1, 2, 3] {
        assert_eq!(outbox.push(frame(length)), Pushed::Queued);
    }
    assert_eq!(flushed_lengths(&outbox), [1, 2, 3]);
}

#[test]
fn more_frames_than_one_vectored_write_holds_are_all_written() {
    let outbox = Outbox::new(10_000);
    for _ in 0..3 * MAX_SLICES {
        outbox.push(frame(7));
    }
    assert_eq!(flushed_lengths(&outbox), [7; 3 * MAX_SLICES]);
}

#[test]
fn an_outbox_is_scheduled_once_until_a_writer_takes_it() {
    let outbox = Outbox::new(100);
    assert!(outbox.enqueue_to_schedule(frame(1)));
    assert!(!outbox.enqueue_to_schedule(frame(1)));
    outbox.mark_unscheduled();
    assert!(outbox.enqueue_to_schedule(frame(1)));
}

#[test]
fn after_an_overflow_frames_are_dropped_until_the_outbox_is_reopened() {
    let outbox = Outbox::new(100);
    outbox.push(frame(60));
    assert_eq!(outbox.push(frame(60)), Pushed::Dropped);
    assert!(outbox.has_overflowed());
    assert_eq!(outbox.push(frame(1)), Pushed::Dropped);
    outbox.reopen(frame(5));
    assert_eq!(outbox.push(frame(7)), Pushed::Queued);
    assert_eq!(flushed_lengths(&outbox), [5, 7]);
}

#[test]
fn a_partly_written_frame_is_finished_after_an_overflow() {
    let outbox = Outbox::new(100);
    for length in [20, 30, 40] {
        outbox.push(frame(length));
    }
    assert_eq!(
        outbox.flush_into(socket_with_room(25)).unwrap(),
        Flushed::Blocked
    );
    assert_eq!(outbox.push(frame(60)), Pushed::Dropped);
    outbox.reopen(frame(1));
    assert_eq!(flushed_lengths(&outbox), [25, 1]);
}

#[test]
fn an_overflow_during_a_write_drops_the_frames_behind_the_partly_written_one() {
    let outbox = Outbox::new(100);
    outbox.push(frame(20));
    outbox.push(frame(30));
    let mut lengths = Vec::new();
    let flushed = outbox.flush_into(|slices| {
        if !lengths.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        lengths.extend(slices.iter().map(|slice| slice.len()));
        assert_eq!(outbox.push(frame(60)), Pushed::Dropped);
        outbox.reopen(frame(1));
        Ok(5)
    });
    assert_eq!(flushed.unwrap(), Flushed::Blocked);
    assert_eq!(lengths, [20, 30]);
    assert_eq!(flushed_lengths(&outbox), [15, 1]);
}

#[test]
fn an_overflow_drops_a_frame_of_which_nothing_is_written() {
    let outbox = Outbox::new(100);
    for length in [20, 30, 40] {
        outbox.push(frame(length));
    }
    assert_eq!(
        outbox.flush_into(socket_with_room(20)).unwrap(),
        Flushed::Blocked
    );
    assert_eq!(outbox.push(frame(60)), Pushed::Dropped);
    outbox.reopen(frame(1));
    assert_eq!(flushed_lengths(&outbox), [1]);
}

#[test]
fn bytes_count_against_the_limit_until_they_are_written() {
    let outbox = Outbox::new(100);
    outbox.push(frame(90));
    let written = outbox.written_bytes();
    assert_eq!(
        outbox.flush_into(socket_with_room(0)).unwrap(),
        Flushed::Blocked
    );
    assert_eq!(outbox.written_bytes(), written, "nothing was taken");
    assert_eq!(
        outbox.flush_into(socket_with_room(40)).unwrap(),
        Flushed::Blocked
    );
    assert_ne!(outbox.written_bytes(), written);
    assert!(!outbox.is_half_full(), "50 of 100");
    assert_eq!(outbox.push(frame(50)), Pushed::Queued);
    assert!(outbox.is_half_full());
    assert_eq!(outbox.push(frame(1)), Pushed::Dropped);
}

#[test]
fn a_frame_above_the_limit_is_queued_alone() {
    let outbox = Outbox::new(100);
    assert_eq!(outbox.push(frame(500)), Pushed::Queued);
    assert_eq!(outbox.push(frame(1)), Pushed::Dropped);
}

#[test]
fn a_reader_is_keeping_up_while_little_waits() {
    let outbox = Outbox::new(100);
    outbox.push(frame(12));
    assert!(outbox.is_keeping_up());
    outbox.push(frame(1));
    assert!(!outbox.is_keeping_up());
    assert_eq!(flushed_lengths(&outbox), [12, 1]);
    assert!(outbox.is_keeping_up());
}

#[test]
fn an_ephemeral_frame_does_not_cause_an_overflow() {
    let outbox = Outbox::new(100);
    outbox.push(frame(95));
    assert!(!outbox.push_ephemeral(frame(7)));
    assert!(outbox.push_ephemeral(frame(5)));
    assert_eq!(flushed_lengths(&outbox), [95, 5]);
}

#[test]
fn a_close_frame_comes_last_and_behind_what_waits() {
    let outbox = Outbox::new(100);
    outbox.push(frame(10));
    outbox.close(frame(4));
    outbox.close(frame(5));
    assert_eq!(outbox.push(frame(1)), Pushed::Dropped);
    assert_eq!(flushed_lengths(&outbox), [10, 4]);
    assert_eq!(
        outbox.flush_into(socket_with_room(0)).unwrap(),
        Flushed::Closed
    );
}

#[test]
fn a_shared_writer_leaves_frames_that_came_during_its_write() {
    for (is_scheduled, flushed) in [(false, Flushed::MorePending), (true, Flushed::All)] {
        let outbox = Outbox::new(100);
        outbox.push(frame(20));
        let written = outbox.write(outbox.queue.lock(), FlushMode::Once, |slices| {
            if is_scheduled {
                assert!(
                    outbox.enqueue_to_schedule(frame(30)),
                    "a writer comes for it again"
                );
            } else {
                outbox.push(frame(30));
            }
            Ok(slices[0].len())
        });
        assert_eq!(written.unwrap(), flushed);
        assert_eq!(flushed_lengths(&outbox), [30]);
    }
}
