//! `POST /v1/secrets/{secret_id}/share`

use super::response::ShareResponse;
use crate::answer::{Answer, Audience, Created};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo, SecretField, path_id};
use crate::problem::Problem;
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::{
    AgentId, Cidr, Email, Invalid, IpAllowlist, MaxAccessCount, Passphrase, RecipientKind,
    SecretId, Timestamp, UserId,
};
use oneclaw_services::{CreateShareCommand, Refusal, Services, ShareTo, ShareUntil};
use serde::Deserialize;
use utoipa::ToSchema;

/// The longest that a share lasts by `expires_in_hours`: a year.
const MAX_HOURS: i64 = 8760;

/// With whom to share, and how.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct CreateShareRequest {
    /// `user`, `agent`, `creator` (the person behind the agent that shares), `external_email` or
    /// `anyone_with_link`.
    #[schema(value_type = String, required = true)]
    #[serde(default)]
    recipient_type: Given<String>,
    /// The person or agent, of the same organization; required for `user` and `agent`.
    #[schema(value_type = Option<uuid::Uuid>)]
    #[serde(default)]
    recipient_id: Given<String>,
    /// The address; required for `external_email`.
    #[schema(value_type = Option<String>, format = Email)]
    #[serde(default)]
    email: Given<String>,
    /// The same as `email`.
    #[schema(value_type = Option<String>, format = Email)]
    #[serde(default)]
    recipient_email: Given<String>,
    /// When it stops; without it, after `expires_in_hours`.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(default)]
    expires_at: Given<String>,
    /// How many hours it stands; 24 without it.
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 8760)]
    #[serde(default)]
    expires_in_hours: Given<i64>,
    /// How often it may be read; without it, any number of times.
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 2_147_483_647)]
    #[serde(default)]
    max_access_count: Given<i64>,
    /// The same as `max_access_count`.
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 2_147_483_647)]
    #[serde(default)]
    max_views: Given<i64>,
    /// What is asked for before it is read, 1 to 256 characters.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 256, format = Password)]
    #[serde(default)]
    passphrase: Given<SecretField>,
    /// From where it may be read: 1 to 100 addresses or CIDR blocks.
    #[schema(value_type = Option<Vec<String>>, min_items = 1, max_items = 100)]
    #[serde(default)]
    ip_allowlist: Given<Vec<String>>,
    /// `["read"]`: there is nothing else that a share gives.
    #[schema(value_type = Option<Vec<String>>)]
    #[serde(default)]
    permissions: Given<Vec<String>>,
    /// Whether to get a mail when it is read; so by default.
    #[schema(value_type = Option<bool>)]
    #[serde(default)]
    notify: Given<bool>,
    /// Whether readers of a link are told your name; not so by default. Recipients whom the share
    /// names are told anyway.
    #[schema(value_type = Option<bool>)]
    #[serde(default)]
    show_name: Given<bool>,
    /// The secret; only at `/v1/shares`, where the address does not name it.
    #[schema(value_type = Option<uuid::Uuid>)]
    #[serde(default)]
    pub(super) secret_id: Given<String>,
}

impl CreateShareRequest {
    /// With the secret that the address names.
    fn parse(self, secret: SecretId) -> Result<CreateShareCommand, Refusal> {
        self.parse_for(Fields::new(), Some(secret))
    }

    /// With the secret that the body names.
    pub(super) fn parse_with_secret(mut self) -> Result<CreateShareCommand, Refusal> {
        let mut fields = Fields::new();
        let named = std::mem::take(&mut self.secret_id);
        let secret = fields.required("secret_id", named, |text| SecretId::parse(&text));
        self.parse_for(fields, secret)
    }

    fn parse_for(
        self,
        mut fields: Fields,
        secret: Option<SecretId>,
    ) -> Result<CreateShareCommand, Refusal> {
        let kind = fields.required("recipient_type", self.recipient_type, |text| {
            RecipientKind::parse(&text)
        });
        let email = self.email.or(self.recipient_email);
        let to = kind.and_then(|kind| to(&mut fields, kind, self.recipient_id, email));
        let until = until(&mut fields, self.expires_at, self.expires_in_hours);
        let max = fields.optional(
            "max_access_count",
            self.max_access_count.or(self.max_views),
            MaxAccessCount::new,
        );
        let passphrase = fields.optional("passphrase", self.passphrase, |text| {
            Passphrase::parse(text.expose())
        });
        let from = fields.optional("ip_allowlist", self.ip_allowlist, |list| addresses(&list));
        let rights = fields.optional("permissions", self.permissions, |list| only_read(&list));
        let notify = fields.optional("notify", self.notify, Ok);
        let show_name = fields.optional("show_name", self.show_name, Ok);
        fields.finish(|| {
            let _read = rights?;
            Some(CreateShareCommand {
                secret: secret?,
                to: to?,
                until: until?,
                max_access_count: max?,
                passphrase: passphrase?,
                ip_allowlist: from?,
                notifies: notify?.unwrap_or(true),
                names_maker: show_name?.unwrap_or(false),
            })
        })
    }
}

fn to(
    fields: &mut Fields,
    kind: RecipientKind,
    id: Given<String>,
    email: Given<String>,
) -> Option<ShareTo> {
    match kind {
        RecipientKind::User => fields
            .required("recipient_id", id, |text| UserId::parse(&text))
            .map(ShareTo::User),
        RecipientKind::Agent => fields
            .required("recipient_id", id, |text| AgentId::parse(&text))
            .map(ShareTo::Agent),
        RecipientKind::Creator => Some(ShareTo::Creator),
        RecipientKind::Email => fields
            .required("email", email, |text| Email::parse(&text))
            .map(ShareTo::Email),
        RecipientKind::Link => Some(ShareTo::Link),
    }
}

fn until(fields: &mut Fields, at: Given<String>, hours: Given<i64>) -> Option<ShareUntil> {
    let at = fields.optional("expires_at", at, |text| Timestamp::parse(&text));
    let hours = fields.optional("expires_in_hours", hours, |hours| {
        if (1..=MAX_HOURS).contains(&hours) {
            Ok(hours)
        } else {
            Err(Invalid::new("must be 1 to 8760 hours"))
        }
    });
    Some(match (at?, hours?) {
        (Some(at), _) => ShareUntil::At(at),
        (None, Some(hours)) => ShareUntil::Hours(hours),
        (None, None) => ShareUntil::default(),
    })
}

fn addresses(list: &[String]) -> Result<IpAllowlist, Invalid> {
    let blocks = list.iter().map(|text| Cidr::parse(text));
    IpAllowlist::new(blocks.collect::<Result<_, _>>()?)
}

fn only_read(list: &[String]) -> Result<(), Invalid> {
    if !list.is_empty() && list.iter().all(|permission| permission == "read") {
        Ok(())
    } else {
        Err(Invalid::new(
            "must be [\"read\"]: a share gives no other right",
        ))
    }
}

/// What both addresses of the endpoint do.
pub(super) async fn create(
    services: &Services,
    info: &RequestInfo,
    audience: Audience,
    bearer: &Bearer,
    parse: impl FnOnce() -> Result<CreateShareCommand, Problem>,
) -> Answer<Created<ShareResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let command = screened(services, &caller, parse()).await?;
    let share = services.shares.create(command, &caller).await?.into_inner();
    let public_url = &services.settings().public_url;
    let answer = ShareResponse::new(&share, public_url, services.now(), audience);
    Ok(Created::new(answer))
}

#[utoipa::path(
    post,
    path = "/v1/secrets/{secret_id}/share",
    tag = "Sharing",
    summary = "Share a secret",
    request_body = CreateShareRequest,
    params(("secret_id" = uuid::Uuid, Path, description = "The secret's id")),
    responses(
        (status = 201, description = "The share", body = ShareResponse),
        (status = 403, description = "No right to read the secret, or an agent and an address"),
        (status = 410, description = "The secret was deleted"),
        (status = 429, description = "The organization made too many shares just now"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    request: HttpRequest,
    body: Body<CreateShareRequest>,
) -> Answer<Created<ShareResponse>> {
    let parse = || {
        let secret = path_id(&request, "secret_id", SecretId::parse)?;
        Ok(body.required()?.parse(secret)?)
    };
    create(&services, &info, audience, &bearer, parse).await
}
