use super::queue::VECTORED;
use super::*;

fn frame(length: usize) -> Bytes {
    Bytes::from(vec![0; length])
}

fn taken(outbox: &Outbox) -> Vec<usize> {
    let mut lengths = Vec::new();
    let flushed = outbox.flush_into(|slices| {
        lengths.extend(slices.iter().map(|slice| slice.len()));
        Ok(slices.iter().map(|slice| slice.len()).sum())
    });
    assert_ne!(flushed.unwrap(), Flushed::Blocked);
    lengths
}

/// A socket that takes so many bytes and is full then.
fn takes(mut room: usize) -> impl FnMut(&[IoSlice<'_>]) -> io::Result<usize> {
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
fn what_is_pushed_comes_out_in_order() {
    let outbox = Outbox::new(100);
    for length in [1, 2, 3] {
        assert_eq!(outbox.push(frame(length)), Pushed::Queued);
    }
    assert_eq!(taken(&outbox), [1, 2, 3]);
}

#[test]
fn more_frames_than_one_write_takes_come_out_too() {
    let outbox = Outbox::new(10_000);
    for _ in 0..3 * VECTORED {
        outbox.push(frame(7));
    }
    assert_eq!(taken(&outbox), [7; 3 * VECTORED]);
}

#[test]
fn the_shared_writers_are_told_once_until_they_come() {
    let outbox = Outbox::new(100);
    assert!(outbox.offer(frame(1)));
    assert!(!outbox.offer(frame(1)));
    outbox.unlist();
    assert!(outbox.offer(frame(1)));
}

#[test]
fn an_overflow_drops_what_waits_until_it_is_reopened() {
    let outbox = Outbox::new(100);
    outbox.push(frame(60));
    assert_eq!(outbox.push(frame(60)), Pushed::Dropped);
    assert!(outbox.has_overflowed());
    assert_eq!(outbox.push(frame(1)), Pushed::Dropped);
    outbox.reopen(frame(5));
    assert_eq!(outbox.push(frame(7)), Pushed::Queued);
    assert_eq!(taken(&outbox), [5, 7]);
}

#[test]
fn a_frame_that_is_partly_out_is_finished_after_an_overflow() {
    let outbox = Outbox::new(100);
    for length in [20, 30, 40] {
        outbox.push(frame(length));
    }
    assert_eq!(outbox.flush_into(takes(25)).unwrap(), Flushed::Blocked);
    assert_eq!(outbox.push(frame(60)), Pushed::Dropped);
    outbox.reopen(frame(1));
    assert_eq!(taken(&outbox), [25, 1]);
}

#[test]
fn what_is_being_written_is_finished_and_what_waits_behind_it_is_dropped() {
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
    assert_eq!(taken(&outbox), [15, 1]);
}

#[test]
fn a_frame_that_is_not_begun_is_dropped_by_an_overflow() {
    let outbox = Outbox::new(100);
    for length in [20, 30, 40] {
        outbox.push(frame(length));
    }
    assert_eq!(outbox.flush_into(takes(20)).unwrap(), Flushed::Blocked);
    assert_eq!(outbox.push(frame(60)), Pushed::Dropped);
    outbox.reopen(frame(1));
    assert_eq!(taken(&outbox), [1]);
}

#[test]
fn what_is_not_written_counts() {
    let outbox = Outbox::new(100);
    outbox.push(frame(90));
    let written = outbox.written();
    assert_eq!(outbox.flush_into(takes(0)).unwrap(), Flushed::Blocked);
    assert_eq!(outbox.written(), written, "nothing was taken");
    assert_eq!(outbox.flush_into(takes(40)).unwrap(), Flushed::Blocked);
    assert_ne!(outbox.written(), written);
    assert!(!outbox.is_busy(), "50 of 100");
    assert_eq!(outbox.push(frame(50)), Pushed::Queued);
    assert!(outbox.is_busy());
    assert_eq!(outbox.push(frame(1)), Pushed::Dropped);
}

#[test]
fn a_frame_over_the_limit_goes_alone() {
    let outbox = Outbox::new(100);
    assert_eq!(outbox.push(frame(500)), Pushed::Queued);
    assert_eq!(outbox.push(frame(1)), Pushed::Dropped);
}

#[test]
fn a_reader_keeps_up_while_little_waits() {
    let outbox = Outbox::new(100);
    outbox.push(frame(12));
    assert!(outbox.keeps_up());
    outbox.push(frame(1));
    assert!(!outbox.keeps_up());
    assert_eq!(taken(&outbox), [12, 1]);
    assert!(outbox.keeps_up());
}

#[test]
fn a_soft_frame_does_not_push_out_what_waits() {
    let outbox = Outbox::new(100);
    outbox.push(frame(95));
    assert!(!outbox.push_soft(frame(7)));
    assert!(outbox.push_soft(frame(5)));
    assert_eq!(taken(&outbox), [95, 5]);
}

#[test]
fn a_close_is_the_last_frame_and_comes_after_what_was_promised() {
    let outbox = Outbox::new(100);
    outbox.push(frame(10));
    outbox.close(frame(4));
    outbox.close(frame(5));
    assert_eq!(outbox.push(frame(1)), Pushed::Dropped);
    assert_eq!(taken(&outbox), [10, 4]);
    assert_eq!(outbox.flush_into(takes(0)).unwrap(), Flushed::Closed);
}

#[test]
fn a_shared_writer_does_not_stay_with_one_for_whom_more_comes() {
    for (is_offered, flushed) in [(false, Flushed::Left), (true, Flushed::All)] {
        let outbox = Outbox::new(100);
        outbox.push(frame(20));
        let written = outbox.write(outbox.queue.lock(), Turns::One, |slices| {
            if is_offered {
                assert!(outbox.offer(frame(30)), "it has its turn on the list");
            } else {
                outbox.push(frame(30));
            }
            Ok(slices[0].len())
        });
        assert_eq!(written.unwrap(), flushed);
        assert_eq!(taken(&outbox), [30]);
    }
}
