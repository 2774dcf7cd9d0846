// latchkey/access.h: whose key is this, and may it do that, in that account?
//
// Example
//   RequestContext from;
//   from.source = IpAddress::Parse("192.0.2.7");
//   const AccessRequest list = {"acme", "kms", "kms.secrets.list", {}};
//   const Decision decision = engine.access().Check(token, list, from);
//   if (!decision.allowed()) return absl::PermissionDeniedError("no");
//   const Principal bobs = engine.access().Authenticate(token, from);  // keep it, ask again
//   const auto why = engine.access().Explain(host, bobs, list, from);
//   if (!why.ok()) return why.status();
//   const PolicyId& granted_by = why->grants.front().policy;
//
// Rules
//   [domain A-1]  access is computed from the identity at the moment of the decision.
//   [domain A-3]  zero staleness, across processes; a kept Principal is no exception.
//   [domain A-4]  one uniform refusal to whoever does not show a token that this store issued; the
//                 holder of an issued token is told the first of identity not active, disabled,
//                 expired.
//   [domain A-5]  Explain decides and explains on one snapshot.
//   [domain R-1]  an account may refuse or merely mark principals that act from elsewhere.
#ifndef LATCHKEY_ACCESS_H_
#define LATCHKEY_ACCESS_H_

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "latchkey/caller.h"
#include "latchkey/decision.h"
#include "latchkey/identity.h"
#include "latchkey/prepared_request.h"
#include "latchkey/version.h"

namespace latchkey::inline v0 {

namespace facade {
class Core;
}  // namespace facade

// The circumstances of one request at the host's door.
struct RequestContext {
  std::optional<IpAddress> source;
  // How long it may wait for Argon2 when the token was not seen before by this process.
  absl::Duration timeout = absl::Seconds(5);
};

// Whom the host vouches for by its own means [domain W-9].
struct Assertion {
  IamId iam_id;
  AccountId account;             // it acts from
  std::optional<IamId> profile;  // the trusted profile that it applies
};

inline constexpr std::size_t kCheckBatchMax = 1000;

// One question of Access::CheckBatch.
struct CheckItem {
  std::string_view token;
  AccessRequest request;
  RequestContext context = {};
};

class Access {
 public:
  // Whose token is this? Never an error: what went wrong is Principal::reason(). `token` is read
  // during the call and not kept.
  //
  // Threads  any; concurrent calls with one new token share one Argon2id
  // Cost     never issued: no read, no Argon2id. First use in this process: one Argon2id (about
  //          17 ms). Afterwards: no read of the store, unless the key has a boundary or something
  //          about it changed since; then one snapshot.
  [[nodiscard]] Principal Authenticate(std::string_view token,
                                       const RequestContext& context = {}) const;

  // May it? Decides from one snapshot, in which the principal's key, secret, identity and accounts
  // are found live again. Work: see engine/authz/evaluator.h; independent of other identities'
  // policies.
  [[nodiscard]] Decision Authorize(const Principal& principal, const AccessRequest& request,
                                   const RequestContext& context = {}) const;

  // Authenticate and Authorize on one snapshot.
  [[nodiscard]] Decision Check(std::string_view token, const AccessRequest& request,
                               const RequestContext& context = {}) const;

  // The request with its texts looked at once, for the calls below: they answer as they would for
  // the request itself, with less work. To an engine other than this one it is the request itself.
  // Errors  kMalformed, kClosed, kForked
  [[nodiscard]] absl::StatusOr<PreparedRequest> Prepare(const AccessRequest& request) const;
  [[nodiscard]] Decision Authorize(const Principal& principal, const PreparedRequest& request,
                                   const RequestContext& context = {}) const;
  [[nodiscard]] Decision Check(std::string_view token, const PreparedRequest& request,
                               const RequestContext& context = {}) const;

  // As Check for each item, in less time: each waits for memory while others do. `decisions` has as
  // many elements as `items`, at most 1,000; otherwise all are faults (kMalformed). Each item
  // stands alone, and those decided from the store come last.
  void CheckBatch(std::span<const CheckItem> items, std::span<Decision> decisions) const;

  // One decision for each request, all from one snapshot: `decisions` has as many elements as
  // `requests`, at most 1,000; otherwise all are faults (kMalformed). Each request stands alone.
  void AuthorizeBatch(const Principal& principal, std::span<const AccessRequest> requests,
                      std::span<Decision> decisions, const RequestContext& context = {}) const;

  // A principal on the host's own word. Caller: the trusted host.
  // Errors  kUnknownReference   no such identity, account or profile
  //         kStateForbids       not live, or not of the kind or account that may act so
  [[nodiscard]] absl::StatusOr<Principal> Assert(const Call& call,
                                                 const Assertion& assertion) const;

  // Decides as Authorize would for a request with this context, and says why. Its timeout is not
  // used: the call has its own.
  // Caller  the trusted host, the principal itself, or iam.policy.read over the account
  [[nodiscard]] absl::StatusOr<Explanation> Explain(const Call& call, const Principal& principal,
                                                    const AccessRequest& request,
                                                    const RequestContext& context = {}) const;

  // The names behind a principal. Errors: kMalformed for one that is not of this engine; kNotFound
  // for an identity that is gone. Caller: the trusted host, or the principal itself.
  [[nodiscard]] absl::StatusOr<PrincipalDescription> Describe(const Call& call,
                                                              const Principal& principal) const;

 private:
  friend class Engine;
  explicit Access(std::shared_ptr<facade::Core> core) : core_(std::move(core)) {}
  std::shared_ptr<facade::Core> core_;
};

}  // namespace latchkey::inline v0

#endif  // LATCHKEY_ACCESS_H_
