#include "engine/authz/restrictions.h"

#include <algorithm>

#include "engine/authz/boundary.h"
#include "engine/authz/context_rules.h"
#include "engine/base/error.h"

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

absl::StatusOr<Restriction> RestrictionOn(base::PolicySource& source, const Actor& actor,
                                          const AccessRequest& request, const Account& account) {
  const Restriction external = ExternalIdentity(actor, account);
  if (external.cut_by != Reason::kNone) return external;
  if (!PassesBoundary(actor, request)) return Restriction{.cut_by = Reason::kKeyBoundary};
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<ContextRuleId> against,
                            ContextRuleAgainst(source, actor, request));
  if (against) return Restriction{.cut_by = Reason::kContextRule, .context_rule = against};
  return external;
}

}  // namespace latchkey::authz
