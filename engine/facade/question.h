// engine/facade/question.h: one request of whoever shows a key, on its way through the caches.
//
// What it needs is fetched in the order in which it becomes known, and looked at last: whoever asks
// several does each step for all of them before the next. Steps that fetch do little else, because
// a processor overlaps few fetches from far places with other work (and where virtual memory lies
// far too, it holds up everything behind one).
#ifndef LATCHKEY_ENGINE_FACADE_QUESTION_H_
#define LATCHKEY_ENGINE_FACADE_QUESTION_H_

#include <cstdint>
#include <optional>

#include "latchkey/decision.h"
#include "latchkey/identity.h"

#include "engine/authz/hashed_request.h"
#include "engine/authz/request_hashes.h"
#include "engine/cache/access_table.h"
#include "engine/cache/change_stamps.h"
#include "engine/cache/warm_credentials.h"
#include "engine/facade/core.h"

namespace latchkey::inline v0::facade {

class Question {
 public:
  // The account of `hashes` is known. All outlive this.
  Question(Core& core, const KeyId& key, const AccessRequest& request,
           const authz::RequestHashes& hashes)
      : warm_(core.warm()),
        key_(key),
        request_(request),
        hashes_(hashes),
        ask_(key, hashes.account()) {}

  // Fetches who the key is, and where its access lies.
  void Fetch() const {
    warm_.PrefetchCredential(key_);
    warm_.access().PrefetchRoute(ask_);
  }
  // Once `hashes` are finished. False: it has no answer here.
  [[nodiscard]] bool Look(const cache::Moment& moment);
  // Once Look was true. Fetches the access.
  void FetchAccess() { likely_ = warm_.access().PrefetchBlock(ask_, hashes_.service()); }
  // After that. `credential` was found for the key at `moment`. False: as above.
  [[nodiscard]] bool Answer(const cache::Moment& moment, std::int64_t now_us,
                            const cache::WarmCredential& credential, Decision& decision);

 private:
  cache::WarmCache& warm_;
  const KeyId& key_;
  const AccessRequest& request_;
  const authz::RequestHashes& hashes_;
  const cache::AccessTable::Ask ask_;
  std::optional<authz::HashedRequest> hashed_;
  cache::AccessLog::Place likely_ = 0;
};

// Of a key that has expired, the path through the store says so.
[[nodiscard]] inline bool HasExpired(const cache::WarmCredential& credential, std::int64_t now_us) {
  return credential.expires_us <= now_us;
}

}  // namespace latchkey::inline v0::facade

#endif  // LATCHKEY_ENGINE_FACADE_QUESTION_H_
