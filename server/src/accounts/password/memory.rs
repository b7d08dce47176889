//! The memory in which passwords are hashed.

use std::sync::{Arc, Mutex, PoisonError};

use argon2::Block;

/// The memory of so many hashes as run at once, used again and again.
///
/// Memory that each hash allocates anew, on whichever blocking thread it runs, stays with that
/// thread's arena: sixty sign-ins at once left 190 MB. This stays at what can run at once.
#[derive(Clone, Debug, Default)]
pub struct HashMemory {
    unused: Arc<Mutex<Vec<Vec<Block>>>>,
}

impl HashMemory {
    /// Runs `work` in memory of so many blocks. What is in them is not defined.
    pub fn run<T>(&self, blocks: usize, work: impl FnOnce(&mut [Block]) -> T) -> T {
        let kept = self.lock().pop();
        let mut memory = kept.unwrap_or_default();
        if memory.len() < blocks {
            // Not resized, which would copy what nobody needs.
            memory = vec![Block::new(); blocks];
        }
        let result = work(&mut memory);
        self.lock().push(memory);
        result
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Vec<Block>>> {
        // What a panic left is memory all the same.
        self.unused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_one_after_the_other_uses_the_same_memory() {
        let memory = HashMemory::default();
        let first = memory.run(8, |blocks| blocks.as_ptr() as usize);
        let second = memory.run(8, |blocks| {
            // While this is used, another gets its own.
            let other = memory.run(4, |blocks| blocks.as_ptr() as usize);
            assert_ne!(other, blocks.as_ptr() as usize);
            blocks.as_ptr() as usize
        });
        assert_eq!(first, second);
        assert_eq!(memory.lock().len(), 2);
    }

    #[test]
    fn who_needs_more_gets_more() {
        let memory = HashMemory::default();
        memory.run(4, |blocks| assert_eq!(blocks.len(), 4));
        memory.run(8, |blocks| assert_eq!(blocks.len(), 8));
        assert_eq!(memory.lock().len(), 1);
    }
}
