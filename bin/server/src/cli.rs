//! The command line: one subcommand per file in `commands/`, and every setting as a flag.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use oneclaw_domain::OrgId;

use crate::commands::admin::Admin;
use crate::configuration::Arguments;

/// A self-hosted secrets manager.
///
/// Every setting can be given as a flag, as an environment variable or in the configuration file; the first of
/// these that gives it wins.
#[derive(Debug, Parser)]
#[command(name = "oneclaw", version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) arguments: Arguments,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the API (what happens when no command is given).
    Serve,
    /// Bring the store's tables up to date, and stop. `serve` does it by itself.
    Migrate,
    /// Print what is in force and where each value came from; secrets are hidden.
    Config,
    /// Run the installation: its people, organizations, plans, credits and settings. Safe while servers run.
    #[command(subcommand)]
    Admin(Admin),
    /// Check audit logs, and what was taken from them.
    #[command(subcommand)]
    Audit(Audit),
    /// Look after the master key and the keys that sign tokens.
    #[command(subcommand)]
    Keys(Keys),
    /// Look after an organization's rules about addresses, where they shut its people out.
    #[command(subcommand)]
    IpRules(IpRules),
    /// Print the OpenAPI document.
    Openapi,
}

/// What to do with audit logs.
#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// Check an export, offline: with nothing but the file and the master key. Exit status 1 if it is broken or
    /// incomplete, and the first line that is.
    Verify(VerifyExport),
    /// Check every chain in the store. Exit status 1 if one is broken.
    Check(CheckChains),
    /// Write a log to standard output, as JSON lines that `verify` can check; the log says so.
    Export(ExportLog),
}

/// Which export.
#[derive(Debug, Args)]
pub(crate) struct VerifyExport {
    /// The file: JSON lines from `/v1/audit/export` or `oneclaw audit export`.
    pub(crate) file: PathBuf,
}

/// Which chains.
#[derive(Debug, Args)]
pub(crate) struct CheckChains {
    /// Only this organization's.
    #[arg(long, value_name = "ORG_ID", value_parser = org_id)]
    pub(crate) org: Option<OrgId>,
}

/// Which log.
#[derive(Debug, Args)]
#[group(required = true, multiple = false, id = "log")]
pub(crate) struct ExportLog {
    /// This organization's.
    #[arg(long, value_name = "ORG_ID", value_parser = org_id)]
    pub(crate) org: Option<OrgId>,
    /// The installation's own: what belongs to no organization.
    #[arg(long)]
    pub(crate) installation: bool,
}

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// Print which keys there are.
    Status,
    /// Replace a key. Safe while servers run.
    #[command(subcommand)]
    Rotate(Rotate),
    /// Print the path of the file to back up.
    BackupPath,
}

/// Which key to replace.
#[derive(Debug, Subcommand)]
pub(crate) enum Rotate {
    /// Make a new master key and wrap every key under it. Goes on where it stopped.
    Master,
    /// Make a new signing key; tokens signed by the old one stay good until they expire.
    Signing(RotateSigning),
    /// Make a new key for audit chains; it counts two minutes later, and older events keep the keys of their time.
    Audit,
}

/// How to replace the signing key.
#[derive(Debug, Args)]
pub(crate) struct RotateSigning {
    /// The old key is known to others: end every session and every token now.
    #[arg(long)]
    pub(crate) emergency: bool,
}

/// What to do with rules about addresses.
#[derive(Debug, Subcommand)]
pub(crate) enum IpRules {
    /// Print the rules.
    List(OfOrg),
    /// Delete all of them. Safe while servers run, and written into the organization's audit log.
    Clear(OfOrg),
}

/// Whose rules.
#[derive(Debug, Args)]
pub(crate) struct OfOrg {
    /// The organization's id: `org_id` in what a login answers.
    #[arg(long, value_name = "ORG_ID", value_parser = org_id)]
    pub(crate) org: OrgId,
}

fn org_id(text: &str) -> Result<OrgId, String> {
    OrgId::parse(text).map_err(|invalid| invalid.reason().to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::configuration::settings;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn help_lists_every_setting_with_its_variable_its_unit_and_its_default() {
        let help = Cli::command().render_long_help().to_string();
        let flat = help.split_whitespace().collect::<Vec<_>>().join(" ");
        for setting in settings::ALL {
            for part in [
                setting.variable(),
                format!("<{}>", setting.value),
                format!("{} [default: {}]", setting.help, setting.default),
            ] {
                assert!(flat.contains(&part), "{part}");
            }
            let listed = format!("--{} <", setting.flag());
            assert_eq!(flat.contains(&listed), setting.has_flag(), "{listed}");
        }
    }
}
