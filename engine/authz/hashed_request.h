// engine/authz/hashed_request.h: a request with its hashes, looked up in the catalogue, for coming
// to compiled grants.
#ifndef LATCHKEY_ENGINE_AUTHZ_HASHED_REQUEST_H_
#define LATCHKEY_ENGINE_AUTHZ_HASHED_REQUEST_H_

#include <cstdint>

#include "latchkey/decision.h"

#include "engine/authz/catalogue_index.h"
#include "engine/authz/request_hashes.h"

namespace latchkey::authz {

class HashedRequest {
 public:
  // `hashes` are of `asked`, which is well formed, with the key of `catalogue`; all outlive this.
  HashedRequest(const CatalogueIndex& catalogue, const AccessRequest& asked,
                const RequestHashes& hashes)
      : asked_(asked), hashes_(hashes), found_(catalogue.Find(hashes.service(), hashes.action())) {}

  [[nodiscard]] const AccessRequest& asked() const { return asked_; }
  [[nodiscard]] const RequestHashes& hashes() const { return hashes_; }
  // Null if the catalogue does not define the service: then no policy grants [domain P-3].
  [[nodiscard]] const CatalogueIndex::ServiceEntry* service() const { return found_.service; }
  // ServiceEntry::number; 0 if there is none.
  [[nodiscard]] std::uint64_t service_number() const { return found_.number; }
  // Bits of the service's roles that hold the action.
  [[nodiscard]] std::uint64_t roles() const { return found_.roles; }

 private:
  const AccessRequest& asked_;
  const RequestHashes& hashes_;
  CatalogueIndex::ActionEntry found_;
};

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_HASHED_REQUEST_H_
