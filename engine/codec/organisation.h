// engine/codec/organisation.h: a whole organisation as one JSON text (Directory::Import).
//
//   { "services":  [ catalogue form … ],
//     "users":     [ { "iam_id", "name", "federated"?, "functional"? } … ],
//     "accounts":  [ { "account_id", "name", "owner",
//                      "settings"?: { "restrict_create_platform_apikey"?,
//                                     "restrict_create_service_id"?,
//                                     "external_users"?, "external_service_ids"? :
//                                       { "state": enabled|limited|monitor,
//                                         "external_allowed_accounts"? } },
//                      "members"?:      [ { "iam_id", "state"?: pending|active|suspended,
//                                           "invited_by"? } … ],
//                      "service_ids"?:  [ { "iam_id", "name", "description"?, "locked"? } … ],
//                      "profiles"?:     [ { "iam_id", "name", "description"? } … ],
//                      "custom_roles"?: [ { "service", "name", "title", "description"?,
//                                           "actions" } … ],
//                      "groups"?:       [ { "id", "name", "description"?, "members"? } … ],
//                      "policies"?:     [ IBM's v2 policy … ],
//                      "network_zones"?: [ { "id", "name", "description"?,
//                                            "addresses": [ "10.0.0.0/8" … ],
//                                            "excluded"?: [ … ] } … ],
//                      "context_rules"?: [ { "id", "description"?,
//                                            "resource": { "attributes": [ as of a v2 policy … ] },
//                                            "contexts": [ { "zones": [ id … ] } … ],
//                                            "enforcement_mode"?: enabled|disabled } … ]
//                    } … ] }
//
// Ids are those of the file. The owner is a member without being listed. Every object remembers its
// path, so that a fault that the store finds later can name it too.
#ifndef LATCHKEY_ENGINE_CODEC_ORGANISATION_H_
#define LATCHKEY_ENGINE_CODEC_ORGANISATION_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "latchkey/account.h"
#include "latchkey/context.h"
#include "latchkey/identity.h"
#include "latchkey/policy.h"

namespace latchkey::codec {

template <class T>
struct Placed {
  std::string path;  // such as accounts[2].groups[0]
  T value;
};

struct OrganisationGroup {
  AccessGroup group;
  std::vector<IamId> members;
};

struct OrganisationZone {
  ZoneId id;
  NewNetworkZone wanted;  // without account
};

struct OrganisationContextRule {
  ContextRuleId id;
  NewContextRule wanted;  // without account
};

struct OrganisationAccount {
  Account account;  // id, name, owner, settings
  std::vector<Placed<Membership>> members;
  std::vector<Placed<Identity>> identities;  // service IDs, then profiles
  std::vector<Placed<CustomRole>> custom_roles;
  std::vector<Placed<OrganisationGroup>> groups;
  std::vector<Placed<NewPolicy>> policies;
  std::vector<Placed<OrganisationZone>> network_zones;
  std::vector<Placed<OrganisationContextRule>> context_rules;
};

struct Organisation {
  std::vector<Service> services;
  std::vector<Placed<Identity>> users;
  std::vector<Placed<OrganisationAccount>> accounts;
};

// At most 64 MiB. Errors: kMalformed, kUnknownField, kUnsupported, kInvalidUtf8; each names the
// path.
[[nodiscard]] absl::StatusOr<Organisation> ParseOrganisation(std::string_view json);

}  // namespace latchkey::codec

#endif  // LATCHKEY_ENGINE_CODEC_ORGANISATION_H_
