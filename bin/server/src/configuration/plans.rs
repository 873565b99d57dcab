//! What plans allow, and what things cost (contract 16.1, 16.2).

use oneclaw_domain::{Limit, MicroUsd, Plan, Plans, Tier};

use super::error::ConfigurationError;
use super::parse::{dollars, number, or_unlimited};
use super::setting::Setting;
use super::settings as s;
use super::values::Values;

/// The settings of one plan.
struct Rows {
    requests: &'static Setting,
    vaults: &'static Setting,
    secrets: &'static Setting,
    agents: &'static Setting,
    overage: &'static Setting,
}

const FREE: Rows = Rows {
    requests: &s::BILLING_FREE_REQUESTS,
    vaults: &s::BILLING_FREE_VAULTS,
    secrets: &s::BILLING_FREE_SECRETS,
    agents: &s::BILLING_FREE_AGENTS,
    overage: &s::BILLING_FREE_OVERAGE_USD,
};
const PRO: Rows = Rows {
    requests: &s::BILLING_PRO_REQUESTS,
    vaults: &s::BILLING_PRO_VAULTS,
    secrets: &s::BILLING_PRO_SECRETS,
    agents: &s::BILLING_PRO_AGENTS,
    overage: &s::BILLING_PRO_OVERAGE_USD,
};
const BUSINESS: Rows = Rows {
    requests: &s::BILLING_BUSINESS_REQUESTS,
    vaults: &s::BILLING_BUSINESS_VAULTS,
    secrets: &s::BILLING_BUSINESS_SECRETS,
    agents: &s::BILLING_BUSINESS_AGENTS,
    overage: &s::BILLING_BUSINESS_OVERAGE_USD,
};
const ENTERPRISE: Rows = Rows {
    requests: &s::BILLING_ENTERPRISE_REQUESTS,
    vaults: &s::BILLING_ENTERPRISE_VAULTS,
    secrets: &s::BILLING_ENTERPRISE_SECRETS,
    agents: &s::BILLING_ENTERPRISE_AGENTS,
    overage: &s::BILLING_ENTERPRISE_OVERAGE_USD,
};

/// All plans and prices.
pub(super) fn read(values: &mut Values) -> Result<Plans, ConfigurationError> {
    let tier = &s::BILLING_DEFAULT_TIER;
    Ok(Plans {
        default_tier: values.read(tier, tier.default, |text| {
            Tier::parse(text).map_err(|_| "is not free, pro, business or enterprise".to_owned())
        })?,
        free: plan(values, &FREE)?,
        pro: plan(values, &PRO)?,
        business: plan(values, &BUSINESS)?,
        enterprise: plan(values, &ENTERPRISE)?,
        read_secret: usd(values, &s::BILLING_PRICE_READ_SECRET)?,
        write_secret: usd(values, &s::BILLING_PRICE_WRITE_SECRET)?,
        create_share: usd(values, &s::BILLING_PRICE_CREATE_SHARE)?,
        access_share: usd(values, &s::BILLING_PRICE_ACCESS_SHARE)?,
        query_audit: usd(values, &s::BILLING_PRICE_QUERY_AUDIT)?,
    })
}

fn plan(values: &mut Values, rows: &Rows) -> Result<Plan, ConfigurationError> {
    Ok(Plan {
        requests: limit(values, rows.requests)?,
        vaults: limit(values, rows.vaults)?,
        secrets: limit(values, rows.secrets)?,
        agents: limit(values, rows.agents)?,
        overage: usd(values, rows.overage)?,
    })
}

fn limit(values: &mut Values, setting: &'static Setting) -> Result<Limit, ConfigurationError> {
    values.read(setting, setting.default, |text| {
        or_unlimited(text, number("things", 0..=1_000_000_000))
    })
}

fn usd(values: &mut Values, setting: &'static Setting) -> Result<MicroUsd, ConfigurationError> {
    values.read(setting, setting.default, dollars)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::configuration::given::Given;

    #[test]
    fn nothing_given_is_the_contract_s_numbers() {
        let mut values = Values::new(Given::default());
        assert_eq!(read(&mut values).unwrap(), Plans::default());
    }
}
