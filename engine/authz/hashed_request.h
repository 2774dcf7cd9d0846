// engine/authz/hashed_request.h: a request with its texts hashed once, and looked up in the
// catalogue, for coming to compiled grants.
#ifndef LATCHKEY_ENGINE_AUTHZ_HASHED_REQUEST_H_
#define LATCHKEY_ENGINE_AUTHZ_HASHED_REQUEST_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "latchkey/decision.h"

#include "engine/authz/catalogue_index.h"
#include "engine/base/keyed_hash.h"

namespace latchkey::authz {

class HashedRequest {
 public:
  // `asked` is well formed (CheckRequest); it and `catalogue` outlive this. No heap.
  HashedRequest(const CatalogueIndex& catalogue, const AccessRequest& asked)
      : asked_(asked),
        service_hash_(KeyedHash(catalogue.key(), asked.service)),
        action_(KeyedHash(catalogue.key(), asked.action)),
        service_(catalogue.Find(service_hash_)),
        roles_(service_ == nullptr ? 0 : service_->BitsWith(action_)) {
    for (const RequestAttribute& attribute : asked.attributes) {
      attributes_[count_++] = KeyedHash(catalogue.key(), attribute.key, attribute.value);
    }
  }

  [[nodiscard]] const AccessRequest& asked() const { return asked_; }
  [[nodiscard]] std::uint64_t service_hash() const { return service_hash_; }
  [[nodiscard]] std::uint64_t action() const { return action_; }
  // Null if the catalogue does not define the service: then no policy grants [domain P-3].
  [[nodiscard]] const CatalogueIndex::ServiceEntry* service() const { return service_; }
  // Bits of the service's roles that hold the action.
  [[nodiscard]] std::uint64_t roles() const { return roles_; }

  // Whether it has an attribute of this hash of key and value.
  [[nodiscard]] bool Has(std::uint64_t attribute) const {
    const auto attributes = std::span(attributes_).first(count_);
    return std::ranges::find(attributes, attribute) != attributes.end();
  }

 private:
  const AccessRequest& asked_;
  std::uint64_t service_hash_;
  std::uint64_t action_;
  const CatalogueIndex::ServiceEntry* service_;
  std::uint64_t roles_;
  std::array<std::uint64_t, kRequestAttributesMax> attributes_;
  std::size_t count_ = 0;
};

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_HASHED_REQUEST_H_
