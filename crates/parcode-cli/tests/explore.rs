//! `explore` in a real terminal: opened, walked, searched, quit, and what its screen shows.

#![cfg(unix)]
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod support;

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::num::NonZero;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

const SIZE: PtySize = PtySize {
    rows: 30,
    cols: 110,
    pixel_width: 0,
    pixel_height: 0,
};

/// A terminal with the tool in it.
struct Terminal {
    parser: vt100::Parser,
    output: Receiver<Vec<u8>>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn portable_pty::Child + Send + Sync>,
}

impl Terminal {
    fn start(arguments: &[&str]) -> Self {
        let pair = native_pty_system().openpty(SIZE).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_parcode"));
        command.args(arguments);
        command.env("TERM", "xterm-256color");
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (sender, output) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(len @ 1..) = reader.read(&mut buffer) {
                let read = buffer.get(..len).unwrap_or_default().to_vec();
                if sender.send(read).is_err() {
                    return;
                }
            }
        });
        Self {
            parser: vt100::Parser::new(
                NonZero::new(SIZE.rows).unwrap(),
                NonZero::new(SIZE.cols).unwrap(),
                0,
            ),
            output,
            keys: pair.master.take_writer().unwrap(),
            child,
        }
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// The screen as soon as all of this is on it.
    fn until(&mut self, wanted: &[&str]) -> String {
        loop {
            let screen = self.parser.screen().contents();
            if wanted.iter().all(|wanted| screen.contains(wanted)) {
                return screen;
            }
            // Nobody waits so long unless it hangs: then the screen says where.
            match self.output.recv_timeout(Duration::from_secs(60)) {
                Ok(bytes) => self.parser.process(&bytes),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("waiting for {wanted:?}, and this is there:\n{screen}")
                }
            }
        }
    }
}

const DOWN: &str = "\x1b[B";
const RIGHT: &str = "\x1b[C";
const LEFT: &str = "\x1b[D";
const END: &str = "\x1b[F";

#[test]
fn a_file_is_opened_walked_searched_and_left() {
    let file = support::saved();
    let mut terminal = Terminal::start(&["explore", file.path().to_str().unwrap()]);

    // Opened: the tree with sizes on the left, what is selected on the right.
    let screen = terminal.until(&["▾ root", "id = 7", "q quit"]);
    assert!(screen.contains("▸ terrain 200000  195.3 KiB"), "{screen}");
    assert!(screen.contains("▸ players 100  "), "{screen}");
    assert!(screen.contains("name: Avalon"), "the value: {screen}");

    // Walked: down to the mode, and into it.
    terminal.press(&DOWN.repeat(3));
    terminal.until(&[" mode\n", " hunger: true"]);
    terminal.press(RIGHT);
    terminal.until(&["▾ mode Survival", "hunger = true"]);
    terminal.press(LEFT);
    terminal.until(&["▸ mode Survival"]);

    // Searched: a player by key.
    terminal.press(&DOWN.repeat(2));
    terminal.until(&["HashMap<String, Player>", "100 parts"]);
    terminal.press("/Hero42");
    terminal.until(&["key or position: Hero42"]);
    terminal.press("\r");
    let screen = terminal.until(&["players[Hero42]", "level: 42", "name: Hero42"]);
    assert!(screen.contains("▸ [Hero42]"), "{screen}");
    terminal.press(RIGHT);
    terminal.until(&["▾ [Hero42]", "level = 42", "▸ inventory 5"]);
    terminal.press("/nobody\r");
    terminal.until(&["nothing at nobody"]);

    // Paged to the end: rows come as they are needed.
    terminal.press(END);
    terminal.press(END);
    terminal.press(END);
    terminal.until(&["▸ by_level 100"]);

    terminal.press("q");
    assert!(terminal.child.wait().unwrap().success());
}

#[test]
fn without_a_terminal_it_says_so() {
    let file = support::saved();
    let ran = support::parcode(&["explore", file.path().to_str().unwrap()]);
    assert_eq!(ran.code, 2);
    assert_eq!(
        ran.errors,
        "parcode: explore needs a terminal; `tree` prints\n"
    );
}
