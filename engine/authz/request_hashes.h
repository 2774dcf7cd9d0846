// engine/authz/request_hashes.h: the texts of a request, hashed once (engine/base/keyed_hash.h),
// and whether the request is well formed, which the same look at its texts tells in nearly every
// case.
#ifndef LATCHKEY_ENGINE_AUTHZ_REQUEST_HASHES_H_
#define LATCHKEY_ENGINE_AUTHZ_REQUEST_HASHES_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "latchkey/decision.h"
#include "latchkey/status.h"

#include "engine/base/keyed_hash.h"

namespace latchkey::authz {

class RequestHashes {
 public:
  // The account's first, so that what lies under it can be fetched meanwhile.
  RequestHashes(const base::HashKey& key, const AccessRequest& asked);
  // The rest. Once, with the same arguments. No heap.
  void Finish(const base::HashKey& key, const AccessRequest& asked);

  [[nodiscard]] std::uint64_t account() const { return account_; }

  // As CheckRequest; if it is not kNone, the following mean nothing.
  [[nodiscard]] Reason form() const { return form_; }
  [[nodiscard]] std::uint64_t service() const { return service_; }
  [[nodiscard]] std::uint64_t action() const { return action_; }
  // Whether it has an attribute of this hash of key and value.
  [[nodiscard]] bool Has(std::uint64_t attribute) const {
    const auto attributes = std::span(attributes_).first(count_);
    return std::ranges::find(attributes, attribute) != attributes.end();
  }

 private:
  struct Seen {
    bool ascii = false;  // all texts
    bool apart = false;  // no two attributes can have one name, and none repeats a field
  };
  // All but the account. False: `accepts(text)` refused one, and nothing holds.
  template <class Accepts>
  [[nodiscard]] bool Hash(const base::HashKey& key, const AccessRequest& asked, Accepts accepts,
                          Seen& seen);

  std::uint64_t account_ = 0;
  std::uint64_t service_ = 0;
  std::uint64_t action_ = 0;
  std::size_t count_ = 0;
  bool ascii_ = false;  // the account
  Reason form_ = Reason::kRequestMalformed;
  std::array<std::uint64_t, kRequestAttributesMax> attributes_;  // the first count_
};

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_REQUEST_HASHES_H_
