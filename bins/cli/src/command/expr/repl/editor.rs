//! A session on a terminal.

use rustyline::{CompletionType, Config, Editor, error::ReadlineError, history::MemHistory};

use super::{
    assist::Assist,
    history::History,
    printer::{After, print},
    session::Session,
};
use crate::{
    command::App,
    error::{Result, Stop},
    exit::Exit,
};

/// Reads with an editor and answers until the end of input or `:quit`.
pub(super) fn run(app: &App, mut session: Session, mut history: History) -> Result<Exit> {
    let failed = |error: ReadlineError| Stop::internal(format!("the editor does not start: {error}"));
    let config = Config::builder().completion_type(CompletionType::List).auto_add_history(false).build();
    let kept = MemHistory::with_config(&config);
    let mut editor: Editor<Assist, MemHistory> = Editor::with_history(config, kept).map_err(failed)?;
    let paint = app.console.paint();
    editor.set_helper(Some(Assist { types: session.types(), paint }));
    for entry in history.entries() {
        editor.add_history_entry(entry.as_str()).map_err(failed)?;
    }
    app.console.note(paint.faint("`:help` lists the commands, Tab completes, Ctrl-D ends"));
    loop {
        match editor.readline("> ") {
            Ok(entry) => {
                if history.add(&entry) {
                    editor.add_history_entry(entry.as_str()).map_err(failed)?;
                }
                if print(&app.console, session.answer(&entry, paint)) == After::Quit {
                    return Ok(Exit::OK);
                }
                if let Some(assist) = editor.helper_mut() {
                    assist.types = session.types();
                }
            }
            // What was begun is dropped, the session goes on.
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => return Ok(Exit::OK),
            Err(error) => return Err(Stop::internal(format!("the terminal cannot be read: {error}"))),
        }
    }
}
