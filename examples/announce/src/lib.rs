//! A trigger of one's own: each line that is added to a file starts an execution. The workflow is `announce.yaml`, and
//! [`announce`] says the same in Rust; `docs/triggers.md` explains both.

// docs: trigger
use nebula_sdk::prelude::*;

/// Lines that were added to a file.
#[derive(Debug, Action)]
#[action(
    id = "log.new_lines",
    version = "1.0",
    idempotent(key(path)),
    poll = "1m",
    capabilities(fs_read(param = "path"))
)]
pub struct NewLines;

/// Which file.
#[derive(Debug, Parameters)]
pub struct Log {
    /// Its path.
    pub path: String,
    /// Most lines of one poll.
    #[param(default = 500, min = 1, max = 1000)]
    pub limit: u32,
}

/// A line of the file.
#[derive(Debug, PartialEq, Parameters)]
pub struct Line {
    /// Which one, from 1.
    pub number: u64,
    /// What it says.
    pub text: String,
}

impl TriggerAction for NewLines {
    type Config = Log;
    type Event = Line;
    type Cursor = u64;

    async fn poll(&self, log: Log, seen: Option<u64>, ctx: &ActionContext<Self>) -> Result<Polled<Line, u64>> {
        let seen = seen.unwrap_or(0);
        let text = ctx.files_read().read_to_string(&log.path, 16 << 20).await?;
        // A line without its end is still being written.
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let new = (1..).zip(whole.lines()).filter(|(number, _)| *number > seen).take(log.limit as usize);
        let lines: Vec<Line> = new.map(|(number, text)| Line { number, text: text.to_owned() }).collect();
        let is_full = lines.len() == log.limit as usize;
        let seen = lines.last().map_or(seen, |line| line.number);
        let polled = Polled::up_to(seen).events(lines.into_iter().map(|line| (line.number.to_string(), line)));
        Ok(if is_full { polled.at_once() } else { polled })
    }
}
// docs: end

/// Say it.
#[nebula_sdk::action(id = "log.say", version = "1.0", pure)]
pub async fn say(
    /// The words.
    text: String,
) -> Result<String> {
    Ok(text)
}

/// The workflow, in Rust.
// docs: workflow
pub fn announce() -> Workflow<SayInput, String> {
    Workflow::new("announce", |f, input: Expr<SayInput>| f.add("say", Say::call().text(&input.text))).trigger(
        "lines",
        NewLines::trigger(|log| log.path("app.log")).every(std::time::Duration::from_secs(10)),
        |fired| SayInput::of(|input| input.text(&fired.event.text)),
    )
}
// docs: end
