// latchkey/prepared_request.h: a request whose texts were looked at once, for asking it many times.
//
//   absl::StatusOr<PreparedRequest> list =
//       engine.access().Prepare({"acme", "billing", "invoice.list", {}});
//   if (!list.ok()) return list.status();
//   Decision d = engine.access().Check(token, *list);
//
// It is a question, never an answer: nothing of what the store holds, of the time or of a source
// address is in it, so it does not age. Cheap to copy; any thread may ask it; it stays valid after
// the engine is closed.
#ifndef LATCHKEY_PREPARED_REQUEST_H_
#define LATCHKEY_PREPARED_REQUEST_H_

#include <memory>

#include "latchkey/decision.h"
#include "latchkey/version.h"

namespace latchkey::inline v0 {

namespace facade {
struct Prepared;
}  // namespace facade

class PreparedRequest {
 public:
  // Copied where another would be moved: none is ever without a request.
  PreparedRequest(const PreparedRequest&) = default;
  PreparedRequest& operator=(const PreparedRequest&) = default;

  // The request that it was made of, with texts of its own, valid as long as this or a copy is.
  [[nodiscard]] const AccessRequest& request() const;

 private:
  friend class Access;
  explicit PreparedRequest(std::shared_ptr<const facade::Prepared> prepared);
  std::shared_ptr<const facade::Prepared> prepared_;
};

}  // namespace latchkey::inline v0

#endif  // LATCHKEY_PREPARED_REQUEST_H_
