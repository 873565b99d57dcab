//! What the table of rights says, and what the judge does.

use crate::reference::NOW;
use oneclaw_domain::{
    AgentId, AgentOwner, Circumstances, OrgId, Principal, Role, Scopes, SecretPath, ShareId,
    UserId, VaultId, VaultOwner,
};
use oneclaw_policy::{
    Account, Action, AgentAt, AgentLimits, CredentialKind, Denial, Facts, Grants, InviteAs,
    MemberAt, MemberRole, OrgScope, Rights, SecretAt, ShareAt, Standing, VaultScope, authorize,
};
use std::sync::Arc;
use uuid::Uuid;

const ORG: OrgId = OrgId::from_uuid(Uuid::from_u128(1));
const VAULT: VaultId = VaultId::from_uuid(Uuid::from_u128(2));
const ONE: Uuid = Uuid::from_u128(10);
const OTHER: Uuid = Uuid::from_u128(11);

/// Whose thing it is that an action is done to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Of {
    /// Of who asks.
    Self_,
    /// Of another, who is a member.
    Another,
    /// Of another, who is an owner.
    AnOwner,
}

/// Something that an action of some kind is done to.
trait Thing {
    fn of(whose: Of, asks: Principal) -> Self;
}

fn user(whose: Of) -> UserId {
    UserId::from_uuid(if whose == Of::Self_ { ONE } else { OTHER })
}

macro_rules! things {
    ($($target:ident: |$whose:ident, $asks:ident| $made:expr;)*) => {$(
        impl Thing for $target {
            fn of($whose: Of, $asks: Principal) -> Self {
                $made
            }
        }
    )*};
}

things! {
    Account: |whose, _asks| Account { org: ORG, user: user(whose) };
    OrgScope: |_whose, _asks| OrgScope { org: ORG };
    VaultScope: |_whose, _asks| VaultScope { org: ORG, vault: VAULT };
    SecretAt: |_whose, _asks| SecretAt { org: ORG, vault: VAULT, path: SecretPath::parse("a").unwrap() };
    AgentAt: |whose, _asks| AgentAt { org: ORG, agent: AgentId::from_uuid(user(whose).uuid()) };
    MemberAt: |whose, _asks| MemberAt { org: ORG, user: user(whose) };
    MemberRole: |whose, _asks| MemberRole { org: ORG, user: user(whose), role: Role::Member };
    ShareAt: |whose, asks| ShareAt {
        org: ORG,
        share: ShareId::from_uuid(Uuid::from_u128(3)),
        maker: if whose == Of::Self_ { asks } else { Principal::User(user(whose)) },
    };
    InviteAs: |whose, _asks| InviteAs {
        org: ORG,
        role: if whose == Of::AnOwner { Role::Owner } else { Role::Member },
    };
}

/// Somebody without any grant.
fn standing(role: Option<Role>, scopes: Scopes) -> Arc<Standing> {
    let principal = match role {
        Some(_) => Principal::User(UserId::from_uuid(ONE)),
        None => Principal::Agent(AgentId::from_uuid(ONE)),
    };
    Arc::new(Standing {
        principal,
        org: ORG,
        is_platform: false,
        role,
        credential: if role.is_some() {
            CredentialKind::Login
        } else {
            CredentialKind::ApiKey
        },
        scopes,
        agent: role.is_none().then(AgentLimits::default),
        grants: Grants::default(),
    })
}

fn tried<A: Action<On: Thing>>(who: &Arc<Standing>, whose: Of) -> Result<(), Denial> {
    let maker = match (who.principal, whose) {
        (principal, Of::Self_) => principal,
        _ => Principal::User(UserId::from_uuid(OTHER)),
    };
    let vault = VaultOwner {
        vault: VAULT,
        org: ORG,
        created_by: maker,
        is_system: false,
    };
    let on = A::On::of(whose, who.principal);
    let agent = AgentOwner {
        agent: AgentId::from_uuid(user(whose).uuid()),
        org: ORG,
        created_by: Some(user(whose)),
    };
    let facts = Facts {
        vault: Some(&vault),
        agent: Some(&agent),
        member: Some(match whose {
            Of::Self_ => who.role.unwrap_or(Role::Member),
            Of::Another => Role::Member,
            Of::AnOwner => Role::Owner,
        }),
    };
    authorize::<A>(who, Circumstances::new(NOW, None), on, facts).map(|_proof| ())
}

fn check<A: Action<On: Thing>>() {
    let Rights {
        owner,
        admin,
        member,
        agent,
        note,
    } = A::RULE.who();
    let kinds = [
        (Some(Role::Owner), owner),
        (Some(Role::Admin), admin),
        (Some(Role::Member), member),
        (None, agent),
    ];
    for (role, says) in kinds {
        let who = standing(role, Scopes::default());
        let may = |whose| tried::<A>(&who, whose).is_ok();
        let (own, other, owners) = (may(Of::Self_), may(Of::Another), may(Of::AnOwner));
        let expected = match says {
            "yes" => (true, true, true),
            "no" => (false, false, false),
            "where no owner is made or unmade" => (true, true, false),
            _ => (true, false, false),
        };
        assert_eq!(
            (own, other, owners),
            expected,
            "{} {role:?}: {says}",
            A::NAME
        );
    }
    // who is limited is refused exactly where the table says so
    let scopes = Scopes::parse(vec!["*:*".to_owned(), "nothing".to_owned()]).unwrap();
    let limited = standing(Some(Role::Owner), scopes);
    let unlimited = standing(Some(Role::Owner), Scopes::default());
    let refused = tried::<A>(&limited, Of::Self_)
        == Err(Denial::Forbidden(
            oneclaw_policy::Missing::UnlimitedCredential,
        ));
    let may = tried::<A>(&unlimited, Of::Self_).is_ok();
    let said = note.contains("not with scopes") || note.contains("not by an API key");
    assert_eq!(refused, said && may, "{}: {note}", A::NAME);
}

#[test]
fn org_01_the_table_of_rights_says_what_the_judge_does() {
    use oneclaw_policy as p;
    check::<p::SignUp>();
    check::<p::RefreshSession>();
    check::<p::UpdateProfile>();
    check::<p::CreateVault>();
    check::<p::ListVaults>();
    check::<p::ReadVault>();
    check::<p::DeleteVault>();
    check::<p::ReadSecret>();
    check::<p::WriteSecret>();
    check::<p::DeleteSecret>();
    check::<p::RotateSecret>();
    check::<p::RegisterAgent>();
    check::<p::ReadAgent>();
    check::<p::ReadOwnAgent>();
    check::<p::UpdateAgent>();
    check::<p::DeleteAgents>();
    check::<p::DecideEnrollment>();
    check::<p::InviteMember>();
    check::<p::ChangeMemberRole>();
    check::<p::RemoveMember>();
    check::<p::CreateIpRule>();
    check::<p::SetPassword>();
    check::<p::ApproveDevice>();
    check::<p::RotateCmek>();
    check::<p::CreateShare>();
    check::<p::ListShares>();
    check::<p::RevokeShare>();
}

#[test]
fn dev_02_what_a_login_may_decide_no_device_and_no_key_may() {
    use oneclaw_policy as p;
    let missing = Err(Denial::Forbidden(p::Missing::Login));
    for (credential, own_session, own_login) in [
        (CredentialKind::Login, Ok(()), Ok(())),
        (CredentialKind::Device, Ok(()), missing),
        (CredentialKind::ApiKey, missing, missing),
    ] {
        let who = standing(Some(Role::Owner), Scopes::default());
        let who = Arc::new(Standing {
            credential,
            ..Standing::clone(&who)
        });
        assert_eq!(
            tried::<p::DisableMfa>(&who, Of::Self_),
            own_session,
            "{credential:?}"
        );
        assert_eq!(
            tried::<p::ApproveDevice>(&who, Of::Self_),
            own_login,
            "{credential:?}"
        );
        assert_eq!(
            tried::<p::DecideEnrollment>(&who, Of::Self_),
            own_login,
            "{credential:?}"
        );
        let another = tried::<p::ApproveDevice>(&who, Of::Another);
        assert_eq!(another, Err(Denial::Concealed), "{credential:?}");
    }
}

#[test]
fn shr_11_who_did_not_make_a_share_and_does_not_manage_learns_nothing_of_it() {
    for role in [Some(Role::Member), None] {
        let who = standing(role, Scopes::default());
        let another = tried::<oneclaw_policy::RevokeShare>(&who, Of::Another);
        assert_eq!(another, Err(Denial::Concealed), "{role:?}");
    }
}
