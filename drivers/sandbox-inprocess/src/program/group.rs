//! A program and all that it has started, ended as one.

use std::{
    io,
    process::{Child, ExitStatus},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

/// A process group whose leader is the program. It can be signalled for as long as its number cannot mean another.
#[derive(Debug)]
pub(super) struct Group {
    /// `None` when the leader is about to be reaped.
    leader: Mutex<Option<Pid>>,
}

/// Ends the group when dropped, if it has not ended.
#[derive(Debug)]
pub(super) struct EndOnDrop(pub(super) Arc<Group>);

/// The groups of one attempt.
#[derive(Debug)]
pub(crate) struct Running {
    /// `None` when the attempt has ended.
    groups: Mutex<Option<Vec<Weak<Group>>>>,
}

// === impl Group ===

impl Group {
    /// Of a program that was started as the leader of its own group.
    pub(super) fn of(child: &Child) -> Self {
        Self { leader: Mutex::new(i32::try_from(child.id()).ok().and_then(Pid::from_raw)) }
    }

    /// Asks all of them to end.
    pub(super) fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    /// Ends all of them.
    pub(super) fn kill(&self) {
        self.signal(Signal::KILL);
    }

    fn signal(&self, signal: Signal) {
        if let Some(leader) = *self.lock() {
            // There is nobody left, or nobody who may be signalled.
            let _ = kill_process_group(leader, signal);
        }
    }

    /// Waits for the end of the program, and ends what it has left running. Blocks.
    pub(super) fn wait(&self, child: &mut Child) -> io::Result<ExitStatus> {
        let leader = *self.lock();
        if let Some(leader) = leader {
            // Left to be reaped, so that its number stays its own until nobody signals it any more.
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
            let ended = loop {
                match waitid(WaitId::Pid(leader), options) {
                    Err(rustix::io::Errno::INTR) => {}
                    ended => break ended,
                }
            };
            // Without knowing that it is still there to be reaped, its number may be another's.
            if ended.is_ok() {
                self.kill();
            }
        }
        *self.lock() = None;
        child.wait()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Pid>> {
        // Nothing panics while the lock is held.
        self.leader.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for EndOnDrop {
    fn drop(&mut self) {
        self.0.kill();
    }
}

// === impl Running ===

impl Running {
    pub(crate) fn new() -> Self {
        Self { groups: Mutex::new(Some(Vec::new())) }
    }

    /// Keeps a group in mind; one that comes too late is ended at once.
    pub(super) fn add(&self, group: &Arc<Group>) {
        match &mut *self.lock() {
            Some(groups) => {
                groups.retain(|group| group.strong_count() > 0);
                groups.push(Arc::downgrade(group));
            }
            None => group.kill(),
        }
    }

    /// Ends all of them, and those still to come.
    pub(crate) fn end(&self) {
        let groups = self.lock().take();
        groups.into_iter().flatten().filter_map(|group| group.upgrade()).for_each(|group| group.kill());
    }

    fn lock(&self) -> MutexGuard<'_, Option<Vec<Weak<Group>>>> {
        // Nothing panics while the lock is held.
        self.groups.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
