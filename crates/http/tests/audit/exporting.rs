//! AUD-02, AUD-08, AUD-11, FLD-08: the log is taken along, and checked later.

use super::steps::{EXPORT, broken, literal, offline, some_deeds, verified};
use oneclaw_services::{FileFlaw, Flaw};
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::{Value, json};

fn lines(file: &[u8]) -> Vec<Vec<u8>> {
    file.split_inclusive(|byte| *byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect()
}

#[both_stores]
async fn aud_08_a_spreadsheet_gets_no_formulas_and_json_lines_what_was_written(app: TestApp) {
    let ada = app.owner().await;
    let odd = ada
        .request("GET", "/v1/vaults")
        .header("x-request-id", "-1-2.3")
        .send()
        .await;
    odd.is(200);
    let csv = ada.get(&format!("{EXPORT}?format=csv")).await.is(200);
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
    assert!(csv.text().contains("\"'-1-2.3\""), "{}", csv.text());
    assert!(csv.text().lines().count() > 2);
    let json = ada.get(EXPORT).await.is(200);
    assert_eq!(json.header("content-type"), Some("application/x-ndjson"));
    assert!(
        json.text().contains(r#""request_id":"-1-2.3""#),
        "{}",
        json.text()
    );
}

#[both_stores]
async fn aud_11_a_file_that_was_touched_names_the_line(app: TestApp) {
    let ada = app.owner().await;
    some_deeds(&ada).await;
    let file = ada.get(EXPORT).await.is(200).body;
    let whole = offline(&app, &file).await.unwrap();
    assert_eq!(whole.events, whole.linked);
    let all = lines(&file);
    assert_eq!(whole.events, all.len() as u64 - 2);

    let mut changed = all.clone();
    let at = changed[3].len() / 2;
    changed[3][at] ^= 1;
    assert_eq!(
        offline(&app, &changed.concat()).await,
        Err((4, FileFlaw::Line))
    );
    let mut lost = all.clone();
    lost.remove(3);
    assert_eq!(
        offline(&app, &lost.concat()).await,
        Err((4, FileFlaw::Line))
    );
    let mut swapped = all.clone();
    swapped.swap(3, 4);
    assert_eq!(
        offline(&app, &swapped.concat()).await,
        Err((4, FileFlaw::Line))
    );
    let mut twice = all.clone();
    twice.insert(3, all[3].clone());
    assert_eq!(
        offline(&app, &twice.concat()).await,
        Err((5, FileFlaw::Line))
    );
    let cut = all[..all.len() - 1].concat();
    assert_eq!(
        offline(&app, &cut).await,
        Err((all.len() - 1, FileFlaw::Incomplete))
    );
    let joined = [file.clone(), file.clone()].concat();
    assert_eq!(
        offline(&app, &joined).await,
        Err((all.len() + 1, FileFlaw::Surplus))
    );
    let mut garbled = all.clone();
    garbled[3] = b"\xff\xfe\n".to_vec();
    assert_eq!(
        offline(&app, &garbled.concat()).await,
        Err((4, FileFlaw::Line))
    );
    assert_eq!(offline(&app, b"").await, Err((1, FileFlaw::NoExport)));
    // the header of one, the lines of another
    let other = lines(&ada.get(EXPORT).await.is(200).body);
    let mixed = [all[0].clone(), other[1..].concat()].concat();
    assert_eq!(offline(&app, &mixed).await, Err((2, FileFlaw::Line)));
}

#[both_stores]
async fn aud_11_what_fits_a_filter_is_proved_line_by_line(app: TestApp) {
    let ada = app.owner().await;
    some_deeds(&ada).await;
    let file = ada
        .get(&format!("{EXPORT}?action=secret.read"))
        .await
        .is(200)
        .body;
    let some = offline(&app, &file).await.unwrap();
    assert_eq!(some.events, 3);
    let header: Value = serde_json::from_slice(&lines(&file)[0]).unwrap();
    assert_eq!(header["filters"], json!({ "action": "secret.read" }));
}

#[both_stores]
async fn fld_08_more_events_than_a_piece_come_whole(app: TestApp) {
    let ada = app.owner().await;
    for _ in 0..450 {
        ada.get("/v1/vaults").await.is(200);
    }
    let file = ada.get(EXPORT).await.is(200).body;
    let whole = offline(&app, &file).await.unwrap();
    assert!(whole.events > 450);
    assert_eq!(whole.events, whole.linked);
}

#[both_stores]
async fn fld_08_one_export_at_a_time_and_others_are_free(app: TestApp) {
    let none = app
        .instance_with(|services, _| services.audit_exports_at_once = 0)
        .await;
    let ada = app.owner().await;
    let turned = ada.at(&none).get(EXPORT).await;
    assert!(turned.header("retry-after").is_some());
    turned.is_problem(429);
    let eve = app.owner().await;
    eve.get(EXPORT).await.is(200);
    ada.get(EXPORT).await.is(200);
    // the last one is over
    ada.get(EXPORT).await.is(200);
}

#[both_stores]
async fn aud_11_a_row_that_was_moved_far_ahead_does_not_end_an_export(app: TestApp) {
    let wanted = "resource_type=secret";
    for (to, events) in [("999999", 5), ("NULL", 6)] {
        let ada = app.owner().await;
        some_deeds(&ada).await;
        let mine = format!(
            "org_id = {} AND action = 'secret.write'",
            literal(&app, &ada.org_id)
        );
        app.tamper(&format!("UPDATE audit_events SET chain_position = {to} WHERE {mine} AND chain_position = (SELECT min(chain_position) FROM audit_events WHERE {mine})")).await;
        let file = ada.get(&format!("{EXPORT}?{wanted}")).await.is(200).body;
        let found = offline(&app, &file).await.unwrap();
        assert_eq!(found.events, events, "{to}");
        let csv = ada
            .get(&format!("{EXPORT}?format=csv&{wanted}"))
            .await
            .is(200);
        let lines = u64::try_from(csv.text().lines().count()).unwrap();
        assert_eq!(lines, events + 1, "{to}");
        // the whole log has a gap there
        let whole = ada.get(EXPORT).await.is(200).body;
        let gap = offline(&app, &whole).await;
        assert!(matches!(gap, Err((_, FileFlaw::Log(..)))), "{gap:?}");
    }
}

/// The log without what is before or behind a place, and what the chain's end says of it made to fit.
async fn cut(app: &TestApp, org: &str, columns: &str, place: i64, gone: &str) {
    let kept = "SELECT chain_position, id, integrity_hash FROM audit_events";
    let kept = format!("{kept} WHERE org_id = {org} AND chain_position = {place}");
    app.tamper(&format!(
        "UPDATE audit_chains SET ({columns}) = ({kept}) WHERE chain = {org}"
    ))
    .await;
    app.tamper(&format!(
        "DELETE FROM audit_events WHERE org_id = {org} AND chain_position {gone} {place}"
    ))
    .await;
}

#[both_stores]
async fn aud_02_a_file_of_a_log_that_was_cut_to_fit_says_so(app: TestApp) {
    for (columns, place, gone) in [
        ("length, last_event_id, last_hash", 6, ">"),
        ("pruned, pruned_event_id, pruned_hash", 2, "<="),
    ] {
        // what fits a filter tells it, too, and so does what is done afterwards
        for wanted in ["", "?action=secret.read"] {
            let ada = app.owner().await;
            some_deeds(&ada).await;
            cut(&app, &literal(&app, &ada.org_id), columns, place, gone).await;
            for _ in 0..2 {
                let file = ada.get(&format!("{EXPORT}{wanted}")).await.is(200).body;
                let found = offline(&app, &file).await;
                let is_said = matches!(found, Err((_, FileFlaw::End(Flaw::EndChanged))));
                assert!(is_said, "{columns}, {wanted}: {found:?}");
            }
            broken(&verified(&ada).await, "end_changed");
        }
    }
}

#[both_stores]
async fn aud_02_where_a_logs_end_is_gone_a_file_has_the_events_and_says_so(app: TestApp) {
    let ada = app.owner().await;
    some_deeds(&ada).await;
    let org = literal(&app, &ada.org_id);
    let end = format!("DELETE FROM audit_chains WHERE chain = {org}");
    let events = format!("SELECT 'x' AS text FROM audit_events WHERE org_id = {org}");
    app.tamper(&end).await;
    let there = app.rows(&events).await.len();
    let file = ada.get(EXPORT).await.is(200).body;
    // the export's own event begins at the first place again, and so is among them
    let all = lines(&file).len();
    assert_eq!(all, there + 3);
    let found = offline(&app, &file).await;
    let missing = FileFlaw::End(Flaw::EndMissing);
    assert_eq!(found, Err((all, missing)));
    // that export stands behind an end that nobody signed, and that knows of nothing else
    let csv = format!("{EXPORT}?format=csv");
    for is_gone in [false, true] {
        if is_gone {
            app.tamper(&end).await;
        }
        let there = app.rows(&events).await.len();
        let table = ada.get(&csv).await.is(200);
        assert_eq!(table.text().lines().count(), there + 2, "{is_gone}");
    }
}
