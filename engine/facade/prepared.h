// engine/facade/prepared.h: what a PreparedRequest holds.
#ifndef LATCHKEY_ENGINE_FACADE_PREPARED_H_
#define LATCHKEY_ENGINE_FACADE_PREPARED_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/decision.h"

#include "engine/authz/request_hashes.h"

namespace latchkey::inline v0::facade {

struct alignas(64) Prepared {
  // Copies the texts. `engine` is Core::instance(); its hashes mean nothing to any other.
  Prepared(std::uint64_t engine, const base::HashKey& key, const AccessRequest& asked);
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;

  // What an answer from the caches looks at lies in the first cache line.
  const std::uint64_t engine;
  authz::RequestHashes hashes;
  const std::string texts;
  std::vector<RequestAttribute> attributes;
  std::vector<std::string_view> tags;
  AccessRequest request;

 private:
  static std::string TextsOf(const AccessRequest& asked);
  // The request over `texts`.
  AccessRequest Rebased(const AccessRequest& asked);
};

}  // namespace latchkey::inline v0::facade

#endif  // LATCHKEY_ENGINE_FACADE_PREPARED_H_
