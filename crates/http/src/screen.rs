//! What is wrong with a request is told only to who is authenticated (contract 2.4).

use crate::problem::Problem;
use oneclaw_services::{Caller, Services};

/// The input, or why not; whoever's credential no longer lives hears that first.
pub(crate) async fn screened<T, E: Into<Problem>>(
    services: &Services,
    caller: &Caller,
    input: Result<T, E>,
) -> Result<T, Problem> {
    match input {
        Ok(input) => Ok(input),
        Err(wrong) => {
            let problem: Problem = wrong.into();
            services.auth.refuse_input(caller, problem.status()).await?;
            Err(problem)
        }
    }
}
