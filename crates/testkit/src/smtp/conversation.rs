//! One conversation (RFC 5321), as far as a client of ours goes.

use super::Received;
use super::mailbox::{Behaviour, Shared};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::io;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// Talks to one client until it goes.
pub(super) async fn converse(stream: TcpStream, shared: Arc<Shared>) {
    // a client that hangs up is what some tests are about
    let _gone = greet(stream, &shared).await;
}

async fn greet(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    say(&mut stream, "220 localhost ESMTP").await?;
    let Some(acceptor) = &shared.acceptor else {
        return Talk::new(shared, false).run(&mut stream).await.map(drop);
    };
    if !Talk::new(shared, false).run(&mut stream).await? {
        return Ok(());
    }
    let stream = acceptor.accept(stream.into_inner()).await?;
    let mut stream = BufReader::new(stream);
    Talk::new(shared, true).run(&mut stream).await.map(drop)
}

async fn say<S: AsyncWrite + Unpin>(stream: &mut S, line: &str) -> io::Result<()> {
    stream.write_all(format!("{line}\r\n").as_bytes()).await?;
    stream.flush().await
}

/// A conversation on one layer.
struct Talk<'a> {
    shared: &'a Shared,
    over_tls: bool,
    from: String,
    to: Vec<String>,
    hangs: bool,
}

impl<'a> Talk<'a> {
    fn new(shared: &'a Shared, over_tls: bool) -> Self {
        Self {
            shared,
            over_tls,
            from: String::new(),
            to: Vec::new(),
            hangs: false,
        }
    }

    /// Answers commands; tells whether the client now begins TLS.
    async fn run<S>(mut self, stream: &mut BufReader<S>) -> io::Result<bool>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        loop {
            let Some(line) = self.line(stream).await? else {
                return Ok(false);
            };
            let command = line.trim_end().to_owned();
            match command.to_ascii_uppercase() {
                upper if upper.starts_with("EHLO") => self.capabilities(stream).await?,
                upper if upper == "STARTTLS" && self.offers_tls() => {
                    say(stream, "220 go ahead").await?;
                    return Ok(true);
                }
                upper if upper.starts_with("AUTH PLAIN") => {
                    let answer = self.login(&command);
                    say(stream, answer).await?;
                }
                upper if upper.starts_with("MAIL FROM:") => {
                    self.from = path(&command);
                    self.to.clear();
                    say(stream, "250 ok").await?;
                }
                upper if upper.starts_with("RCPT TO:") => {
                    let answer = self.recipient(path(&command));
                    say(stream, &answer).await?;
                }
                upper if upper == "DATA" => self.data(stream).await?,
                upper if upper == "QUIT" => {
                    say(stream, "221 bye").await?;
                    return Ok(false);
                }
                upper if upper == "RSET" || upper == "NOOP" => say(stream, "250 ok").await?,
                _ => say(stream, "500 what").await?,
            }
        }
    }

    fn offers_tls(&self) -> bool {
        self.shared.acceptor.is_some() && !self.over_tls
    }

    /// One line with its end; none when the client went.
    async fn line<S>(&self, stream: &mut BufReader<S>) -> io::Result<Option<String>>
    where
        S: AsyncRead + Unpin,
    {
        let mut line = Vec::new();
        if stream.read_until(b'\n', &mut line).await? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line).into_owned();
        if !self.over_tls {
            self.shared.note_in_clear(&line);
        }
        Ok(Some(line))
    }

    async fn capabilities<S: AsyncWrite + Unpin>(&self, stream: &mut S) -> io::Result<()> {
        say(stream, "250-localhost").await?;
        if self.offers_tls() {
            say(stream, "250-STARTTLS").await?;
        } else if self.shared.login.is_some() {
            say(stream, "250-AUTH PLAIN").await?;
        }
        say(stream, "250 HELP").await
    }

    /// `AUTH PLAIN` with an initial response (RFC 4616).
    fn login(&self, command: &str) -> &'static str {
        let shown = command.split_whitespace().nth(2).unwrap_or_default();
        let wanted = self.shared.login.as_ref();
        let wanted = wanted.map(|(user, password)| format!("\0{user}\0{password}"));
        match (STANDARD.decode(shown), wanted) {
            (Ok(shown), Some(wanted)) if shown == wanted.as_bytes() => "235 welcome",
            _ => "535 no",
        }
    }

    fn recipient(&mut self, recipient: String) -> String {
        match self.shared.behaviour(&recipient) {
            Behaviour::Reply(code) => format!("{code} <{recipient}>: not now, or not here"),
            behaviour => {
                self.hangs = behaviour == Behaviour::Hang;
                self.to.push(recipient);
                "250 ok".to_owned()
            }
        }
    }

    /// The message, up to the line that is one dot.
    async fn data<S>(&mut self, stream: &mut BufReader<S>) -> io::Result<()>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        say(stream, "354 go ahead").await?;
        let mut raw = String::new();
        loop {
            match self.line(stream).await? {
                None => return Ok(()),
                Some(line) if line == ".\r\n" => break,
                Some(line) => raw.push_str(line.strip_prefix('.').unwrap_or(&line)),
            }
        }
        self.shared.keep(Received {
            from: std::mem::take(&mut self.from),
            to: std::mem::take(&mut self.to),
            raw,
            over_tls: self.over_tls,
        });
        if self.hangs {
            std::future::pending::<()>().await;
        }
        say(stream, "250 taken").await
    }
}

/// What stands between the angle brackets.
fn path(command: &str) -> String {
    let inner = command.split_once('<').map_or("", |(_, rest)| rest);
    inner.split('>').next().unwrap_or_default().to_owned()
}
