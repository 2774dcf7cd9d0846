// The report on functional IDs [domain D-5].
#include <algorithm>

#include "absl/strings/match.h"

#include "latchkey/directory.h"

#include "engine/base/error.h"
#include "engine/facade/core.h"
#include "engine/facade/forms.h"
#include "engine/facade/rights.h"

namespace latchkey::inline v0 {
namespace facade {
namespace {

bool GivesAdministrator(const std::vector<Policy>& policies) {
  return std::any_of(policies.begin(), policies.end(), [](const Policy& policy) {
    return std::any_of(policy.roles.begin(), policy.roles.end(), [](const RoleId& role) {
      return absl::EndsWith(role.text(), ":role:Administrator");
    });
  });
}

absl::StatusOr<bool> IsAdministratorIn(store::View& view, const AccountId& account,
                                       const IamId& id) {
  LATCHKEY_ASSIGN_OR_RETURN(const auto own, view.PoliciesOf(account, PolicySubject(id)));
  if (GivesAdministrator(own)) return true;
  LATCHKEY_ASSIGN_OR_RETURN(const auto groups, view.GroupsOf(account, id));
  for (const GroupId& group : groups) {
    LATCHKEY_ASSIGN_OR_RETURN(const auto through, view.PoliciesOf(account, PolicySubject(group)));
    if (GivesAdministrator(through)) return true;
  }
  LATCHKEY_ASSIGN_OR_RETURN(const auto found, view.FindAccount(account));
  return found && found->owner == id;
}

// Where the functional ID is too wide; nothing if it is not.
absl::StatusOr<std::optional<FunctionalIdFinding>> FindingFor(store::View& view, const IamId& id) {
  FunctionalIdFinding finding;
  finding.iam_id = id;
  LATCHKEY_ASSIGN_OR_RETURN(const auto memberships, view.MembershipsOf(id));
  for (const Membership& member : memberships) {
    if (member.state != MemberState::kActive) continue;
    finding.accounts.push_back(member.account);
    LATCHKEY_ASSIGN_OR_RETURN(const bool administrator,
                              IsAdministratorIn(view, member.account, id));
    if (administrator) finding.administrator_in.push_back(member.account);
  }
  const bool wide = finding.accounts.size() > 1 || !finding.administrator_in.empty();
  if (!wide) return std::optional<FunctionalIdFinding>();
  return std::optional<FunctionalIdFinding>(std::move(finding));
}

absl::StatusOr<std::vector<FunctionalIdFinding>> ReportIn(ReadFrame& frame,
                                                          const AccountId& account) {
  LATCHKEY_RETURN_IF_ERROR(RequireHost(frame.actor));
  LATCHKEY_RETURN_IF_ERROR(ExistingAccount(frame.view, account).status());
  std::vector<FunctionalIdFinding> findings;
  LATCHKEY_ASSIGN_OR_RETURN(const auto members, frame.view.MembersOf(account));
  for (const Membership& member : members) {
    LATCHKEY_ASSIGN_OR_RETURN(const auto identity, frame.view.FindIdentity(member.iam_id));
    if (!identity || !identity->functional) continue;
    LATCHKEY_ASSIGN_OR_RETURN(auto finding, FindingFor(frame.view, member.iam_id));
    if (finding) findings.push_back(*std::move(finding));
  }
  return findings;
}

}  // namespace
}  // namespace facade

absl::StatusOr<std::vector<FunctionalIdFinding>> Directory::ReportFunctionalIds(
    const Call& call, const AccountId& account) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckId("account", account.text()));
  return core_->Read(call,
                     [&](facade::ReadFrame& frame) { return facade::ReportIn(frame, account); });
}

}  // namespace latchkey::inline v0
