//! Agents that ask to be registered.

use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{World, commit, event, id, may, now};
use oneclaw_domain::{
    AgentId, AgentName, Description, ENROLLMENT_TTL, Email, Enrollment, EnrollmentId,
    EnrollmentState,
};
use oneclaw_policy::{DecideEnrollment, EnrollAgent, Installation};
use oneclaw_storage::{NewEnrollment, StorageError, Store};

on_both_stores! {
    a_request_is_found_by_its_link_and_by_its_agent
    enr_a_decision_is_made_once
    enr_a_sealed_key_is_collected_and_forgotten
    only_waiting_requests_are_counted
    a_links_hash_is_taken_once
}

/// A request that whoever has the link may decide.
pub(super) fn new_request() -> NewEnrollment {
    let request = EnrollmentId::from_uuid(id());
    let hash = |filler| {
        let mut hash = [filler; 32];
        hash[..16].copy_from_slice(request.uuid().as_bytes());
        hash
    };
    NewEnrollment {
        enrollment: Enrollment {
            id: request,
            name: AgentName::parse("deployer").unwrap(),
            description: Description::parse("ships it").unwrap(),
            human_email: None,
            public_key: Some([3; 32]),
            state: EnrollmentState::Pending,
            org: None,
            agent: None,
            created_at: now(),
            expires_at: now().plus_seconds(ENROLLMENT_TTL),
        },
        link_hash: hash(1),
        poll_hash: Some(hash(2)),
    }
}

pub(super) async fn ask(world: &World, new: &NewEnrollment) {
    let mut tx = world.begin().await;
    let access = may::<EnrollAgent>(Installation);
    tx.enrollments().insert(&access, new).await.unwrap();
    let committed = tx.commit(event(None)).await.unwrap();
    committed.yields(()).into_inner();
}

/// Everything of a request, to compare by: there is no equality of them.
fn all_of(request: &Enrollment) -> String {
    format!("{request:?}")
}

async fn by_link(world: &World, new: &NewEnrollment) -> Enrollment {
    let mut tx = world.begin().await;
    let found = tx.enrollments().lock_by_link(&new.link_hash).await;
    found.unwrap().unwrap()
}

async fn a_request_is_found_by_its_link_and_by_its_agent(kind: Kind) {
    let world = World::on(kind).await;
    let mut addressed = new_request();
    addressed.enrollment.human_email = Some(Email::parse("ada@x.test").unwrap());
    addressed.enrollment.public_key = None;
    addressed.poll_hash = None;
    let open = new_request();
    for new in [&open, &addressed] {
        ask(&world, new).await;
        let found = by_link(&world, new).await;
        assert_eq!(all_of(&found), all_of(&new.enrollment));
    }
    let mut reader = world.store.read().await.unwrap();
    let requests = reader.enrollments();
    let poll = open.poll_hash.unwrap();
    let id = open.enrollment.id;
    let (found, key) = requests.find_by_poll(id, &poll).await.unwrap().unwrap();
    assert_eq!(all_of(&found), all_of(&open.enrollment));
    assert!(key.is_none());
    // Neither token stands for the other, and none for another request.
    for (id, hash) in [
        (id, open.link_hash),
        (id, [0; 32]),
        (addressed.enrollment.id, poll),
        (addressed.enrollment.id, addressed.link_hash),
    ] {
        assert!(requests.find_by_poll(id, &hash).await.unwrap().is_none());
    }
    drop(reader);
    let mut tx = world.begin().await;
    let by_link = tx.enrollments().lock_by_link(&poll).await;
    assert!(by_link.unwrap().is_none());
}

async fn enr_a_decision_is_made_once(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let (denied, approved, untouched) = (new_request(), new_request(), new_request());
    for new in [&denied, &approved, &untouched] {
        ask(&world, new).await;
    }
    let access = may::<DecideEnrollment>(who.scope());
    let agent = AgentId::from_uuid(id());
    let mut tx = world.begin().await;
    let requests = tx.enrollments();
    for _ in 0..2 {
        requests.deny(&access, denied.enrollment.id).await.unwrap();
        requests
            .approve(&access, approved.enrollment.id, agent, None)
            .await
            .unwrap();
    }
    requests
        .approve(&access, denied.enrollment.id, agent, Some(b"key"))
        .await
        .unwrap();
    requests
        .deny(&access, approved.enrollment.id)
        .await
        .unwrap();
    commit(tx, who).await.unwrap();
    let found = by_link(&world, &denied).await;
    let mut expected = denied.enrollment.clone();
    expected.state = EnrollmentState::Denied;
    assert_eq!(all_of(&found), all_of(&expected));
    let found = by_link(&world, &approved).await;
    let mut expected = approved.enrollment.clone();
    expected.state = EnrollmentState::Approved;
    (expected.org, expected.agent) = (Some(who.org), Some(agent));
    assert_eq!(all_of(&found), all_of(&expected));
    let found = by_link(&world, &untouched).await;
    assert_eq!(all_of(&found), all_of(&untouched.enrollment));
}

async fn enr_a_sealed_key_is_collected_and_forgotten(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let new = new_request();
    ask(&world, &new).await;
    let (request, poll) = (new.enrollment.id, new.poll_hash.unwrap());
    let access = may::<DecideEnrollment>(who.scope());
    let mut tx = world.begin().await;
    let agent = AgentId::from_uuid(id());
    tx.enrollments()
        .approve(&access, request, agent, Some(b"sealed"))
        .await
        .unwrap();
    commit(tx, who).await.unwrap();
    let find = async || {
        let mut reader = world.store.read().await.unwrap();
        let found = reader.enrollments().find_by_poll(request, &poll).await;
        found.unwrap().unwrap()
    };
    assert_eq!(find().await.1.as_deref(), Some(&b"sealed"[..]));
    let mut tx = world.begin().await;
    for was_there in [true, false] {
        let access = may::<EnrollAgent>(Installation);
        let forgotten = tx.enrollments().forget_key(&access, request).await;
        assert_eq!(forgotten.unwrap(), was_there);
    }
    commit(tx, who).await.unwrap();
    let (found, key) = find().await;
    assert!(key.is_none());
    assert_eq!(found.state, EnrollmentState::Approved);
}

async fn only_waiting_requests_are_counted(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let count = async |at| {
        let mut tx = world.begin().await;
        let requests = tx.enrollments();
        let to_anybody = requests.count_waiting(false, at).await.unwrap();
        (to_anybody, requests.count_waiting(true, at).await.unwrap())
    };
    let (one, two) = (new_request(), new_request());
    let mut addressed = new_request();
    addressed.enrollment.human_email = Some(Email::parse("ada@x.test").unwrap());
    for new in [&one, &two, &addressed] {
        ask(&world, new).await;
    }
    assert_eq!(count(now()).await, (2, 1));
    let mut tx = world.begin().await;
    let access = may::<DecideEnrollment>(who.scope());
    tx.enrollments()
        .deny(&access, one.enrollment.id)
        .await
        .unwrap();
    commit(tx, who).await.unwrap();
    assert_eq!(count(now()).await, (1, 1));
    assert_eq!(count(two.enrollment.expires_at).await, (0, 0));
}

async fn a_links_hash_is_taken_once(kind: Kind) {
    let world = World::on(kind).await;
    let first = new_request();
    ask(&world, &first).await;
    let second = NewEnrollment {
        link_hash: first.link_hash,
        ..new_request()
    };
    let mut tx = world.begin().await;
    let taken = tx.enrollments().insert(&may(Installation), &second).await;
    assert!(
        matches!(taken, Err(StorageError::Conflict(name)) if name == "enrollments_link_hash_key")
    );
}
