//! The words of `oneclaw admin`.

use clap::{Args, Subcommand};
use oneclaw_domain::{DisplayName, Email, Invalid, OrgId, PageSize, Role, Tier, Timestamp};
use oneclaw_services::SettingKey;

/// What to administer.
#[derive(Debug, Subcommand)]
pub(crate) enum Admin {
    /// Make the first account, which runs the installation. Refused where there is one.
    Bootstrap(Bootstrap),
    /// Give a member of the organization that runs the installation the run of it, as where its owners are lost.
    Appoint(Appoint),
    /// Look after people's accounts.
    #[command(subcommand)]
    Users(Users),
    /// Look after one organization.
    #[command(subcommand)]
    Org(Org),
    /// Look after the month's requests.
    #[command(subcommand)]
    Usage(Usage),
    /// Look after the settings that change while servers run.
    #[command(subcommand)]
    Settings(Settings),
}

/// Who the first account is for.
#[derive(Debug, Args)]
pub(crate) struct Bootstrap {
    /// The address that they log in with; no mail proves it.
    #[arg(long, value_name = "EMAIL", value_parser = email)]
    pub(crate) email: Email,
    /// What others see [default: what is before the @].
    #[arg(long, value_name = "NAME", value_parser = name)]
    pub(crate) name: Option<DisplayName>,
    /// Read the password from standard input, one line; else one is made and printed once.
    #[arg(long)]
    pub(crate) password_stdin: bool,
}

/// Who is appointed.
#[derive(Debug, Args)]
pub(crate) struct Appoint {
    /// The member's address.
    #[arg(long, value_name = "EMAIL", value_parser = email)]
    pub(crate) email: Email,
    /// `admin` or `owner`.
    #[arg(long, value_name = "ROLE", default_value = "admin", value_parser = leading_role)]
    pub(crate) role: Role,
}

/// What to do with people's accounts.
#[derive(Debug, Subcommand)]
pub(crate) enum Users {
    /// Print everybody who has an account, oldest account first.
    List(ListUsers),
    /// Delete an account, as its owner could: what they made stays with the organization, which goes with its only
    /// member.
    Delete(ByEmail),
}

/// Which part of the list.
#[derive(Debug, Args)]
pub(crate) struct ListUsers {
    /// At most so many, 1 to 1000 [default: all].
    #[arg(long, value_name = "NUMBER", value_parser = page_size)]
    pub(crate) limit: Option<PageSize>,
    /// Without the first so many.
    #[arg(long, value_name = "NUMBER", default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..))]
    pub(crate) offset: i64,
}

/// Whose.
#[derive(Debug, Args)]
pub(crate) struct ByEmail {
    /// The person's address.
    #[arg(long, value_name = "EMAIL", value_parser = email)]
    pub(crate) email: Email,
}

/// What to do with an organization.
#[derive(Debug, Subcommand)]
pub(crate) enum Org {
    /// Print its plan, what it has and used, and its credits.
    Show(OfOrg),
    /// Change what it is allowed beside its plan.
    Limits(Limits),
    /// Give it a plan.
    Tier(GiveTier),
    /// Give it credits, or take them.
    Credits(Credits),
}

/// Which organization.
#[derive(Debug, Args)]
pub(crate) struct OfOrg {
    /// The organization's id: `users list` prints it.
    #[arg(long, value_name = "ORG_ID", value_parser = org_id)]
    pub(crate) org: OrgId,
}

/// What it is allowed.
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("change").required(true).multiple(true)))]
pub(crate) struct Limits {
    #[command(flatten)]
    pub(crate) of: OfOrg,
    /// Requests a month instead of the plan's; `none` goes back to those.
    #[arg(long, value_name = "NUMBER", value_parser = requests, group = "change")]
    pub(crate) requests: Option<Requests>,
    /// Whether it is neither limited nor charged for requests.
    #[arg(long, value_name = "true|false", group = "change")]
    pub(crate) sponsored: Option<bool>,
}

/// Requests a month; `None` = the plan's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Requests(pub(crate) Option<i64>);

/// Which plan.
#[derive(Debug, Args)]
pub(crate) struct GiveTier {
    #[command(flatten)]
    pub(crate) of: OfOrg,
    /// `free`, `pro`, `business` or `enterprise`; `default` takes away what it was given.
    #[arg(long, value_name = "TIER", value_parser = tier)]
    pub(crate) tier: Given,
    /// Days until it ends; `free` does not end.
    #[arg(long, value_name = "DAYS", default_value_t = 365, value_parser = clap::value_parser!(i64).range(1..=3650))]
    pub(crate) days: i64,
}

/// A plan to give; `None` = the installation's default.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Given(pub(crate) Option<Tier>);

/// How much.
#[derive(Debug, Args)]
pub(crate) struct Credits {
    #[command(flatten)]
    pub(crate) of: OfOrg,
    /// How much, in cents; below zero to take.
    #[arg(long, value_name = "CENTS", allow_negative_numbers = true, value_parser = clap::value_parser!(i64).range(-10_000_000_000..=10_000_000_000))]
    pub(crate) cents: i64,
    /// What the ledger says.
    #[arg(long, value_name = "TEXT", value_parser = note)]
    pub(crate) description: Option<String>,
    /// From when on they cannot be spent, as 2027-01-31T12:00:00Z, in the next 120 months [default: 12 months from now].
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) expires_at: Option<Timestamp>,
}

/// What to do with the month's requests.
#[derive(Debug, Subcommand)]
pub(crate) enum Usage {
    /// Count this month's requests from nothing; credits stay as they are.
    Reset(Reset),
}

/// Of whom.
#[derive(Debug, Args)]
pub(crate) struct Reset {
    /// Of the organization of this person alone [default: of all].
    #[arg(long, value_name = "EMAIL", value_parser = email)]
    pub(crate) email: Option<Email>,
}

/// What to do with settings.
#[derive(Debug, Subcommand)]
pub(crate) enum Settings {
    /// Print those that were changed.
    List,
    /// Change one; servers that run go by it within two seconds.
    Set(SetSetting),
    /// Bring one back to what is configured.
    Unset(OfSetting),
}

/// Which setting.
#[derive(Debug, Args)]
pub(crate) struct OfSetting {
    /// `signup.mode`, `signup.require_email_verification`, `billing.default_tier` or `maintenance_mode`; others are kept
    /// without effect.
    #[arg(value_name = "KEY", value_parser = key)]
    pub(crate) key: SettingKey,
}

/// What it shall be.
#[derive(Debug, Args)]
pub(crate) struct SetSetting {
    #[command(flatten)]
    pub(crate) of: OfSetting,
    /// Its value.
    #[arg(value_name = "VALUE")]
    pub(crate) value: String,
}

fn told<T>(parsed: Result<T, Invalid>) -> Result<T, String> {
    parsed.map_err(|invalid| invalid.reason().to_owned())
}

fn email(text: &str) -> Result<Email, String> {
    told(Email::parse(text))
}

fn name(text: &str) -> Result<DisplayName, String> {
    told(DisplayName::parse(text))
}

fn org_id(text: &str) -> Result<OrgId, String> {
    told(OrgId::parse(text))
}

fn key(text: &str) -> Result<SettingKey, String> {
    told(SettingKey::parse(text))
}

fn note(text: &str) -> Result<String, String> {
    told(oneclaw_domain::CreditNote::parse(text).map(|note| note.as_str().to_owned()))
}

fn moment(text: &str) -> Result<Timestamp, String> {
    told(Timestamp::parse(text))
}

fn leading_role(text: &str) -> Result<Role, String> {
    match told(Role::parse(text))? {
        Role::Member => Err("must be owner or admin".to_owned()),
        role => Ok(role),
    }
}

fn tier(text: &str) -> Result<Given, String> {
    match text {
        "default" => Ok(Given(None)),
        text => told(Tier::parse(text)).map(|tier| Given(Some(tier))),
    }
}

fn page_size(text: &str) -> Result<PageSize, String> {
    told(PageSize::new(text.parse().unwrap_or(0)))
}

fn requests(text: &str) -> Result<Requests, String> {
    const REFUSED: &str = "must be a whole number from 0 to 9000000000000000, or none";
    if text == "none" {
        return Ok(Requests(None));
    }
    match text.parse() {
        Ok(number @ 0..=9_000_000_000_000_000) => Ok(Requests(Some(number))),
        _ => Err(REFUSED.to_owned()),
    }
}
