//! `parcode explore`: a file on the whole screen, the tree on the left, the value on the right.

mod preview;
mod screen;
mod tree;

use crate::arguments::Explore;
use crate::commands::{open, single};
use crate::failure::{Failure, Outcome};
use parcode::Dynamic;
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use std::io::{self, IsTerminal};
use tree::Tree;

pub(crate) fn explore(arguments: &Explore) -> Result<Outcome, Failure> {
    let file = open(&arguments.input)?;
    let Some(value) = single(file.dynamic()?, &arguments.path)? else {
        return Ok(Outcome::Found);
    };
    if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
        return Err(Failure::new("explore needs a terminal; `tree` prints"));
    }
    let mut explorer = Explorer::new(value, &arguments.path);
    let mut terminal =
        ratatui::try_init().map_err(|error| Failure::io("the terminal cannot be used", &error))?;
    let ended = explorer.run(&mut terminal);
    ratatui::restore();
    ended.map_err(|error| Failure::io("the terminal failed", &error))?;
    Ok(Outcome::Fine)
}

/// What is on the screen, and where in it.
struct Explorer<'f> {
    tree: Tree<'f>,
    /// The row that is selected, and the first one on the screen.
    selected: usize,
    top: usize,
    /// What is being typed as a key to search for.
    asked: Option<String>,
    /// What did not work, until the next key.
    message: String,
    /// Rows of the tree on the screen.
    height: usize,
}

/// What a key does to the program.
#[derive(PartialEq, Eq)]
enum Next {
    Stay,
    Quit,
}

impl<'f> Explorer<'f> {
    fn new(value: Dynamic<'f>, path: &str) -> Self {
        let mut explorer = Self {
            tree: Tree::new(value, path),
            selected: 0,
            top: 0,
            asked: None,
            message: String::new(),
            height: 1,
        };
        explorer.open();
        explorer
    }

    fn run(&mut self, terminal: &mut DefaultTerminal) -> io::Result<()> {
        loop {
            terminal.draw(|frame| screen::draw(self, frame))?;
            if let Event::Key(key) = event::read()?
                && key.kind != KeyEventKind::Release
                && self.pressed(key) == Next::Quit
            {
                return Ok(());
            }
        }
    }

    fn pressed(&mut self, key: KeyEvent) -> Next {
        self.message.clear();
        if key.modifiers.contains(KeyModifiers::CONTROL) && key.code == KeyCode::Char('c') {
            return Next::Quit;
        }
        if let Some(asked) = &mut self.asked {
            match key.code {
                KeyCode::Char(c) => asked.push(c),
                KeyCode::Backspace => {
                    asked.pop();
                }
                KeyCode::Esc => self.asked = None,
                KeyCode::Enter => self.search(),
                _ => {}
            }
            return Next::Stay;
        }
        let page = self.height.max(2) - 1;
        match key.code {
            KeyCode::Char('q') | KeyCode::Esc => return Next::Quit,
            KeyCode::Up | KeyCode::Char('k') => self.go(self.selected.saturating_sub(1)),
            KeyCode::Down | KeyCode::Char('j') => self.go(self.selected + 1),
            KeyCode::PageUp => self.go(self.selected.saturating_sub(page)),
            KeyCode::PageDown | KeyCode::Char(' ') => self.go(self.selected + page),
            KeyCode::Home => self.go(0),
            KeyCode::End => self.go(usize::MAX),
            KeyCode::Right | KeyCode::Enter | KeyCode::Char('l') => self.open(),
            KeyCode::Left | KeyCode::Char('h') => self.close(),
            KeyCode::Char('/') => self.asked = Some(String::new()),
            _ => {}
        }
        Next::Stay
    }

    /// Selects a row, and loads the parts that come on the screen with it.
    fn go(&mut self, row: usize) {
        let wanted = row.saturating_add(self.height);
        if let Err(error) = self
            .tree
            .load(self.selected, wanted.min(self.selected + 2 * self.height))
        {
            self.message = error.to_string();
        }
        self.selected = row.min(self.tree.len().saturating_sub(1));
    }

    fn open(&mut self) {
        match self.tree.open(self.selected, self.height.max(64)) {
            Ok(()) => {}
            Err(error) => self.message = error.to_string(),
        }
    }

    /// Closes what is open, or goes to what the row is in.
    fn close(&mut self) {
        self.selected = self.tree.close(self.selected);
    }

    /// Goes to the entry or element that was asked for, in the value that is selected or around it.
    fn search(&mut self) {
        let asked = self.asked.take().unwrap_or_default();
        match self.tree.find(self.selected, &asked) {
            Ok(Some(row)) => self.selected = row,
            Ok(None) => self.message = format!("nothing at {asked}"),
            Err(error) => self.message = error.to_string(),
        }
    }
}
