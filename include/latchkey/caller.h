// latchkey/caller.h: who asks, how long it waits, and how a lost answer is settled.
//
// Every administrative call of the roof takes a Call. Nothing is assumed of a caller: a
// default-constructed one is refused with kCallerMissing.
//
// Rules
//   [domain W-9]  the trusted host bypasses who-may and nothing else: never lifecycle, quota,
//                 versions or limits; what it does is recorded as its own.
#ifndef LATCHKEY_CALLER_H_
#define LATCHKEY_CALLER_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"

#include "latchkey/identity.h"
#include "latchkey/network.h"
#include "latchkey/version.h"

namespace latchkey::inline v0 {

// Who asks for an administrative act.
class Caller {
 public:
  enum class Kind : std::uint8_t { kMissing = 0, kTrustedHost = 1, kPrincipal = 2, kAnybody = 3 };

  Caller() = default;  // missing: refused by every call

  // The embedding program itself, on its own authority.
  [[nodiscard]] static Caller TrustedHost(std::optional<IpAddress> source = std::nullopt) {
    return Caller(Kind::kTrustedHost, Principal(), source);
  }
  // An identity, for whom the program asks. Its standing and rights are evaluated at every call.
  [[nodiscard]] static Caller Acting(const Principal& principal,
                                     std::optional<IpAddress> source = std::nullopt) {
    return Caller(Kind::kPrincipal, principal, source);
  }
  // Nobody in particular. Accepted by Keys::ReportLeakedToken only.
  [[nodiscard]] static Caller Anybody(std::optional<IpAddress> source = std::nullopt) {
    return Caller(Kind::kAnybody, Principal(), source);
  }

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] const Principal& principal() const { return principal_; }
  [[nodiscard]] const std::optional<IpAddress>& source() const { return source_; }

 private:
  Caller(Kind kind, const Principal& principal, std::optional<IpAddress> source)
      : kind_(kind), principal_(principal), source_(source) {}

  Kind kind_ = Kind::kMissing;
  Principal principal_;
  std::optional<IpAddress> source_;
};

// 128 bits that the host chose for one mutation, to be drawn at random. See Engine::Settle.
struct RequestId {
  std::array<std::uint8_t, 16> bytes{};
  bool operator==(const RequestId&) const = default;
};

// The frame of one administrative call. Converts from a Caller, so that
// `keys.Get(Caller::TrustedHost(), id)` reads as it should.
struct Call {
  Call(const Caller& who) : caller(who) {}  // implicit on purpose

  [[nodiscard]] Call Within(absl::Duration limit) const {
    Call call = *this;
    call.timeout = limit;
    return call;
  }
  [[nodiscard]] Call Named(const RequestId& id) const {
    Call call = *this;
    call.request_id = id;
    return call;
  }

  Caller caller;
  // How long the call may wait for the writer and for Argon2, on the steady clock. It bounds
  // waiting, not the commit itself. Zero or less is refused with kDeadlineExceeded.
  absl::Duration timeout = absl::Seconds(30);
  // Mutations only: recorded in the transaction of the change, so that Settle can tell whether a
  // call that ended in kCommitUnknown took place. A second mutation under it is refused with
  // kRequestIdUsed. Kept for Options::request_id_retention.
  std::optional<RequestId> request_id;
};

}  // namespace latchkey::inline v0

#endif  // LATCHKEY_CALLER_H_
