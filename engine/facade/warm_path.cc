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
  const cache::AccessFacts& facts = block.facts();
  if (acting_account == facts.account || facts.external == ExternalMode::kEnabled) return;
  if (block.Lists(static_cast<std::uint32_t>(acting_account))) return;
  if (facts.external == ExternalMode::kMonitor) {
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
  if (block.facts().barred != Reason::kNone) {
    verdict.reason = block.facts().barred;
    return verdict;
  }
  if (block.facts().asks_interpreter) return std::nullopt;
  if (block.facts().owns) {
    verdict = {Outcome::kAllow, Reason::kAllowedByOwner};
  } else {
    const std::uint64_t lowest = block.LowestGrant(request, now);
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

// Of a key that has expired, the path through the store says so.
bool HasExpired(const WarmCredential& credential, absl::Time now) {
  return credential.expires_us <= absl::ToUnixMicros(now);
}

// One question. What it needs is fetched in the order in which it becomes known, and looked at
// last.
class Question {
 public:
  enum Shown { kToken, kPrincipal };  // a principal authenticated before [domain K-13]
  Question(Core& core, const KeyId& key, Shown shown, const AccessRequest& request)
      : warm_(core.warm()),
        key_(key),
        authenticates_(shown == kToken),
        request_(request),
        account_(KeyedHash(warm_.hash_key(), request.account)),
        ask_(key, account_) {
    warm_.PrefetchCredential(key);
    warm_.access().PrefetchRoute(ask_);
  }

  // Whose key it is comes from `find`, called once everything else is under way.
  template <class Find>
  [[nodiscard]] std::optional<Decision> Answer(Core& core, const Moment& moment, Find find) {
    const Reason form = authz::CheckRequest(request_);
    const authz::CatalogueIndex* const catalogue = warm_.CatalogueAt(moment.txn);
    if (form != Reason::kNone || catalogue == nullptr) return std::nullopt;
    const authz::HashedRequest hashed(*catalogue, request_);
    warm_.access().PrefetchBlock(ask_, hashed.service_hash());
    const absl::Time now = core.Now();
    const std::optional<WarmCredential> credential = find();
    if (!credential || HasExpired(*credential, now)) return std::nullopt;
    const cache::AccessKey key{static_cast<std::uint32_t>(credential->identity_serial), account_};
    const AccessBlock* const block = warm_.AccessOf(ask_, key, moment.txn);
    if (block == nullptr) return std::nullopt;
    const auto verdict = Decide(*block, credential->account_serial, hashed, now);
    if (!verdict) return std::nullopt;
    if (authenticates_) core.activity().Count(key_, credential->secret_number, now);
    return facade::Answer(*verdict, moment, PartsOf(core, *credential));
  }

 private:
  cache::WarmCache& warm_;
  const KeyId key_;
  const bool authenticates_;
  const AccessRequest& request_;
  const std::uint64_t account_;
  const cache::AccessTable::Ask ask_;
};

}  // namespace

std::optional<Principal> WarmAuthenticate(Core& core, std::string_view token) {
  const Core::Use use(core, Core::Use::kWarm);
  const auto id = codec::PeekKeyId(core.credentials().prefix(), token);
  if (!use.status().ok() || !id) return std::nullopt;
  const KeyId key(*id);
  core.warm().PrefetchCredential(key);
  const crypto::Hash128 hash = crypto::SipHash128(core.process_key().bytes(), token);
  const std::optional<Moment> moment = core.warm().Fresh(core.store());
  if (!moment) return std::nullopt;
  const auto credential = core.warm().CredentialOf(key, hash, *moment);
  const absl::Time now = core.Now();
  if (!credential || HasExpired(*credential, now)) return std::nullopt;
  core.activity().Count(key, credential->secret_number, now);
  return PrincipalAccess::Make(PartsOf(core, *credential));
}

std::optional<Decision> WarmCheck(Core& core, std::string_view token,
                                  const AccessRequest& request) {
  const Core::Use use(core, Core::Use::kWarm);
  const auto id = codec::PeekKeyId(core.credentials().prefix(), token);
  if (!use.status().ok() || !id) return std::nullopt;
  const KeyId key(*id);
  Question question(core, key, Question::kToken, request);
  const std::optional<Moment> moment = core.warm().Fresh(core.store());
  if (!moment) return std::nullopt;
  return question.Answer(core, *moment, [&] {
    return core.warm().CredentialOf(key, crypto::SipHash128(core.process_key().bytes(), token),
                                    *moment);
  });
}

std::optional<Decision> WarmAuthorize(Core& core, const Principal& principal,
                                      const AccessRequest& request) {
  const PrincipalParts parts = PrincipalAccess::PartsOf(principal);
  if (!principal.authenticated() || parts.engine != core.instance() || parts.key_id.empty()) {
    return std::nullopt;
  }
  const Core::Use use(core, Core::Use::kWarm);
  if (!use.status().ok()) return std::nullopt;
  Question question(core, parts.key_id, Question::kPrincipal, request);
  const std::optional<Moment> moment = core.warm().Fresh(core.store());
  if (!moment) return std::nullopt;
  return question.Answer(core, *moment, [&] {
    return core.warm().CredentialOf(parts.key_id, parts.secret_number, parts.use_epoch, *moment);
  });
}

void WarmUp(Core& core, store::Snapshot& snapshot, const authz::Actor& actor,
            const AccessRequest& request) {
  const bool is_warm_kind = actor.key.has_value() && !actor.bound.has_value();
  if (!is_warm_kind || authz::CheckRequest(request) != Reason::kNone) return;
  const Core::Use use(core, Core::Use::kWarm);
  if (!core.warm().Follow(core.store(), snapshot)) return;
  core.warm().KeepAccess(snapshot, *actor.key, actor.identity, AccountId(request.account));
}

}  // namespace latchkey::inline v0::facade
