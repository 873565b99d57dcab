//! Settings as flags and environment variables, for clap: both come from the table of settings.

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use zeroize::Zeroizing;

use super::given::Given;
use super::origin::Origin;
use super::setting::Setting;
use super::settings;

/// What flags and the environment say.
#[derive(Debug)]
pub(crate) struct Arguments(Given);

impl Arguments {
    /// What was given.
    pub(crate) fn into_given(self) -> Given {
        self.0
    }
}

impl Args for Arguments {
    fn augment_args(command: Command) -> Command {
        settings::ALL
            .iter()
            .filter(|setting| setting.has_flag())
            .fold(command, |command, setting| command.arg(argument(setting)))
            .after_long_help(environment_only())
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Arguments {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut given = Given::default();
        for setting in settings::ALL.iter().filter(|setting| setting.has_flag()) {
            let origin = match matches.value_source(setting.name) {
                Some(ValueSource::CommandLine) => Origin::Flag(setting.flag()),
                Some(ValueSource::EnvVariable) => Origin::Environment(setting.variable()),
                _ => continue,
            };
            let Some(text) = matches.get_one::<String>(setting.name) else {
                continue;
            };
            // Compose files and unit files leave variables empty to say "not set".
            if text.is_empty() && matches!(origin, Origin::Environment(_)) {
                continue;
            }
            given.add(setting, Zeroizing::new(text.clone()), origin);
        }
        Ok(Self(given))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn argument(setting: &'static Setting) -> Arg {
    let help = format!("{} [default: {}]", setting.help, setting.default);
    Arg::new(setting.name)
        .long(setting.flag())
        .env(setting.variable())
        .hide_env_values(true)
        .value_name(setting.value)
        .help_heading(setting.group)
        .help(help)
        .action(ArgAction::Set)
        .allow_negative_numbers(true)
        .global(true)
}

fn environment_only() -> String {
    let mut text = "Environment only (flags show in the list of processes):".to_owned();
    for setting in settings::ALL.iter().filter(|setting| !setting.has_flag()) {
        text.push_str("\n  ");
        text.push_str(&setting.variable());
        text.push_str(" <");
        text.push_str(setting.value);
        text.push_str(">\n          ");
        text.push_str(setting.help);
        text.push_str(" [default: ");
        text.push_str(setting.default);
        text.push(']');
    }
    text
}
