#include "engine/authz/restrictions.h"

#include <algorithm>

namespace latchkey::authz {
namespace {

// A mode that this version does not know is taken for the strictest.
Restriction ExternalIdentity(const Actor& actor, const Account& account) {
  if (actor.acting_account == account.id) return {};
  const ExternalRule& rule = actor.identity.kind == IdentityKind::kUser
                                 ? account.settings.external_users
                                 : account.settings.external_service_ids;
  if (rule.mode == ExternalMode::kEnabled) return {};
  const bool listed = std::find(rule.allowed_accounts.begin(), rule.allowed_accounts.end(),
                                actor.acting_account) != rule.allowed_accounts.end();
  if (listed) return {};
  if (rule.mode == ExternalMode::kMonitor) return {.limited_would_refuse = true};
  return {.cut_by = Reason::kExternalIdentity};
}

}  // namespace

absl::StatusOr<Restriction> RestrictionOn(base::PolicySource&, const Actor& actor,
                                          const AccessRequest&, const Account& account) {
  return ExternalIdentity(actor, account);
}

}  // namespace latchkey::authz
