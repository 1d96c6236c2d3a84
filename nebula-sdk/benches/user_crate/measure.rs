//! What a program costs: wall time, and the time of all processors, which says more on a busy machine.

use std::{fmt, fs, io, process::Command, time::Instant};

/// Seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    wall: f64,
    /// Unknown where there is no `/proc`.
    cpu: Option<f64>,
}

/// Of each column its own.
pub(crate) fn median(costs: &[Cost]) -> Cost {
    let middle = |mut column: Vec<f64>| {
        column.sort_by(f64::total_cmp);
        column[column.len() / 2]
    };
    Cost {
        wall: middle(costs.iter().map(|cost| cost.wall).collect()),
        cpu: costs.iter().map(|cost| cost.cpu).collect::<Option<_>>().map(middle),
    }
}

/// Runs it to its end.
#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
pub(crate) fn run(command: &mut Command) -> io::Result<Cost> {
    let before = cpu_of_children();
    let start = Instant::now();
    let status = command.status()?;
    let wall = start.elapsed().as_secs_f64();
    if !status.success() {
        return Err(io::Error::other(format!("{command:?} ended with {status}")));
    }
    let cpu = cpu_of_children().zip(before).map(|(after, before)| after - before);
    Ok(Cost { wall, cpu })
}

/// User and system time of all processes that were started here and have ended, with theirs.
fn cpu_of_children() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program stands in brackets and may hold anything; the fields behind it are numbers.
    let fields: Vec<_> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    // Linux counts them in hundredths of a second, whatever the machine.
    Some((ticks(13)? + ticks(14)?) / 100.0)
}

// === impl Cost ===

impl Cost {
    /// How much more it is than another.
    pub(crate) fn minus(self, other: Self) -> Self {
        Self { wall: self.wall - other.wall, cpu: self.cpu.zip(other.cpu).map(|(this, other)| this - other) }
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:7.2} s", self.wall)?;
        match self.cpu {
            Some(cpu) => write!(f, "  {cpu:7.2} s"),
            None => write!(f, "          ?"),
        }
    }
}
