//! FLD-08: of what takes long, an organization has so many at once.

use futures_util::future::join_all;
use oneclaw_testkit::{Instance, Person, TestApp, both_stores};

async fn export(of: &Person, at: &Instance) -> oneclaw_testkit::Answer {
    of.at(at).post_empty("/v1/auth/export-data").await
}

#[both_stores]
async fn fld_08_exports_beyond_those_that_may_be_at_once_are_turned_away(app: TestApp) {
    let (ada, bob) = (app.owner().await, app.owner().await);
    let full = app
        .instance_with(|services, _| services.exports_at_once = 0)
        .await;
    let turned = export(&ada, &full).await.is_problem(429);
    assert_eq!(turned.header("retry-after"), Some("1"));
    let last = app.last_event().await;
    assert!(last.ends_with("denied rate_limited"), "{last}");
    // an export that is over is none under way
    let one = app
        .instance_with(|services, _| services.exports_at_once = 1)
        .await;
    for _ in 0..3 {
        export(&ada, &one).await.is(200);
    }
    let many = join_all((0..20).map(|number| {
        let who = if number == 10 { &bob } else { &ada };
        export(who, &one)
    }));
    let answers = many.await;
    assert_eq!(answers[10].status, 200, "another organization is held up");
    let done = answers.iter().filter(|answer| answer.status == 200);
    assert!(done.count() >= 2);
    for answer in answers {
        assert!([200, 429].contains(&answer.status), "{}", answer.text());
    }
    export(&ada, &one).await.is(200);
}
