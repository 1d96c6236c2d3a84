//! The worker processes: hired, killed, frozen, told what to do.

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, Write as _},
    path::PathBuf,
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use tokio::sync::mpsc::UnboundedSender;

use crate::talk::{News, Order};

/// News, and of whom.
#[derive(Debug)]
pub(crate) struct Heard {
    pub(crate) place: usize,
    /// The how-manieth process of its place said so.
    pub(crate) turn: u64,
    pub(crate) news: News,
}

/// Places for workers, each with a process or without.
#[derive(Debug)]
pub(crate) struct Crew {
    /// How a worker is started.
    program: PathBuf,
    arguments: Vec<String>,
    /// Where each place's standard error goes.
    logs: PathBuf,
    places: Vec<Mutex<Slot>>,
    heard: UnboundedSender<Heard>,
}

/// One place.
#[derive(Debug, Default)]
struct Slot {
    process: Option<Process>,
    turn: u64,
}

/// Ends its process when it is dropped: none outlives the conductor.
#[derive(Debug)]
struct Process {
    child: Child,
    orders: Option<ChildStdin>,
    is_frozen: bool,
}

// === impl Crew ===

impl Crew {
    pub(crate) fn new(
        program: PathBuf,
        arguments: Vec<String>,
        logs: PathBuf,
        size: usize,
        heard: UnboundedSender<Heard>,
    ) -> Self {
        Self { program, arguments, logs, places: (0..size).map(|_| Mutex::default()).collect(), heard }
    }

    pub(crate) fn size(&self) -> usize {
        self.places.len()
    }

    /// Starts a process at a place that has none.
    pub(crate) fn hire(&self, place: usize) -> io::Result<()> {
        let mut slot = self.slot(place);
        if slot.process.is_some() {
            return Ok(());
        }
        slot.turn += 1;
        let log = File::options().append(true).create(true).open(self.logs.join(format!("worker-{place}.log")))?;
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn()?;
        let (orders, said) = (child.stdin.take(), child.stdout.take());
        let (heard, turn) = (self.heard.clone(), slot.turn);
        if let Some(said) = said {
            thread::spawn(move || {
                for line in BufReader::new(said).lines().map_while(Result::ok) {
                    // A line that was cut off by the process's end says nothing.
                    if let Ok(news) = serde_json::from_str(&line) {
                        let _ = heard.send(Heard { place, turn, news });
                    }
                }
            });
        }
        slot.process = Some(Process { child, orders, is_frozen: false });
        Ok(())
    }

    /// Kills the process of a place, frozen or not; says whether there was one.
    pub(crate) fn kill(&self, place: usize) -> bool {
        self.slot(place).process.take().is_some()
    }

    /// Stops the process of a place where it stands; says which, if there was one that was not.
    pub(crate) fn freeze(&self, place: usize) -> Option<u64> {
        let mut slot = self.slot(place);
        let turn = slot.turn;
        let process = slot.process.as_mut().filter(|process| !process.is_frozen)?;
        process.is_frozen = process.signal(Signal::STOP);
        process.is_frozen.then_some(turn)
    }

    /// Lets it go on; says whether it is the process that was stopped.
    pub(crate) fn thaw(&self, place: usize, turn: u64) -> bool {
        let mut slot = self.slot(place);
        if slot.turn != turn {
            return false;
        }
        let Some(process) = slot.process.as_mut().filter(|process| process.is_frozen) else { return false };
        process.is_frozen = false;
        process.signal(Signal::CONT)
    }

    /// Tells the process of a place something, unless it could not hear it.
    pub(crate) fn tell(&self, place: usize, order: &Order) {
        let mut slot = self.slot(place);
        let Some(process) = slot.process.as_mut().filter(|process| !process.is_frozen) else { return };
        let (Some(orders), Ok(mut line)) = (process.orders.as_mut(), serde_json::to_vec(order)) else { return };
        line.push(b'\n');
        // One who has just died hears nothing.
        let _ = orders.write_all(&line).and_then(|()| orders.flush());
    }

    /// Whether the process of a place has ended by itself, and how.
    pub(crate) fn ended(&self, place: usize) -> Option<String> {
        let mut slot = self.slot(place);
        let status = slot.process.as_mut()?.child.try_wait().ok()??;
        slot.process = None;
        Some(status.to_string())
    }

    /// Lets every process end by itself; gives back what those are that did not in time, or not well.
    pub(crate) fn dismiss(&self, within: Duration) -> Vec<String> {
        let until = Instant::now() + within;
        let mut wrongs = Vec::new();
        for place in 0..self.size() {
            if let Some(process) = self.slot(place).process.as_mut() {
                process.orders = None;
            }
        }
        for place in 0..self.size() {
            let Some(mut process) = self.slot(place).process.take() else { continue };
            loop {
                match process.child.try_wait() {
                    Ok(Some(status)) if status.success() => break,
                    Ok(Some(status)) => break wrongs.push(format!("worker {place} ended with {status}")),
                    Ok(None) if Instant::now() < until => thread::sleep(Duration::from_millis(20)),
                    Ok(None) => break wrongs.push(format!("worker {place} does not end")),
                    Err(error) => break wrongs.push(format!("worker {place}: {error}")),
                }
            }
        }
        wrongs
    }

    fn slot(&self, place: usize) -> MutexGuard<'_, Slot> {
        self.places[place].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Process ===

impl Process {
    fn signal(&self, signal: Signal) -> bool {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        pid.is_some_and(|pid| kill_process(pid, signal).is_ok())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
