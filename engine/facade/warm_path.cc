#include "engine/facade/warm_path.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>
#include <new>
#include <optional>
#include <type_traits>

#include "engine/codec/token.h"
#include "engine/facade/principal_access.h"
#include "engine/facade/question.h"
#include "engine/facade/verify.h"

namespace latchkey::inline v0::facade {
namespace {

using cache::Moment;
using cache::WarmCredential;

// A request whose account is hashed at once and whose other texts when there is time for it, or all
// of whose texts were.
template <class Request>
class Hashing;

template <>
class Hashing<AccessRequest> {
 public:
  Hashing(Core& core, const AccessRequest& request)
      : key_(core.warm().hash_key()), request_(request), hashes_(key_, request) {}
  void Finish() { hashes_.Finish(key_, request_); }
  [[nodiscard]] const AccessRequest& request() const { return request_; }
  [[nodiscard]] const authz::RequestHashes& hashes() const { return hashes_; }

 private:
  const base::HashKey& key_;
  const AccessRequest& request_;
  authz::RequestHashes hashes_;
};

template <>
class Hashing<Prepared> {
 public:
  Hashing(Core& /*core*/, const Prepared& prepared) : prepared_(prepared) {}
  void Finish() {}
  [[nodiscard]] const AccessRequest& request() const { return prepared_.request; }
  [[nodiscard]] const authz::RequestHashes& hashes() const { return prepared_.hashes; }

 private:
  const Prepared& prepared_;
};

// Whoever shows a token authenticates; a principal has done so before [domain K-13].
void Count(Core& core, const KeyId& key, const WarmCredential& credential, std::int64_t now_us) {
  core.activity().Count(key, credential.secret_number, now_us);
}

// Whether `principal` could be warm; its fields.
bool MayBeWarm(Core& core, const Principal& principal, PrincipalParts& parts) {
  parts = PrincipalAccess::PartsOf(principal);
  return principal.authenticated() && parts.engine == core.instance() && !parts.key_id.empty();
}

// One of several questions.
struct Item {
  Item(Core& core, const KeyId& its_key, const AccessRequest& request)
      : key(its_key), hashing(core, request), question(core, key, request, hashing.hashes()) {}
  Item(const Item&) = delete;
  Item& operator=(const Item&) = delete;

  const KeyId key;
  Hashing<AccessRequest> hashing;
  Question question;
  WarmCredential credential;
  bool open = true;  // it may still find its answer here
};

// Up to kTogether of them; each step is done by all that are open.
class Items {
 public:
  void Add(std::size_t i, Core& core, const KeyId& key, const AccessRequest& request) {
    new (&places_[i].item) Item(core, key, request);
    there_.set(i);
  }
  // `step(i, item)`
  template <class Step>
  void ForEach(Step step) {
    for (std::size_t i = 0; i < kTogether; ++i) {
      if (there_[i] && places_[i].item.open) step(i, places_[i].item);
    }
  }
  void Look(const Moment& moment) {
    ForEach([&](std::size_t, Item& item) {
      item.hashing.Finish();
      item.open = item.question.Look(moment);
    });
    ForEach([](std::size_t, Item& item) { item.question.FetchAccess(); });
  }

 private:
  // Left as it is until there is an item: clearing all would take longer than hashing a token.
  union Place {
    Place() {}
    Item item;
  };
  static_assert(std::is_trivially_destructible_v<Item>);

  std::array<Place, kTogether> places_;
  std::bitset<kTogether> there_;
};

}  // namespace

bool WarmAuthenticate(Core& core, std::string_view token, Principal& principal) {
  const Core::Use use(core, Core::Use::kWarm);
  KeyId::Bytes id;
  if (!use.open() || !codec::PeekKeyId(core.credentials().prefix(), token, id)) return false;
  const KeyId key(id);
  core.warm().PrefetchCredential(key);
  const crypto::Hash128 hash = core.process_key().HashOf(token);
  const Moment moment = core.warm().Fresh(core.store());
  WarmCredential credential;
  const std::int64_t now_us = core.NowUs();
  if (moment.txn == 0) return false;
  if (!core.warm().Find(key, hash, moment, credential)) {
    if (!RefusesUnissued(core, token)) return false;
    principal = PrincipalAccess::Refused(Reason::kUnknownCredential);
    return true;
  }
  if (HasExpired(credential, now_us)) return false;
  Count(core, key, credential, now_us);
  principal = PrincipalAccess::Make({.engine = core.instance(),
                                     .identity = credential.identity_serial,
                                     .account = credential.account_serial,
                                     .key_id = key,
                                     .secret_number = credential.secret_number,
                                     .use_epoch = credential.use_epoch});
  return true;
}

template <class Request>
bool WarmCheck(Core& core, std::string_view token, const Request& request, Decision& decision) {
  const Core::Use use(core, Core::Use::kWarm);
  KeyId::Bytes id;
  if (!use.open() || !codec::PeekKeyId(core.credentials().prefix(), token, id)) return false;
  const KeyId key(id);
  Hashing<Request> hashing(core, request);
  Question question(core, key, hashing.request(), hashing.hashes());
  question.Fetch();
  const Moment moment = core.warm().Fresh(core.store());
  if (moment.txn == 0) return false;
  hashing.Finish();
  if (!question.Look(moment)) return false;
  question.FetchAccess();
  const std::int64_t now_us = core.NowUs();
  const crypto::Hash128 hash = core.process_key().HashOf(token);
  WarmCredential credential;
  if (!core.warm().Find(key, hash, moment, credential)) {
    if (!RefusesUnissued(core, token)) return false;
    decision = DecisionAccess::Refused(Reason::kUnknownCredential, 0);
    return true;
  }
  if (!question.Answer(moment, now_us, credential, decision)) return false;
  Count(core, key, credential, now_us);
  return true;
}
template bool WarmCheck(Core&, std::string_view, const AccessRequest&, Decision&);
template bool WarmCheck(Core&, std::string_view, const Prepared&, Decision&);

template <class Request>
bool WarmAuthorize(Core& core, const Principal& principal, const Request& request,
                   Decision& decision) {
  PrincipalParts parts;
  if (!MayBeWarm(core, principal, parts)) return false;
  const Core::Use use(core, Core::Use::kWarm);
  if (!use.open()) return false;
  Hashing<Request> hashing(core, request);
  Question question(core, parts.key_id, hashing.request(), hashing.hashes());
  question.Fetch();
  const Moment moment = core.warm().Fresh(core.store());
  if (moment.txn == 0) return false;
  hashing.Finish();
  if (!question.Look(moment)) return false;
  question.FetchAccess();
  const std::int64_t now_us = core.NowUs();
  WarmCredential credential;
  return core.warm().Find(parts.key_id, parts.secret_number, parts.use_epoch, moment, credential) &&
         question.Answer(moment, now_us, credential, decision);
}
template bool WarmAuthorize(Core&, const Principal&, const AccessRequest&, Decision&);
template bool WarmAuthorize(Core&, const Principal&, const Prepared&, Decision&);

Unanswered WarmCheckTogether(Core& core, std::span<const CheckItem> items,
                             std::span<Decision> decisions) {
  Unanswered unanswered;
  unanswered.set();
  const Core::Use use(core, Core::Use::kWarm);
  if (!use.open()) return unanswered;
  Items asked;
  for (std::size_t i = 0; i < items.size(); ++i) {
    KeyId::Bytes id;
    if (codec::PeekKeyId(core.credentials().prefix(), items[i].token, id)) {
      asked.Add(i, core, KeyId(id), items[i].request);
    }
  }
  asked.ForEach([](std::size_t, const Item& item) { item.question.Fetch(); });
  const Moment moment = core.warm().Fresh(core.store());
  if (moment.txn == 0) return unanswered;
  asked.Look(moment);
  asked.ForEach([&](std::size_t i, Item& item) {
    const crypto::Hash128 hash = core.process_key().HashOf(items[i].token);
    item.open = core.warm().Find(item.key, hash, moment, item.credential);
  });
  const std::int64_t now_us = core.NowUs();
  asked.ForEach([&](std::size_t i, Item& item) {
    if (!item.question.Answer(moment, now_us, item.credential, decisions[i])) return;
    unanswered.reset(i);
    Count(core, item.key, item.credential, now_us);
  });
  return unanswered;
}

bool WarmAuthorizeBatch(Core& core, const Principal& principal,
                        std::span<const AccessRequest> requests, std::span<Decision> decisions) {
  PrincipalParts parts;
  if (!MayBeWarm(core, principal, parts)) return false;
  const Core::Use use(core, Core::Use::kWarm);
  if (!use.open()) return false;
  const Moment moment = core.warm().Fresh(core.store());
  if (moment.txn == 0) return false;
  const std::int64_t now_us = core.NowUs();
  WarmCredential credential;
  if (!core.warm().Find(parts.key_id, parts.secret_number, parts.use_epoch, moment, credential)) {
    return false;
  }
  for (std::size_t first = 0; first < requests.size(); first += kTogether) {
    const auto part = requests.subspan(first, std::min(kTogether, requests.size() - first));
    Items asked;
    for (std::size_t i = 0; i < part.size(); ++i) asked.Add(i, core, parts.key_id, part[i]);
    asked.ForEach([](std::size_t, const Item& item) { item.question.Fetch(); });
    asked.Look(moment);
    std::size_t answered = 0;
    asked.ForEach([&](std::size_t i, Item& item) {
      if (item.question.Answer(moment, now_us, credential, decisions[first + i])) ++answered;
    });
    if (answered != part.size()) return false;
  }
  return true;
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
