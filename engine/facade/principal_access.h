// engine/facade/principal_access.h: the engine's way into Principal and Decision, whose fields are
// private so that a host cannot make one up.
#ifndef LATCHKEY_ENGINE_FACADE_PRINCIPAL_ACCESS_H_
#define LATCHKEY_ENGINE_FACADE_PRINCIPAL_ACCESS_H_

#include <cstdint>

#include "latchkey/decision.h"
#include "latchkey/identity.h"

namespace latchkey::inline v0 {

// The fields of a Principal by name.
struct PrincipalParts {
  std::uint64_t engine = 0;
  std::uint64_t identity = 0;
  std::uint64_t account = 0;
  std::uint64_t applied_by = 0;
  KeyId key_id;
  std::uint32_t secret_number = 0;
  std::uint32_t use_epoch = 0;
};

class PrincipalAccess {
 public:
  static Principal Make(const PrincipalParts& parts) {
    Principal made;
    made.engine_ = parts.engine;
    made.identity_ = parts.identity;
    made.account_ = parts.account;
    made.applied_by_ = parts.applied_by;
    made.key_id_ = parts.key_id;
    made.secret_number_ = parts.secret_number;
    made.use_epoch_ = parts.use_epoch;
    made.reason_ = Reason::kAuthenticated;
    return made;
  }
  static Principal Refused(Reason reason) {
    Principal made;
    made.reason_ = reason;
    return made;
  }
  static PrincipalParts PartsOf(const Principal& principal) {
    return {principal.engine_, principal.identity_,      principal.account_,  principal.applied_by_,
            principal.key_id_, principal.secret_number_, principal.use_epoch_};
  }
};

struct DecisionParts {
  Outcome outcome = Outcome::kDeny;
  Reason reason = Reason::kNone;
  std::uint64_t revision = 0;
  std::uint64_t policy = 0;
  bool limited_would_refuse = false;
};

class DecisionAccess {
 public:
  static void Set(Decision& made, const DecisionParts& parts, std::uint64_t identity,
                  std::uint64_t account, const KeyId& key) {
    made.outcome_ = parts.outcome;
    made.reason_ = parts.reason;
    made.revision_ = parts.revision;
    made.policy_ = parts.policy;
    made.limited_would_refuse_ = parts.limited_would_refuse;
    made.identity_ = identity;
    made.account_ = account;
    made.key_id_ = key;
  }
  static Decision Refused(Reason reason, std::uint64_t revision) {
    return Make({.outcome = Outcome::kRefused, .reason = reason, .revision = revision}, {});
  }
  static Decision Make(const DecisionParts& parts, const PrincipalParts& who) {
    Decision made;
    Set(made, parts, who.identity, who.account, who.key_id);
    return made;
  }
};

}  // namespace latchkey::inline v0

#endif  // LATCHKEY_ENGINE_FACADE_PRINCIPAL_ACCESS_H_
