//! How much of a list is wanted, and what came of it.

use async_trait::async_trait;
use oneclaw_domain::{Page, PageSize};
use oneclaw_storage::StorageError;

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

/// One list, page by page. A trait and not a closure, so that what reads a list can be spawned.
#[async_trait]
pub(crate) trait Pages {
    /// What it lists.
    type Row: Send;
    /// Behind what a page begins.
    type Position: Send;

    /// The next rows behind `after`.
    async fn page(
        &mut self,
        after: Option<Self::Position>,
        size: PageSize,
    ) -> Result<Page<Self::Row>, StorageError>;

    /// Where a row stands.
    fn position(row: &Self::Row) -> Self::Position;
}

/// Reads one page, or page after page until the end where no limit was asked for; also gives the
/// position behind which the list goes on.
pub(crate) async fn gather<P: Pages>(
    limit: Option<PageSize>,
    after: Option<P::Position>,
    mut pages: P,
) -> Result<(Vec<P::Row>, Option<P::Position>), StorageError> {
    let mut page = pages.page(after, limit.unwrap_or(PageSize::MAX)).await?;
    let mut items = std::mem::take(&mut page.items);
    while page.more {
        let Some(last) = items.last().map(P::position) else {
            break;
        };
        if limit.is_some() {
            return Ok((items, Some(last)));
        }
        page = pages.page(Some(last), PageSize::MAX).await?;
        items.append(&mut page.items);
    }
    Ok((items, None))
}
