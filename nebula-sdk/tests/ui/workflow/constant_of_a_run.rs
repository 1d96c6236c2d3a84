use nebula_sdk::prelude::*;

/// A line.
#[derive(Parameters)]
struct Line {
    /// Which one.
    number: u64,
    /// What it says.
    text: String,
}

/// Which file.
#[derive(Parameters)]
struct Log {
    /// Its path.
    path: String,
}

/// Lines of a log that are new.
#[derive(Action)]
#[action(id = "log.new_lines", version = "1.0", pure, poll = "10s")]
struct NewLines;

impl TriggerAction for NewLines {
    type Config = Log;
    type Event = Line;
    type Cursor = u64;

    async fn poll(&self, _: Log, _: Option<u64>, _: &ActionContext<Self>) -> Result<Polled<Line, u64>> {
        Ok(Polled::unmoved())
    }
}

/// Words.
#[derive(Parameters)]
struct Words {
    /// The words.
    text: String,
}

/// Say it.
#[nebula_sdk::action(id = "log.say", version = "1.0", pure)]
async fn say(#[input] words: Words) -> Result<String> {
    Ok(words.text)
}

fn main() {
    let _ = workflow! { "a" (words: Words) -> String {
        const room = words.text;
        const most = u8::MAX;
        say = Say { text: words.text };
        say
    } };
}
