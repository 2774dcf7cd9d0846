// engine/authz/hashed_request.h: a request with its texts hashed once, for coming to compiled
// grants.
#ifndef LATCHKEY_ENGINE_AUTHZ_HASHED_REQUEST_H_
#define LATCHKEY_ENGINE_AUTHZ_HASHED_REQUEST_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "latchkey/decision.h"

#include "engine/base/keyed_hash.h"

namespace latchkey::authz {

// `request` is well formed (CheckRequest) and outlives this. No heap.
struct HashedRequest {
  HashedRequest(const base::HashKey& key, const AccessRequest& asked)
      : request(asked),
        account(KeyedHash(key, asked.account)),
        service(KeyedHash(key, asked.service)),
        action(KeyedHash(key, asked.action)) {
    for (const RequestAttribute& attribute : asked.attributes) {
      attributes_[count_++] = KeyedHash(key, attribute.key, attribute.value);
    }
  }

  // Whether it has an attribute of this hash of key and value.
  [[nodiscard]] bool Has(std::uint64_t attribute) const {
    return std::ranges::find(attributes(), attribute) != attributes().end();
  }
  [[nodiscard]] std::span<const std::uint64_t> attributes() const {
    return std::span(attributes_).first(count_);
  }

  const AccessRequest& request;
  std::uint64_t account;
  std::uint64_t service;
  std::uint64_t action;

 private:
  std::array<std::uint64_t, kRequestAttributesMax> attributes_;
  std::size_t count_ = 0;
};

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_HASHED_REQUEST_H_
