//! The binary, serving in the background.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::program::Place;

/// Longer than anything here may take, also on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server that runs. Killed when dropped.
pub(crate) struct Serving<'a> {
    place: &'a Place,
    child: Child,
    log: String,
    /// Shared by tests that call from several threads.
    lines: Mutex<Receiver<String>>,
    /// What it printed before it served.
    pub(crate) greeting: String,
    pub(crate) address: SocketAddr,
}

impl<'a> Serving<'a> {
    /// Starts it on a free port, and waits until it says that it serves.
    pub(crate) fn start(place: &'a Place, arguments: &[&str]) -> Self {
        Self::start_with(place, &[], arguments)
    }

    pub(crate) fn start_with(
        place: &'a Place,
        variables: &[(&str, &str)],
        arguments: &[&str],
    ) -> Self {
        let mut command = place.command(arguments);
        command.envs(variables.iter().copied());
        if !arguments.contains(&"--listen") {
            command.args(["--listen", "127.0.0.1:0"]);
        }
        Self::spawn(place, &mut command)
    }

    fn spawn(place: &'a Place, command: &mut Command) -> Self {
        let log = format!(
            "log-{}",
            std::thread::current()
                .name()
                .unwrap_or_default()
                .replace(':', "-")
        );
        let file = File::options()
            .create(true)
            .append(true)
            .open(place.path(&log))
            .unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(file).spawn().unwrap();
        let out = child.stdout.take().unwrap();
        let (sender, lines) = mpsc::channel();
        // The channel closes when the process ends.
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines() {
                if line.is_ok_and(|line| sender.send(line).is_err()) {
                    break;
                }
            }
        });
        let mut greeting = String::new();
        while !greeting.contains("\n  try ") {
            let Ok(line) = lines.recv_timeout(PATIENCE) else {
                panic!(
                    "it does not serve: {}",
                    std::fs::read_to_string(place.path(&log)).unwrap()
                );
            };
            greeting.push_str(&line);
            greeting.push('\n');
        }
        let address = greeting
            .lines()
            .next()
            .unwrap()
            .rsplit_once("http://")
            .unwrap()
            .1;
        let address = address.parse().unwrap();
        Self {
            place,
            child,
            log,
            lines: Mutex::new(lines),
            greeting,
            address,
        }
    }

    /// What it logged so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.place.path(&self.log)).unwrap()
    }

    pub(crate) fn process(&self, file: &str) -> String {
        std::fs::read_to_string(format!("/proc/{}/{file}", self.child.id())).unwrap()
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// The status and the body of a request.
    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        exchange(
            self.connect(),
            &format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
        )
    }

    /// The status and the JSON of a request with a JSON body, or none.
    pub(crate) fn call(&self, method: &str, path: &str, token: &str, body: &Value) -> (u16, Value) {
        let request = request(method, path, token, body);
        let (status, text) = exchange(self.connect(), &request);
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// As `call`, of a server that may end meanwhile: nothing where no whole answer arrived.
    pub(crate) fn attempt(
        &self,
        method: &str,
        path: &str,
        token: &str,
        body: &Value,
    ) -> Option<(u16, Value)> {
        let mut stream = TcpStream::connect(self.address).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let request = request(method, path, token, body);
        stream.write_all(request.as_bytes()).ok()?;
        let mut text = String::new();
        stream.read_to_string(&mut text).ok()?;
        let (head, body) = text.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some((status, serde_json::from_str(body).ok()?))
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Waits until it has logged this.
    pub(crate) fn await_log(&self, text: &str) {
        let begin = std::time::Instant::now();
        while !self.log().contains(text) {
            assert!(
                begin.elapsed() < PATIENCE,
                "{text} is not in {}",
                self.log()
            );
            pause(Duration::from_millis(2));
        }
    }

    /// Its exit status, and its log, once it has ended by itself.
    pub(crate) fn ended(mut self) -> (Option<i32>, String) {
        let lines = self.lines.get_mut().unwrap();
        while lines.recv_timeout(PATIENCE).is_ok() {}
        let status = self.child.wait().unwrap();
        (status.code(), self.log())
    }

    /// Stops it, and sees that it ends well.
    pub(crate) fn stop(self) -> String {
        self.signal(Signal::TERM);
        let (status, log) = self.ended();
        assert_eq!(status, Some(0), "{log}");
        log
    }
}

impl Drop for Serving<'_> {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Lets time pass.
pub(crate) fn pause(time: Duration) {
    let (_sender, never) = mpsc::channel::<()>();
    assert!(never.recv_timeout(time).is_err());
}

/// A request with a JSON body, or none, by whoever has this token, or nobody.
fn request(method: &str, path: &str, token: &str, body: &Value) -> String {
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let bearer = if token.is_empty() {
        String::new()
    } else {
        format!("Authorization: Bearer {token}\r\n")
    };
    let length = body.len();
    format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{bearer}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

/// Sends a request and reads the answer to its end.
pub(crate) fn exchange(mut stream: TcpStream, request: &str) -> (u16, String) {
    stream.write_all(request.as_bytes()).unwrap();
    answer(stream)
}

/// Reads an answer to the end of the connection.
pub(crate) fn answer(mut stream: TcpStream) -> (u16, String) {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (
        head.split(' ').nth(1).unwrap().parse().unwrap(),
        body.to_owned(),
    )
}
