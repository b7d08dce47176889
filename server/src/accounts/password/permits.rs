//! Bounds how many computations run at once, and how many wait.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::error::PasswordError;

/// A bounded queue before a bounded number of running computations.
#[derive(Clone, Debug)]
pub struct ComputePermits {
    running: Arc<Semaphore>,
    queue: Arc<Semaphore>,
}

impl ComputePermits {
    /// At most `running` at once, and `waiting` more in the queue.
    pub fn new(running: usize, waiting: usize) -> Self {
        ComputePermits {
            running: Arc::new(Semaphore::new(running)),
            queue: Arc::new(Semaphore::new(running.saturating_add(waiting))),
        }
    }

    /// Runs `work` on a blocking thread.
    ///
    /// A blocking task cannot be cancelled. It holds its permits itself, so that they are not
    /// free while it still runs for a client who has left.
    ///
    /// # Errors
    /// `Busy` if the queue is full, `Failed` if the work panicked or the runtime shuts down.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let admitted = Arc::clone(&self.queue)
            .try_acquire_owned()
            .map_err(|_| PasswordError::Busy)?;
        let running = Arc::clone(&self.running)
            .acquire_owned()
            .await
            .map_err(|_| PasswordError::Failed)?;
        tokio::task::spawn_blocking(move || {
            let result = work();
            drop(running);
            drop(admitted);
            result
        })
        .await
        .map_err(|_| PasswordError::Failed)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::pin::pin;
    use std::sync::mpsc;
    use std::task::Poll;
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn beyond_the_queue_work_is_refused_and_a_lost_client_frees_nothing() {
        let permits = ComputePermits::new(1, 1);
        let (release, wait) = mpsc::channel::<()>();
        let (started, has_started) = tokio::sync::oneshot::channel();
        let client = tokio::spawn({
            let permits = permits.clone();
            async move {
                permits
                    .run(move || {
                        let _sent = started.send(());
                        wait.recv()
                    })
                    .await
            }
        });
        has_started.await.unwrap();
        client.abort();
        assert!(client.await.unwrap_err().is_cancelled());
        // The one place is taken still, so the next work waits, and more is refused.
        let mut waiting = pin!(permits.run(|| 7));
        let polled = poll_fn(|context| Poll::Ready(waiting.as_mut().poll(context))).await;
        assert!(polled.is_pending());
        let refused = timeout(Duration::from_secs(10), permits.run(|| ())).await;
        assert_eq!(refused, Ok(Err(PasswordError::Busy)));
        release.send(()).unwrap();
        assert_eq!(waiting.await, Ok(7));
    }

    #[tokio::test]
    async fn work_that_panics_gives_its_permits_back() {
        let permits = ComputePermits::new(1, 0);
        let failed = permits.run(|| assert_eq!(1, 2)).await;
        assert_eq!(failed, Err(PasswordError::Failed));
        assert_eq!(permits.run(|| 7).await, Ok(7));
    }
}
