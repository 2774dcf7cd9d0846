// Import of an organisation: every object through the same checks as the calls that make one, in
// one transaction, all or nothing [domain W-8].
#include "absl/strings/match.h"

#include "latchkey/directory.h"

#include "engine/authz/context_check.h"
#include "engine/authz/policy_check.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/codec/organisation.h"
#include "engine/facade/context_writing.h"
#include "engine/facade/core.h"
#include "engine/facade/directory_writing.h"
#include "engine/facade/forms.h"
#include "engine/facade/policy_writing.h"
#include "engine/facade/rights.h"

namespace latchkey::inline v0 {
namespace facade {
namespace {

using codec::OrganisationAccount;
using codec::OrganisationGroup;
using codec::Placed;

// Reads as: this, at that place of the file.
absl::Status At(const std::string& path, const absl::Status& status) {
  return status.ok() ? status : base::Annotate(status, path);
}

absl::Status CheckIdentityForm(const Options& options, const Identity& identity) {
  LATCHKEY_RETURN_IF_ERROR(CheckId("iam_id", identity.id.text()));
  LATCHKEY_RETURN_IF_ERROR(CheckText("name", identity.name, 1, kNameMaxCharacters));
  LATCHKEY_RETURN_IF_ERROR(
      CheckText("description", identity.description, 0, kDescriptionMaxCharacters));
  const std::string& id = identity.id.text();
  switch (identity.kind) {
    case IdentityKind::kUser:
      for (const std::string& realm : options.realms) {
        if (absl::StartsWith(id, realm + "-")) return absl::OkStatus();
      }
      return base::Error(Reason::kMalformed,
                         "iam_id must begin with a configured realm and a dash");
    case IdentityKind::kServiceId:
      if (absl::StartsWith(id, "iam-ServiceId-")) return absl::OkStatus();
      return base::Error(Reason::kMalformed, "iam_id must begin with iam-ServiceId-");
    case IdentityKind::kTrustedProfile:
      if (absl::StartsWith(id, "iam-Profile-")) return absl::OkStatus();
      return base::Error(Reason::kMalformed, "iam_id must begin with iam-Profile-");
  }
  return base::Error(Reason::kMalformed, "kind must be one of IdentityKind");
}

class Importer {
 public:
  Importer(Core& core, WriteFrame& frame) : core_(core), frame_(frame) {}

  absl::Status Run(const codec::Organisation& organisation) {
    for (std::size_t i = 0; i < organisation.services.size(); ++i) {
      const std::string path = "services[" + std::to_string(i) + "]";
      LATCHKEY_RETURN_IF_ERROR(At(path, authz::CheckService(organisation.services[i])));
      LATCHKEY_RETURN_IF_ERROR(At(path, PutService(frame_, organisation.services[i])));
      ++report_.services;
    }
    for (const Placed<Identity>& user : organisation.users) {
      LATCHKEY_RETURN_IF_ERROR(At(user.path, AddIdentity(user.value)));
    }
    for (const Placed<OrganisationAccount>& account : organisation.accounts) {
      LATCHKEY_RETURN_IF_ERROR(AddAccount(account.path, account.value));
    }
    return absl::OkStatus();
  }

  [[nodiscard]] const ImportReport& report() const { return report_; }

 private:
  absl::Status AddIdentity(const Identity& identity) {
    LATCHKEY_RETURN_IF_ERROR(CheckIdentityForm(core_.options(), identity));
    if (identity.kind == IdentityKind::kUser) ++report_.users;
    if (identity.kind == IdentityKind::kServiceId) ++report_.service_ids;
    if (identity.kind == IdentityKind::kTrustedProfile) ++report_.profiles;
    return PutNewIdentity(core_, frame_, identity).status();
  }

  absl::Status AddAccount(const std::string& path, const OrganisationAccount& read) {
    const AccountId& id = read.account.id;
    LATCHKEY_RETURN_IF_ERROR(At(path, AddAccountItself(read.account)));
    for (const auto& member : read.members) {
      LATCHKEY_RETURN_IF_ERROR(At(member.path, AddMember(read.account, member.value)));
    }
    for (const auto& identity : read.identities) {
      Identity owned = identity.value;
      owned.account = id;
      // Locked last: a locked service ID takes no policies [domain D-3].
      owned.locked = false;
      LATCHKEY_RETURN_IF_ERROR(At(identity.path, AddIdentity(owned)));
    }
    for (const auto& role : read.custom_roles) {
      CustomRole custom = role.value;
      custom.account = id;
      LATCHKEY_RETURN_IF_ERROR(At(role.path, PutNewRole(core_, frame_, custom).status()));
      ++report_.custom_roles;
    }
    for (const auto& group : read.groups) {
      LATCHKEY_RETURN_IF_ERROR(At(group.path, AddGroup(id, group.value)));
    }
    for (const auto& policy : read.policies) {
      LATCHKEY_RETURN_IF_ERROR(At(policy.path, AddPolicy(id, policy.value)));
    }
    LATCHKEY_RETURN_IF_ERROR(AddRestrictions(id, read));
    for (const auto& identity : read.identities) {
      if (identity.value.locked) {
        LATCHKEY_RETURN_IF_ERROR(At(identity.path, LockIdentity(identity.value.id)));
      }
    }
    ++report_.accounts;
    return absl::OkStatus();
  }

  absl::Status AddAccountItself(const Account& account) {
    LATCHKEY_RETURN_IF_ERROR(CheckId("account_id", account.id.text()));
    LATCHKEY_RETURN_IF_ERROR(CheckText("name", account.name, 1, kNameMaxCharacters));
    LATCHKEY_RETURN_IF_ERROR(CheckSettings(account.settings));
    return PutNewAccount(frame_, account).status();
  }

  absl::Status AddMember(const Account& account, Membership member) {
    LATCHKEY_RETURN_IF_ERROR(CheckId("iam_id", member.iam_id.text()));
    member.account = account.id;
    if (member.invited_by.empty()) member.invited_by = account.owner;
    LATCHKEY_ASSIGN_OR_RETURN(const auto inviter,
                              frame_.txn.FindMembership(account.id, member.invited_by));
    if (!inviter) {
      return base::Error(Reason::kUnknownReference,
                         "invited_by must name the owner or a member listed before");
    }
    return PutNewMember(core_, frame_, std::move(member)).status();
  }

  absl::Status AddGroup(const AccountId& account, const OrganisationGroup& read) {
    AccessGroup group = read.group;
    group.account = account;
    LATCHKEY_RETURN_IF_ERROR(CheckId("id", group.id.text()));
    LATCHKEY_RETURN_IF_ERROR(CheckGroupTexts(group.name, group.description));
    LATCHKEY_RETURN_IF_ERROR(PutNewGroup(core_, frame_, group).status());
    for (std::size_t i = 0; i < read.members.size(); ++i) {
      LATCHKEY_RETURN_IF_ERROR(
          At("members[" + std::to_string(i) + "]",
             PutGroupMember(core_, frame_, account, group.id, read.members[i])));
    }
    ++report_.groups;
    return absl::OkStatus();
  }

  absl::Status AddPolicy(const AccountId& account, const NewPolicy& policy) {
    if (policy.account != account) {
      return base::Error(Reason::kMalformed,
                         "resource.attributes: accountId must be the account it stands in");
    }
    ++report_.policies;
    return CreatePolicy(core_, frame_, policy).status();
  }

  absl::Status AddRestrictions(const AccountId& account, const OrganisationAccount& read) {
    for (const auto& placed : read.network_zones) {
      LATCHKEY_RETURN_IF_ERROR(At(placed.path, AddZone(account, placed.value)));
    }
    for (const auto& placed : read.context_rules) {
      LATCHKEY_RETURN_IF_ERROR(At(placed.path, AddContextRule(account, placed.value)));
    }
    return absl::OkStatus();
  }

  absl::Status AddZone(const AccountId& account, const codec::OrganisationZone& read) {
    LATCHKEY_RETURN_IF_ERROR(CheckId("id", read.id.text()));
    NewNetworkZone wanted = read.wanted;
    wanted.account = account;
    LATCHKEY_RETURN_IF_ERROR(authz::CheckZone(wanted));
    NetworkZone zone = DraftOf(wanted);
    zone.id = read.id;
    ++report_.network_zones;
    return PutNewZone(core_, frame_, std::move(zone)).status();
  }

  absl::Status AddContextRule(const AccountId& account,
                              const codec::OrganisationContextRule& read) {
    LATCHKEY_RETURN_IF_ERROR(CheckId("id", read.id.text()));
    NewContextRule wanted = read.wanted;
    wanted.account = account;
    LATCHKEY_RETURN_IF_ERROR(authz::CheckContextRule(wanted));
    ContextRule rule = DraftOf(wanted);
    rule.id = read.id;
    ++report_.context_rules;
    return PutNewContextRule(core_, frame_, std::move(rule)).status();
  }

  absl::Status LockIdentity(const IamId& id) {
    LATCHKEY_ASSIGN_OR_RETURN(auto identity, frame_.txn.FindIdentity(id));
    identity->locked = true;
    return frame_.txn.Put(*identity);
  }

  Core& core_;
  WriteFrame& frame_;
  ImportReport report_;
};

}  // namespace
}  // namespace facade

absl::StatusOr<ImportReport> Directory::Import(const Call& call, std::string_view json) const {
  LATCHKEY_ASSIGN_OR_RETURN(const codec::Organisation organisation, codec::ParseOrganisation(json));
  return core_->Mutate(call, {"organisation.import", "", ""},
                       [&](facade::WriteFrame& frame) -> absl::StatusOr<ImportReport> {
                         LATCHKEY_RETURN_IF_ERROR(facade::RequireHost(frame.actor));
                         facade::Importer importer(*core_, frame);
                         LATCHKEY_RETURN_IF_ERROR(importer.Run(organisation));
                         ImportReport report = importer.report();
                         LATCHKEY_ASSIGN_OR_RETURN(report.revision, frame.txn.Revision());
                         report.revision += 1;  // that of this commit
                         frame.header.object = "";
                         return report;
                       });
}

}  // namespace latchkey::inline v0
