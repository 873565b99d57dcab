//! Another program that keeps secrets with oneclaw's crates and no web server.
//!
//! `oneclaw-embedding-example FOLDER [DATABASE_URL]` makes an account, a vault and a secret in it; lets an
//! agent read it and stops that again; shares it once by a link; and looks into the audit log, whose chain
//! it verifies. It prints what came of each. The second start finds what the first one kept.

mod account;
mod agents;
mod audit;
mod secrets;
mod sharing;

use oneclaw_adapters::{FolderMailer, Sender};
use oneclaw_services::{FileKeyProvider, Seams, Services, Settings};
use oneclaw_storage_diesel::{DieselStore, StoreOptions, StoreUrl};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;

/// Anything that can go wrong: this is an example, and only prints it.
pub(crate) type Fault = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Fault> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments
        .next()
        .ok_or("usage: oneclaw-embedding-example FOLDER [DATABASE_URL]")?;
    let services = open(Path::new(&folder), arguments.next()).await?;
    // what a program does with the services runs on any task
    let told = tokio::spawn(a_day(services.clone())).await??;
    println!("{}", told.join("\n"));
    services.close().await;
    Ok(())
}

/// The same services as the server's, over seams of this program's choice.
async fn open(folder: &Path, url: Option<String>) -> Result<Services, Fault> {
    let url = match url {
        Some(url) => StoreUrl::parse(&url)?,
        None => StoreUrl::Sqlite(folder.join("oneclaw.db")),
    };
    let store = DieselStore::open(&url, StoreOptions::default()).await?;
    store.migrate().await?;
    let keys = FileKeyProvider::open_or_create(folder.join("master.key"))?;
    let sender = Sender::parse("oneclaw@localhost")?;
    let mailer = FolderMailer::new(folder.join("mail"), sender);
    let seams = Seams::system(Arc::new(store), Arc::new(keys), Arc::new(mailer));
    Ok(Services::start(seams, Settings::default()).await?)
}

async fn a_day(services: Services) -> Result<Vec<String>, Fault> {
    let owner = account::log_in(&services).await?;
    let kept = secrets::keep(&services, &owner).await?;
    let mut told = vec![format!("{} is {}", secrets::PATH, kept.value)];
    told.extend(agents::lend(&services, &owner, &kept).await?);
    told.extend(sharing::share(&services, &owner, &kept).await?);
    told.extend(audit::look(&services, &owner).await?);
    Ok(told)
}
