// What ends or restricts an identity, a membership or an account.
#include "staleness/kinds.h"

namespace latchkey::test {
namespace {

const IfMatch kAny = IfMatch::Any();

void Grant(Stage& stage) { stage.GrantIdentity(); }
void OwnerNeedsNoGrant(Stage&) {}

void DeleteIdentity(Stage& stage, const KeyId&) {
  Must(stage.directory().DeleteIdentity(stage.host, stage.home, stage.identity, kAny));
}
void AnotherRobot(Stage& stage, const KeyId&) {
  stage.identity = stage.AddRobot();
  stage.GrantIdentity();
}
void AnotherProfile(Stage& stage, const KeyId&) {
  stage.identity = Must(stage.directory().CreateProfile(stage.host, stage.home, "ops", "")).id;
  stage.GrantIdentity();
}

void Transfer(Stage& stage, std::string_view to) {
  Must(stage.directory().TransferOwnership(stage.host, stage.account, kAny, User(to)));
}
void MoveOwner(Stage& stage, const KeyId&) { Transfer(stage, "bob"); }
void MoveOwnerBack(Stage& stage, const KeyId&) { Transfer(stage, "alice"); }

void Suspend(Stage& stage, const AccountId& account) {
  Must(stage.directory().SuspendMember(stage.host, account, stage.identity, kAny));
}
void Reactivate(Stage& stage, const AccountId& account) {
  Must(stage.directory().ReactivateMember(stage.host, account, stage.identity, kAny));
}
void SuspendAtHome(Stage& stage, const KeyId&) { Suspend(stage, stage.home); }
void ReactivateAtHome(Stage& stage, const KeyId&) { Reactivate(stage, stage.home); }
void SuspendThere(Stage& stage, const KeyId&) { Suspend(stage, stage.account); }
void ReactivateThere(Stage& stage, const KeyId&) { Reactivate(stage, stage.account); }

void RemoveMember(Stage& stage, const KeyId&) {
  Must(stage.directory().RemoveMember(stage.host, stage.account, stage.identity, kAny));
}
void AddMember(Stage& stage, const KeyId&) {
  stage.AddMember("bob");
  stage.GrantIdentity();
}
void DeleteUser(Stage& stage, const KeyId&) {
  Must(stage.directory().DeleteUser(stage.host, stage.identity));
}
void AnotherUser(Stage& stage, const KeyId&) {
  static int number = 0;
  const std::string name = "user" + std::to_string(++number);
  stage.AddMember(name);
  stage.identity = User(name);
  stage.GrantIdentity();
}

void SetState(Stage& stage, const AccountId& account, AccountState state) {
  Must(stage.directory().SetAccountState(stage.host, account, kAny, state));
}
void SuspendHome(Stage& stage, const KeyId&) {
  SetState(stage, stage.home, AccountState::kSuspended);
}
void OpenHome(Stage& stage, const KeyId&) { SetState(stage, stage.home, AccountState::kOpen); }
void SuspendAccount(Stage& stage, const KeyId&) {
  SetState(stage, stage.account, AccountState::kSuspended);
}
void OpenAccount(Stage& stage, const KeyId&) {
  SetState(stage, stage.account, AccountState::kOpen);
}

void SetExternal(Stage& stage, const ExternalRule& users, const ExternalRule& service_ids) {
  AccountSettings settings;
  settings.external_users = users;
  settings.external_service_ids = service_ids;
  Must(stage.directory().UpdateSettings(stage.host, stage.account, kAny, settings));
}
const ExternalRule kNobody = {ExternalMode::kLimited, {}};
void LimitUsers(Stage& stage, const KeyId&) { SetExternal(stage, kNobody, {}); }
void LimitServiceIds(Stage& stage, const KeyId&) { SetExternal(stage, {}, kNobody); }
void LimitNobody(Stage& stage, const KeyId&) { SetExternal(stage, {}, {}); }
void ListHome(Stage& stage, const KeyId&) {
  SetExternal(stage, {ExternalMode::kLimited, {stage.home}}, {});
}
void AllowHome(Stage& stage) {
  stage.GrantIdentity();
  ListHome(stage, KeyId());
}

}  // namespace

std::vector<Kind> KindsOfPeople() {
  constexpr auto kBob = Subject::kBob;
  return {
      {.name = "service_id_deleted",
       .setup = Grant,
       .take = DeleteIdentity,
       .restore = AnotherRobot,
       .uses_up = true},
      {.name = "profile_deleted",
       .subject = Subject::kProfile,
       .setup = Grant,
       .take = DeleteIdentity,
       .restore = AnotherProfile,
       .uses_up = true},
      {.name = "owner_moved",
       .subject = Subject::kAlice,
       .setup = OwnerNeedsNoGrant,
       .take = MoveOwner,
       .restore = MoveOwnerBack},
      {.name = "member_suspended",
       .subject = kBob,
       .setup = Grant,
       .take = SuspendAtHome,
       .restore = ReactivateAtHome},
      {.name = "member_suspended_where_it_acts_from",
       .subject = kBob,
       .asked = "beta",
       .setup = Grant,
       .take = SuspendAtHome,
       .restore = ReactivateAtHome},
      {.name = "member_suspended_there",
       .subject = kBob,
       .asked = "beta",
       .setup = Grant,
       .take = SuspendThere,
       .restore = ReactivateThere},
      {.name = "member_removed",
       .subject = kBob,
       .setup = Grant,
       .take = RemoveMember,
       .restore = AddMember,
       .uses_up = true},
      {.name = "member_removed_there",
       .subject = kBob,
       .asked = "beta",
       .setup = Grant,
       .take = RemoveMember,
       .restore = AddMember},
      {.name = "user_deleted",
       .subject = kBob,
       .setup = Grant,
       .take = DeleteUser,
       .restore = AnotherUser,
       .uses_up = true},
      {.name = "account_suspended", .setup = Grant, .take = SuspendHome, .restore = OpenHome},
      {.name = "account_suspended_where_it_acts_from",
       .subject = kBob,
       .asked = "beta",
       .setup = Grant,
       .take = SuspendHome,
       .restore = OpenHome},
      {.name = "account_suspended_there",
       .subject = kBob,
       .asked = "beta",
       .setup = Grant,
       .take = SuspendAccount,
       .restore = OpenAccount},
      {.name = "external_users_limited",
       .subject = kBob,
       .asked = "beta",
       .setup = Grant,
       .take = LimitUsers,
       .restore = LimitNobody},
      {.name = "external_users_taken_off_the_list",
       .subject = kBob,
       .asked = "beta",
       .setup = AllowHome,
       .take = LimitUsers,
       .restore = ListHome},
      {.name = "external_service_ids_limited",
       .asked = "beta",
       .setup = Grant,
       .take = LimitServiceIds,
       .restore = LimitNobody},
  };
}

std::vector<Kind> AllKinds() {
  std::vector<Kind> all = KindsOfKeys();
  for (std::vector<Kind> more : {KindsOfGrants(), KindsOfPeople()}) {
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

}  // namespace latchkey::test
