//! The command line: one subcommand per file in `commands/`, and every setting as a flag.

use clap::{Args, Parser, Subcommand};

use oneclaw_domain::OrgId;

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
    /// Look after the master key and the keys that sign tokens.
    #[command(subcommand)]
    Keys(Keys),
    /// Look after an organization's rules about addresses, where they shut its people out.
    #[command(subcommand)]
    IpRules(IpRules),
    /// Print the OpenAPI document.
    Openapi,
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
