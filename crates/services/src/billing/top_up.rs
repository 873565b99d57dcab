//! Somebody buys credits.

use super::Billing;
use super::checkout::{customer, enter};
use crate::Refusal;
use crate::access::Caller;
use crate::core::{Step, boxed};
use oneclaw_domain::Invalid;
use oneclaw_policy::TopUp;
use oneclaw_storage::Recorded;

/// How much is bought at a time: 5 to 1,000 US dollars (contract 16.4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TopUpAmount(i64);

impl TopUpAmount {
    const CENTS: std::ops::RangeInclusive<i64> = 500..=100_000;

    /// So many dollars.
    ///
    /// # Errors
    /// Out of bounds.
    pub fn dollars(dollars: i64) -> Result<Self, Invalid> {
        const REFUSED: Invalid = Invalid::new("must be a whole number from 5 to 1000");
        let cents = dollars.checked_mul(100).ok_or(REFUSED)?;
        Self::cents(cents).map_err(|_| REFUSED)
    }

    /// So many cents.
    ///
    /// # Errors
    /// Out of bounds.
    pub fn cents(cents: i64) -> Result<Self, Invalid> {
        if Self::CENTS.contains(&cents) {
            Ok(Self(cents))
        } else {
            Err(Invalid::new("must be a whole number from 500 to 100000"))
        }
    }

    /// Cents.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl Billing {
    /// Opens a page of the payment provider where credits can be bought, and gives its address.
    /// There are none until the provider says that they were paid.
    ///
    /// # Errors
    /// The caller does not manage the organization; nothing is sold here.
    pub async fn top_up(
        &self,
        amount: TopUpAmount,
        caller: &Caller,
    ) -> Result<Recorded<String>, Refusal> {
        let core = &*self.core;
        let event = core
            .event::<TopUp>(caller, &caller.org_scope())
            .with("step", "checkout")
            .with("amount_cents", amount.get());
        let done: Step<_> = boxed(async {
            let (_access, billed) = enter::<TopUp>(core, caller).await?;
            let customer = customer(core, &billed).await?;
            let payments = &core.seams.payments;
            let page = payments.sell_credits(&customer, amount.get()).await?;
            self.hand_out::<TopUp>(caller, &customer, page, event.clone())
                .await
        })
        .await;
        core.settle(event, done).await
    }
}
