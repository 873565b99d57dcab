//! Every setting there is. Flags, environment variables, file keys, `--help`, `oneclaw config` and the table in
//! docs/operations.md all come from here.

use super::setting::{Places, Setting};

const NETWORK: &str = "Network";
const STORE: &str = "Store";
const KEYS: &str = "Keys";
const ACCOUNTS: &str = "Accounts and tokens";
const LIMITS: &str = "Limits";
const BILLING: &str = "Plans and prices";
const MAIL: &str = "Mail";
const KEEPING: &str = "Housekeeping";
const PROCESS: &str = "Process";
const WATCHING: &str = "Logs, traces and metrics";

macro_rules! settings {
    ($($id:ident = $name:literal, $group:ident, $value:literal, $default:literal, $example:literal,
        $places:ident, $help:literal;)*) => {
        $(pub(crate) const $id: Setting = Setting {
            name: $name, group: $group, value: $value, default: $default, example: $example,
            help: $help, places: Places::$places,
        };)*

        /// All of them, in the order in which people read about them.
        pub(crate) const ALL: &[&Setting] = &[$(&$id),*];
    };
}

settings! {
    CONFIG = "config", PROCESS, "FILE", "oneclaw.toml in data_dir, if it is there", "/etc/oneclaw.toml", OutsideFile,
        "The configuration file (TOML). Flags come before the environment, and that before the file";
    DATA_DIR = "data_dir", PROCESS, "DIR", "./data", "/var/lib/oneclaw", OutsideFile,
        "Where the embedded store and the master key file are kept; created with mode 0700";
    WORKERS = "workers", PROCESS, "NUMBER", "one per core", "4", Anywhere,
        "Threads that serve requests, 1 to 256";
    SHUTDOWN_TIMEOUT = "shutdown_timeout", PROCESS, "SECONDS", "30", "30", Anywhere,
        "How long a stop waits for the requests in flight, 0 to 3600";

    LISTEN = "listen", NETWORK, "ADDRESS:PORT", "127.0.0.1:8080", "127.0.0.1:8080", Anywhere,
        "The address to serve on. Beyond loopback put a proxy with TLS before it";
    PUBLIC_URL = "public_url", NETWORK, "URL", "http:// and the listen address", "https://secrets.example.com", Anywhere,
        "The base of every absolute URL that the server makes, and the issuer of its tokens";
    TRUSTED_PROXIES = "trusted_proxies", NETWORK, "CIDR,...", "none", "10.0.0.0/8,::1", Anywhere,
        "Proxies whose X-Forwarded-For is believed, or none";
    CORS_ALLOWED_ORIGINS = "cors.allowed_origins", NETWORK, "ORIGIN,...", "the origin of public_url",
        "https://app.example.com", Anywhere,
        "Web origins that browsers may call from, or none";
    API_ALIAS = "api_alias", NETWORK, "on|off", "on", "on", Anywhere,
        "Whether /api/v1 answers as /v1 does";

    DATABASE_URL = "database.url", STORE, "URL", "SQLite: oneclaw.db in data_dir",
        "postgres://oneclaw@db.example.com/oneclaw", Anywhere,
        "sqlite:///path/to/file.db or postgres://... A URL with a password belongs in the environment or the file, since flags show in the list of processes";
    DATABASE_POOL_SIZE = "database.pool_size", STORE, "NUMBER", "16 for Postgres, 8 for SQLite", "16", Anywhere,
        "Connections to Postgres, or readers of the SQLite file, 1 to 1000";

    MASTER_KEY_FILE = "master_key_file", KEYS, "FILE", "master.key in data_dir", "/etc/oneclaw/master.key", Anywhere,
        "The master key file, mode 0600; created on the first start of an empty store";
    MASTER_KEY = "master_key", KEYS, "BASE64", "not set: the file is used", "the output of `openssl rand -base64 32`", Environment,
        "The master key itself, 32 bytes in base64, instead of a file";
    MASTER_KEY_PREVIOUS = "master_key_previous", KEYS, "BASE64,...", "none", "the master key before, in base64", Environment,
        "Former master keys that still open what they wrapped, while `keys rotate master` has not finished";

    SIGNUP_MODE = "signup.mode", ACCOUNTS, "open|invite|closed", "open", "closed", Anywhere,
        "Who may sign up: anyone, people with an invitation, or nobody. The first account can always be made";
    SIGNUP_VERIFICATION = "signup.require_email_verification", ACCOUNTS, "on|off", "on with mail.host, else off", "on", Anywhere,
        "Whether an account exists only once the link in a mail to its address was followed";
    TOKENS_USER_TTL = "tokens.user_ttl", ACCOUNTS, "SECONDS", "900", "900", Anywhere,
        "How long an access token from a login is good, 60 to 86400";
    TOKENS_KEY_TTL = "tokens.key_ttl", ACCOUNTS, "SECONDS", "3600", "3600", Anywhere,
        "How long an access token from an API key is good, 60 to 86400";
    TOKENS_AGENT_TTL = "tokens.agent_ttl", ACCOUNTS, "SECONDS", "3600", "3600", Anywhere,
        "How long an agent's access token is good where the agent does not say, 60 to 86400";
    TOKENS_REFRESH_TTL = "tokens.refresh_ttl", ACCOUNTS, "SECONDS", "2592000", "2592000", Anywhere,
        "How long a refresh token is good, 300 to 31536000; each use gives a new one";
    TOKENS_SESSION_TTL = "tokens.session_ttl", ACCOUNTS, "SECONDS", "7776000", "7776000", Anywhere,
        "How long after a login its session can be refreshed, 300 to 31536000";
    TOKENS_DEVICE_TTL = "tokens.device_ttl", ACCOUNTS, "SECONDS", "86400", "86400", Anywhere,
        "How long the access token is good that a device gets, 60 to 86400; its session ends with it";
    GOOGLE_CLIENT_IDS = "google.client_ids", ACCOUNTS, "ID,...", "none", "1234.apps.googleusercontent.com", Anywhere,
        "Your client ids at Google: people may log in with id tokens for these, and no others. None is off";
    GOOGLE_ISSUER = "google.issuer", ACCOUNTS, "URL", "https://accounts.google.com", "https://accounts.google.com", Anywhere,
        "What those tokens name as their issuer, exactly";
    GOOGLE_JWKS_URL = "google.jwks_url", ACCOUNTS, "URL", "https://www.googleapis.com/oauth2/v3/certs",
        "https://www.googleapis.com/oauth2/v3/certs", Anywhere,
        "Where the keys are that sign them";
    OIDC_ISSUER = "oidc.issuer", ACCOUNTS, "URL", "none", "https://login.example.com/realms/main", Anywhere,
        "Another OpenID Connect issuer whose id tokens people may log in with, as its tokens name it";
    OIDC_CLIENT_IDS = "oidc.client_ids", ACCOUNTS, "ID,...", "none", "oneclaw", Anywhere,
        "Your client ids there; needed beside oidc.issuer";
    OIDC_JWKS_URL = "oidc.jwks_url", ACCOUNTS, "URL", "none", "https://login.example.com/realms/main/keys", Anywhere,
        "Where its keys are (jwks_uri of its discovery document); needed beside oidc.issuer";
    PASSWORDS_WORKERS = "passwords.workers", ACCOUNTS, "NUMBER", "one per core", "2", Anywhere,
        "Password hashes computed at once, 1 to 256; each takes 19 MiB for that time";
    PASSWORDS_QUEUE = "passwords.queue", ACCOUNTS, "NUMBER", "64", "64", Anywhere,
        "Password hashes that may wait, 0 to 100000; more are answered 503";
    PASSPHRASES_WORKERS = "passphrases.workers", ACCOUNTS, "NUMBER", "1", "1", Anywhere,
        "Hashes of shares' passphrases computed at once beside those of passwords, 1 to 256; each takes 19 MiB for that time";
    PASSPHRASES_QUEUE = "passphrases.queue", ACCOUNTS, "NUMBER", "16", "16", Anywhere,
        "Hashes of shares' passphrases that may wait, 0 to 100000; more are answered 503";

    MAX_VALUE_BYTES = "max_value_bytes", LIMITS, "BYTES", "1048576", "1048576", Anywhere,
        "The largest value of a secret, 1 to 16777216; KiB and MiB may be written after the number";
    MAX_BODY_BYTES = "max_body_bytes", LIMITS, "BYTES", "2097152", "2097152", Anywhere,
        "The largest request body, 1024 to 67108864, at least max_value_bytes; KiB and MiB may be written after the number";
    RATE_LIMITS = "rate_limits", LIMITS, "on|off", "on", "on", Anywhere,
        "Whether requests, logins and signups are limited by address. Off is for measurements";
    LIMITS_REQUESTS_PER_SECOND = "limits.requests_per_second", LIMITS, "NUMBER", "100", "100", Anywhere,
        "Requests a second from one address, 1 to 1000000";
    LIMITS_REQUESTS_BURST = "limits.requests_burst", LIMITS, "NUMBER", "200", "200", Anywhere,
        "Requests at once from one address, 1 to 1000000";
    LIMITS_LOGINS_PER_MINUTE = "limits.logins_per_minute", LIMITS, "NUMBER", "30", "30", Anywhere,
        "Password logins a minute from one address, 1 to 1000000";
    LIMITS_FAILED_PASSWORDS = "limits.failed_passwords", LIMITS, "NUMBER", "10", "10", Anywhere,
        "Wrong passwords for one account within 15 minutes, after which it is locked for 15 minutes, 1 to 1000";
    LIMITS_INVALID_KEYS_PER_MINUTE = "limits.invalid_keys_per_minute", LIMITS, "NUMBER", "30", "30", Anywhere,
        "API keys that do not exist, a minute from one address, 1 to 1000000";
    LIMITS_SIGNUPS_PER_HOUR = "limits.signups_per_hour", LIMITS, "NUMBER", "5", "5", Anywhere,
        "Signups an hour from one network address and for one e-mail address, 1 to 1000000";
    LIMITS_INVITES_PER_HOUR = "limits.invites_per_hour", LIMITS, "NUMBER", "50", "50", Anywhere,
        "Invitations, and beside them shares by mail, an hour by one organization, 1 to 1000000";
    LIMITS_INVITES_TO_ONE_PER_HOUR = "limits.invites_to_one_per_hour", LIMITS, "NUMBER", "5", "5", Anywhere,
        "Invitations an hour by one organization to one e-mail address, 1 to 1000000";
    LIMITS_MAILS_PER_HOUR = "limits.mails_per_hour", LIMITS, "NUMBER", "10", "10", Anywhere,
        "Mails an hour to one e-mail address that strangers may cause, and of each notice about an account, 1 to 1000000; more are left out";
    LIMITS_PROOFS_PER_MINUTE = "limits.proofs_per_minute", LIMITS, "NUMBER", "30", "30", Anywhere,
        "Second factors, codes of devices, mailed tokens and tokens of issuers that one address shows, a minute and kind, 1 to 1000000";
    LIMITS_FAILED_CODES = "limits.failed_codes", LIMITS, "NUMBER", "10", "10", Anywhere,
        "Wrong second factors for one account within 15 minutes, 1 to 1000";
    LIMITS_FAILED_DEVICE_CODES = "limits.failed_device_codes", LIMITS, "NUMBER", "10", "10", Anywhere,
        "Codes of devices that nobody was given, from one account or address within 15 minutes, 1 to 1000";
    LIMITS_DEVICE_CODES_PER_10_MINUTES = "limits.device_codes_per_10_minutes", LIMITS, "NUMBER", "30", "30", Anywhere,
        "Devices that ask to be let in, within 10 minutes from one address, 1 to 1000000";
    LIMITS_PASSWORD_MAILS_PER_HOUR = "limits.password_mails_per_hour", LIMITS, "NUMBER", "5", "5", Anywhere,
        "Mails for a forgotten password, an hour from one address and to one e-mail address, 1 to 1000000";
    LIMITS_SHARES_PER_MINUTE = "limits.shares_per_minute", LIMITS, "NUMBER", "10", "10", Anywhere,
        "Shares a minute by one organization, 1 to 1000000";
    LIMITS_SHARE_READS_PER_MINUTE = "limits.share_reads_per_minute", LIMITS, "NUMBER", "30", "30", Anywhere,
        "Reads of shares that are refused, a minute from one address, 1 to 1000000";
    LIMITS_FAILED_PASSPHRASES = "limits.failed_passphrases", LIMITS, "NUMBER", "10", "10", Anywhere,
        "Wrong passphrases for one share from one address within 15 minutes, 1 to 1000; ten times that from all";
    LIMITS_WAITING_DEVICES = "limits.waiting_devices", LIMITS, "NUMBER", "10000", "10000", Anywhere,
        "Devices that wait to be let in at one time, 1 to 1000000";
    LIMITS_EXPORTS_AT_ONCE = "limits.exports_at_once", LIMITS, "NUMBER", "1", "1", Anywhere,
        "Exports of one organization at once, by each instance, 1 to 100";
    LIMITS_AUDIT_EXPORTS_AT_ONCE = "limits.audit_exports_at_once", LIMITS, "NUMBER", "1", "1", Anywhere,
        "Exports of one organization's audit log at once, by each instance, 1 to 100";
    LIMITS_AUDIT_CHECKS_AT_ONCE = "limits.audit_checks_at_once", LIMITS, "NUMBER", "1", "1", Anywhere,
        "Verifications of one organization's audit log at once, by each instance, 1 to 100";
    LIMITS_DRY_RUNS_AT_ONCE = "limits.dry_runs_at_once", LIMITS, "NUMBER", "2", "2", Anywhere,
        "Dry runs of policies of one organization at once, by each instance, 1 to 100";
    LIMITS_DRY_RUN_EVENTS = "limits.dry_run_events", LIMITS, "NUMBER", "50000", "50000", Anywhere,
        "Recorded events that a dry run of policies looks at, 1 to 1000000";
    LIMITS_DRY_RUN_FLIPS = "limits.dry_run_flips", LIMITS, "NUMBER", "1000", "1000", Anywhere,
        "Rows of the answer of a dry run of policies, 1 to 100000";
    LIMITS_ENROLLMENTS_PER_5_SECONDS = "limits.enrollments_per_5_seconds", LIMITS, "NUMBER", "5", "5", Anywhere,
        "Requests of agents to be registered, within 5 seconds from one address, 1 to 1000000";
    LIMITS_ENROLLMENTS_TO_ONE_PER_10_MINUTES = "limits.enrollments_to_one_per_10_minutes", LIMITS, "NUMBER", "1", "1", Anywhere,
        "Requests of agents that name one e-mail address, within 10 minutes, 1 to 1000000";
    ENROLL_MAX_LINK_ONLY_PENDING = "enroll.max_link_only_pending", LIMITS, "NUMBER", "100", "100", Anywhere,
        "Requests of agents that anybody with the link may decide, waiting at one time, 1 to 1000000";
    ENROLL_MAX_ADDRESSED_PENDING = "enroll.max_addressed_pending", LIMITS, "NUMBER", "10000", "10000", Anywhere,
        "Requests of agents that name who shall decide, waiting at one time, 1 to 1000000";

    BILLING_DEFAULT_TIER = "billing.default_tier", BILLING, "TIER", "enterprise", "free", Anywhere,
        "The plan of an organization that was given none: free, pro, business or enterprise. free turns the hosted tiers on";
    BILLING_FREE_REQUESTS = "billing.tiers.free.requests", BILLING, "NUMBER", "1000", "1000", Anywhere,
        "Requests a month on free, 0 to 1000000000, or -1 for any number";
    BILLING_FREE_VAULTS = "billing.tiers.free.vaults", BILLING, "NUMBER", "3", "3", Anywhere,
        "Vaults of an organization on free, 0 to 1000000000, or -1 for any number";
    BILLING_FREE_SECRETS = "billing.tiers.free.secrets", BILLING, "NUMBER", "50", "50", Anywhere,
        "Secrets of an organization on free, 0 to 1000000000, or -1 for any number";
    BILLING_FREE_AGENTS = "billing.tiers.free.agents", BILLING, "NUMBER", "2", "2", Anywhere,
        "Active agents of an organization on free, 0 to 1000000000, or -1 for any number";
    BILLING_FREE_OVERAGE_USD = "billing.tiers.free.overage_usd", BILLING, "USD", "0.001", "0.001", Anywhere,
        "What a priced request beyond the month's costs on free, 0 to 1000 with at most six decimals";
    BILLING_PRO_REQUESTS = "billing.tiers.pro.requests", BILLING, "NUMBER", "25000", "25000", Anywhere,
        "Requests a month on pro, 0 to 1000000000, or -1 for any number";
    BILLING_PRO_VAULTS = "billing.tiers.pro.vaults", BILLING, "NUMBER", "25", "25", Anywhere,
        "Vaults of an organization on pro, 0 to 1000000000, or -1 for any number";
    BILLING_PRO_SECRETS = "billing.tiers.pro.secrets", BILLING, "NUMBER", "500", "500", Anywhere,
        "Secrets of an organization on pro, 0 to 1000000000, or -1 for any number";
    BILLING_PRO_AGENTS = "billing.tiers.pro.agents", BILLING, "NUMBER", "10", "10", Anywhere,
        "Active agents of an organization on pro, 0 to 1000000000, or -1 for any number";
    BILLING_PRO_OVERAGE_USD = "billing.tiers.pro.overage_usd", BILLING, "USD", "0.0008", "0.0008", Anywhere,
        "What a priced request beyond the month's costs on pro, 0 to 1000 with at most six decimals";
    BILLING_BUSINESS_REQUESTS = "billing.tiers.business.requests", BILLING, "NUMBER", "100000", "100000", Anywhere,
        "Requests a month on business, 0 to 1000000000, or -1 for any number";
    BILLING_BUSINESS_VAULTS = "billing.tiers.business.vaults", BILLING, "NUMBER", "100", "100", Anywhere,
        "Vaults of an organization on business, 0 to 1000000000, or -1 for any number";
    BILLING_BUSINESS_SECRETS = "billing.tiers.business.secrets", BILLING, "NUMBER", "5000", "5000", Anywhere,
        "Secrets of an organization on business, 0 to 1000000000, or -1 for any number";
    BILLING_BUSINESS_AGENTS = "billing.tiers.business.agents", BILLING, "NUMBER", "50", "50", Anywhere,
        "Active agents of an organization on business, 0 to 1000000000, or -1 for any number";
    BILLING_BUSINESS_OVERAGE_USD = "billing.tiers.business.overage_usd", BILLING, "USD", "0.0006", "0.0006", Anywhere,
        "What a priced request beyond the month's costs on business, 0 to 1000 with at most six decimals";
    BILLING_ENTERPRISE_REQUESTS = "billing.tiers.enterprise.requests", BILLING, "NUMBER", "-1", "-1", Anywhere,
        "Requests a month on enterprise, 0 to 1000000000, or -1 for any number";
    BILLING_ENTERPRISE_VAULTS = "billing.tiers.enterprise.vaults", BILLING, "NUMBER", "-1", "-1", Anywhere,
        "Vaults of an organization on enterprise, 0 to 1000000000, or -1 for any number";
    BILLING_ENTERPRISE_SECRETS = "billing.tiers.enterprise.secrets", BILLING, "NUMBER", "-1", "-1", Anywhere,
        "Secrets of an organization on enterprise, 0 to 1000000000, or -1 for any number";
    BILLING_ENTERPRISE_AGENTS = "billing.tiers.enterprise.agents", BILLING, "NUMBER", "-1", "-1", Anywhere,
        "Active agents of an organization on enterprise, 0 to 1000000000, or -1 for any number";
    BILLING_ENTERPRISE_OVERAGE_USD = "billing.tiers.enterprise.overage_usd", BILLING, "USD", "0", "0", Anywhere,
        "What a priced request beyond the month's costs on enterprise, 0 to 1000 with at most six decimals";
    BILLING_PRICE_READ_SECRET = "billing.prices.read_secret", BILLING, "USD", "0.001", "0.001", Anywhere,
        "The price of reading a secret that usage shows, 0 to 1000 with at most six decimals";
    BILLING_PRICE_WRITE_SECRET = "billing.prices.write_secret", BILLING, "USD", "0.005", "0.005", Anywhere,
        "The price of writing a secret that usage shows, 0 to 1000 with at most six decimals";
    BILLING_PRICE_CREATE_SHARE = "billing.prices.create_share", BILLING, "USD", "0.002", "0.002", Anywhere,
        "The price of sharing a secret that usage shows, 0 to 1000 with at most six decimals";
    BILLING_PRICE_ACCESS_SHARE = "billing.prices.access_share", BILLING, "USD", "0.001", "0.001", Anywhere,
        "The price of reading what is shared that usage shows, 0 to 1000 with at most six decimals";
    BILLING_PRICE_QUERY_AUDIT = "billing.prices.query_audit", BILLING, "USD", "0.0005", "0.0005", Anywhere,
        "The price of asking for audit events that usage shows, 0 to 1000 with at most six decimals";

    STRIPE_SECRET_KEY = "stripe.secret_key", BILLING, "KEY", "none: nothing is sold", "the secret key of your account at Stripe", NoFlag,
        "With what Stripe's API is called: then plans and credits can be bought";
    STRIPE_WEBHOOK_SECRET = "stripe.webhook_secret", BILLING, "SECRET", "none: nothing is sold", "the signing secret of the webhook", NoFlag,
        "By what Stripe signs its events, which it sends to /v1/billing/webhooks; needed beside stripe.secret_key before anything is sold";
    STRIPE_API_URL = "stripe.api_url", BILLING, "URL", "https://api.stripe.com", "https://api.stripe.com", Anywhere,
        "Where Stripe's API is";
    STRIPE_RETURN_URL = "stripe.return_url", BILLING, "URL", "public_url", "https://app.example.com/billing", Anywhere,
        "Where people come back to from Stripe's pages";
    STRIPE_PRO_MONTHLY = "stripe.prices.pro_monthly", BILLING, "ID", "none", "price_1PgafmB7WZ01zgkW6dKueIc5", Anywhere,
        "Stripe's price, in US dollars, of pro by the month; none is not sold";
    STRIPE_PRO_YEARLY = "stripe.prices.pro_yearly", BILLING, "ID", "none", "price_1PgafmB7WZ01zgkW6dKueIc5", Anywhere,
        "Stripe's price of pro by the year; none is not sold";
    STRIPE_BUSINESS_MONTHLY = "stripe.prices.business_monthly", BILLING, "ID", "none", "price_1PgafmB7WZ01zgkW6dKueIc5", Anywhere,
        "Stripe's price of business by the month; none is not sold";
    STRIPE_BUSINESS_YEARLY = "stripe.prices.business_yearly", BILLING, "ID", "none", "price_1PgafmB7WZ01zgkW6dKueIc5", Anywhere,
        "Stripe's price of business by the year; none is not sold";

    MAIL_HOST = "mail.host", MAIL, "HOST", "off: mail is written to mail.folder", "smtp.example.com", Anywhere,
        "The mail server that takes outgoing mail by SMTP; its certificate must bear this name";
    MAIL_PORT = "mail.port", MAIL, "NUMBER", "587 for starttls, 465 for implicit, 25 for none", "587", Anywhere,
        "The port of the mail server, 1 to 65535";
    MAIL_TLS = "mail.tls", MAIL, "starttls|implicit|none", "starttls", "starttls", Anywhere,
        "How the connection to the mail server is protected: by STARTTLS and not without it, by TLS from the start, or not at all, which is for a mail server on this machine";
    MAIL_USERNAME = "mail.username", MAIL, "NAME", "none: no login", "oneclaw@example.com", Anywhere,
        "As whom to log in to the mail server";
    MAIL_PASSWORD = "mail.password", MAIL, "TEXT", "none", "the password of mail.username", NoFlag,
        "The password of mail.username";
    MAIL_FROM = "mail.from", MAIL, "ADDRESS", "oneclaw@localhost; needed with mail.host", "oneclaw <oneclaw@example.com>", Anywhere,
        "The sender of all mail, perhaps with a name before it";
    MAIL_FOLDER = "mail.folder", MAIL, "DIR", "mail in data_dir", "/var/lib/oneclaw/mail", Anywhere,
        "Where mail is written to while there is no mail.host; made with mode 0700 when there is mail";

    HOUSEKEEPING_BATCH_ROWS = "housekeeping.batch_rows", KEEPING, "NUMBER", "500", "500", Anywhere,
        "Rows that housekeeping takes away at once, 10 to 10000; between two batches it pauses";
    USAGE_RETENTION_DAYS = "usage.retention_days", KEEPING, "DAYS", "400", "400", Anywhere,
        "How long metered requests are kept one by one, 62 to 36500; the sums of months stay";
    AUDIT_RETENTION_DAYS = "audit.retention_days", KEEPING, "DAYS|off", "off", "365", Anywhere,
        "How long events of audit logs are kept, 1 to 36500; off keeps them for ever. The chains can be verified as before";
    AUDIT_REFUSALS_APART = "audit.refusals_apart", KEEPING, "NUMBER", "1", "10", Anywhere,
        "Refusals of nobody in particular that leave an event each, per kind, client network and minute, 1 to 1000000; more are told in one event with their count";
    TRUST_CLOCK = "trust_clock", KEEPING, "on|off", "off", "on", Anywhere,
        "Whether to go by the machine's clock even where events are later than it. On is for the start after a clock that was ahead was put right";

    LOG_FORMAT = "log.format", WATCHING, "human|json|auto", "auto: human on a terminal, else json", "json", Anywhere,
        "How log lines look; they go to standard error";
    LOG_LEVEL = "log.level", WATCHING, "LEVEL", "info for serve, warn for the other commands", "oneclaw_http=debug,info", Anywhere,
        "error, warn, info, debug, trace or off, or filters such as target=level separated by commas";
    OTLP_ENDPOINT = "otlp_endpoint", WATCHING, "URL", "off", "http://127.0.0.1:4318", Anywhere,
        "Where traces are sent, by OTLP over HTTP (protobuf); /v1/traces is added if the URL has no path";
    METRICS_LISTEN = "metrics_listen", WATCHING, "ADDRESS:PORT", "off", "127.0.0.1:9100", Anywhere,
        "Where Prometheus reads GET /metrics";
}
