#include "engine/facade/warm_path.h"

#include <algorithm>
#include <utility>

#include "engine/authz/hashed_request.h"
#include "engine/codec/token.h"

namespace latchkey::inline v0::facade {
namespace {

using cache::AccessBlock;
using cache::Moment;
using cache::WarmCredential;

Decision Answer(const authz::Verdict& verdict, const Moment& moment, const PrincipalParts& who) {
  return DecisionAccess::Make({.outcome = verdict.outcome,
                               .reason = verdict.reason,
                               .revision = moment.revision,
                               .policy = verdict.policy_serial,
                               .limited_would_refuse = verdict.limited_would_refuse},
                              who);
}

//
void RestrictExternal(const AccessBlock& block, std::uint64_t acting_account,
                      authz::Verdict& verdict) {
  const bool internal = acting_account == block.account_serial;
  if (internal || block.external == ExternalMode::kEnabled) return;
  if (std::ranges::binary_search(block.external_accounts, acting_account)) return;
  if (block.external == ExternalMode::kMonitor) {
    verdict.limited_would_refuse = true;
    return;
  }
  verdict.outcome = Outcome::kDeny;
  verdict.reason = Reason::kExternalIdentity;
}

// Steps 1 to 4 of domain section 7, for an identity with standing.
std::optional<authz::Verdict> Decide(const AccessBlock& block, std::uint64_t acting_account,
                                     const authz::HashedRequest& request, absl::Time now) {
  authz::Verdict verdict;
  if (block.barred != Reason::kNone) {
    verdict.reason = block.barred;
    return verdict;
  }
  if (block.asks_interpreter) return std::nullopt;
  if (block.owns) {
    verdict = {Outcome::kAllow, Reason::kAllowedByOwner};
  } else {
    const std::uint64_t lowest = block.grants.LowestGrant(request, now);
    if (lowest == 0) return verdict;
    verdict = {Outcome::kAllow, Reason::kAllowedByPolicy, lowest};
  }
  RestrictExternal(block, acting_account, verdict);
  return verdict;
}

PrincipalParts PartsOf(Core& core, const WarmCredential& credential) {
  return {.engine = core.instance(),
          .identity = credential.identity_serial,
          .account = credential.account_serial,
          .key_id = credential.key,
          .secret_number = credential.secret_number,
          .use_epoch = credential.use_epoch};
}

std::optional<WarmCredential> CredentialOf(Core& core, std::string_view token,
                                           const std::optional<Moment>& moment) {
  const auto id = codec::PeekKeyId(core.credentials().prefix(), token);
  if (!id || !moment) return std::nullopt;
  const KeyId key(*id);
  core.warm().PrefetchCredential(key);
  return core.warm().CredentialOf(key, crypto::SipHash128(core.process_key().bytes(), token),
                                  *moment);
}

// Of a key that has expired, the path through the store says so.
bool HasExpired(const WarmCredential& credential, absl::Time now) {
  return credential.expires_us <= absl::ToUnixMicros(now);
}

std::optional<Decision> DecideFor(Core& core, const WarmCredential& credential,
                                  const Moment& moment, const AccessRequest& request) {
  const absl::Time now = core.Now();
  if (HasExpired(credential, now)) return std::nullopt;
  const PrincipalParts who = PartsOf(core, credential);
  if (const Reason form = authz::CheckRequest(request); form != Reason::kNone) {
    return Answer({.reason = form}, moment, who);
  }
  const authz::HashedRequest hashed(core.warm().hash_key(), request);
  const AccessBlock* const block =
      core.warm().AccessOf(credential.identity_serial, hashed.account, moment);
  if (block == nullptr) return std::nullopt;
  const auto verdict = Decide(*block, credential.account_serial, hashed, now);
  if (!verdict) return std::nullopt;
  return Answer(*verdict, moment, who);
}

}  // namespace

std::optional<Principal> WarmAuthenticate(Core& core, std::string_view token) {
  const std::optional<WarmCredential> credential =
      CredentialOf(core, token, core.warm().Fresh(core.store()));
  if (!credential || HasExpired(*credential, core.Now())) return std::nullopt;
  return PrincipalAccess::Make(PartsOf(core, *credential));
}

std::optional<Decision> WarmCheck(Core& core, std::string_view token,
                                  const AccessRequest& request) {
  const std::optional<Moment> moment = core.warm().Fresh(core.store());
  const std::optional<WarmCredential> credential = CredentialOf(core, token, moment);
  if (!credential) return std::nullopt;
  return DecideFor(core, *credential, *moment, request);
}

std::optional<Decision> WarmAuthorize(Core& core, const Principal& principal,
                                      const AccessRequest& request) {
  const PrincipalParts parts = PrincipalAccess::PartsOf(principal);
  if (!principal.authenticated() || parts.engine != core.instance() || parts.key_id.empty()) {
    return std::nullopt;
  }
  const std::optional<Moment> moment = core.warm().Fresh(core.store());
  if (!moment) return std::nullopt;
  const std::optional<WarmCredential> credential =
      core.warm().CredentialOf(parts.key_id, parts.secret_number, parts.use_epoch, *moment);
  if (!credential) return std::nullopt;
  return DecideFor(core, *credential, *moment, request);
}

void WarmUp(Core& core, store::Snapshot& snapshot, const authz::Actor& actor,
            const AccessRequest& request) {
  const bool is_warm_kind = actor.key.has_value() && !actor.bound.has_value();
  if (!is_warm_kind || authz::CheckRequest(request) != Reason::kNone) return;
  if (!core.warm().Follow(core.store(), snapshot)) return;
  const authz::HashedRequest hashed(core.warm().hash_key(), request);
  const Moment moment{snapshot.txn_id(), 0};
  if (core.warm().AccessOf(actor.identity.serial, hashed.account, moment) != nullptr) return;
  auto catalogue = core.warm().CatalogueOf(snapshot);
  if (!catalogue.ok()) return;
  auto block = cache::BuildAccessBlock(snapshot, core.warm().dependencies(), *std::move(catalogue),
                                       actor.identity, AccountId(request.account));
  if (!block.ok() || (*block)->account_serial == 0) return;
  core.warm().Keep(snapshot.txn_id(), *std::move(block));
}

}  // namespace latchkey::inline v0::facade
