//! `oneclaw admin settings`: the settings that change while servers run.

use oneclaw_services::{Operator, SettingKey, SettingValue};

use super::arguments::SetSetting;
use super::run::refused;
use crate::failure::Failure;

/// Prints those that were changed.
///
/// # Errors
/// The store cannot be used.
pub(super) async fn list(operator: &Operator) -> Result<(), Failure> {
    let by = operator.administrator().await.map_err(refused(""))?;
    let settings = operator.admin().list_settings(by).await;
    let settings = settings.map_err(refused("setting"))?;
    for setting in &settings {
        let by = setting
            .updated_by
            .map_or("the operator".to_owned(), |user| user.to_string());
        println!(
            "{} = {} (set {} by {by})",
            setting.key, setting.value, setting.updated_at
        );
    }
    if settings.is_empty() {
        println!("no setting was changed: what is configured holds");
    }
    Ok(())
}

/// Changes one.
///
/// # Errors
/// A value that does not do.
pub(super) async fn set(operator: &Operator, set: &SetSetting) -> Result<(), Failure> {
    let by = operator.administrator().await.map_err(refused(""))?;
    let key = &set.of.key;
    let value = SettingValue::parse(key, &set.value)
        .map_err(|invalid| Failure::Refused(format!("{}: {}", key.as_str(), invalid.reason())))?;
    let put = operator.admin().put_setting(key, &value, by).await;
    let put = put.map_err(refused("setting"))?.into_inner();
    let note = if key.is_known() {
        ""
    } else {
        " (it has no effect)"
    };
    println!("{} = {}{note}", put.key, put.value);
    Ok(())
}

/// Brings one back to what is configured.
///
/// # Errors
/// It was not changed.
pub(super) async fn unset(operator: &Operator, key: &SettingKey) -> Result<(), Failure> {
    let by = operator.administrator().await.map_err(refused(""))?;
    let deleted = operator.admin().delete_setting(key, by).await;
    let what = format!("setting {} that was changed", key.as_str());
    let () = deleted.map_err(refused(&what))?.into_inner();
    println!("{} is what is configured again", key.as_str());
    Ok(())
}
