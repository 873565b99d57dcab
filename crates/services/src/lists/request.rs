//! How much of a list is wanted, and what came of it.

use oneclaw_domain::{Page, PageSize};

/// How much of a list is wanted.
#[derive(Clone, Debug, Default)]
pub struct ListRequest {
    /// Rows per page; `None` = all that is left.
    pub limit: Option<PageSize>,
    /// Where an earlier page ended.
    pub cursor: Option<String>,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Listed<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins; `None` on the last one.
    pub next_cursor: Option<String>,
}

/// Reads one page, or page after page until the end where no limit was asked for; also gives the
/// position behind which the list goes on.
pub(crate) async fn gather<T, C, E>(
    limit: Option<PageSize>,
    after: Option<C>,
    position: impl Fn(&T) -> C,
    mut fetch: impl AsyncFnMut(Option<C>, PageSize) -> Result<Page<T>, E>,
) -> Result<(Vec<T>, Option<C>), E> {
    let mut page = fetch(after, limit.unwrap_or(PageSize::MAX)).await?;
    let mut items = std::mem::take(&mut page.items);
    while page.more {
        let Some(last) = items.last().map(&position) else {
            break;
        };
        if limit.is_some() {
            return Ok((items, Some(last)));
        }
        page = fetch(Some(last), PageSize::MAX).await?;
        items.append(&mut page.items);
    }
    Ok((items, None))
}
